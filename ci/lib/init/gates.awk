# Whether the tests of a project are built only with an option that is off: from all CMakeLists.txt, or
# meson's files of options and then all meson.build, the first such option of each test, a line each,
# empty for a test without. Variable: by, cmake or meson.

BEGIN { RS = "\001" }

# The text of FILENAME as a list of things that matter, in their order.
{
  folder = FILENAME
  sub(/[^\/]*$/, "", folder)
  gsub(/#[^\n]*/, "")
  if (by == "cmake") cmake($0)
  else if (FILENAME ~ /meson[_.]options(\.txt)?$/) options($0)
  else meson($0)
}

function cmake(text,   name, args, word, value) {
  depth = 0
  while (match(text, /(^|[^A-Za-z0-9_])[A-Za-z_]+[ \t\r\n]*[(]/)) {
    name = tolower(substr(text, RSTART, RLENGTH))
    gsub(/[^a-z_]/, "", name)
    text = substr(text, RSTART + RLENGTH)
    if (name ~ /^(cmake_dependent_)?option$/) {
      if (match(text, /^[ \t\r\n]*[A-Za-z0-9_]+[ \t\r\n]+("[^"]*"|[A-Za-z0-9_]+)[ \t\r\n]*[^ \t\r\n)]*/)) {
        args = substr(text, RSTART, RLENGTH)
        gsub(/"[^"]*"/, "\"\"", args)
        split(args, word, /[ \t\r\n]+/)
        args = word[1] == "" ? word[2] : word[1]
        value = toupper(word[1] == "" ? word[4] : word[3])
        if (value == "" || value ~ /^(OFF|FALSE|NO|N|0)$/) off[args]
      }
    } else if (name == "if") {
      match(text, /^[^\n]*/)
      within[++depth] = substr(text, 1, RLENGTH)
    } else if (name ~ /^else(if)?$/) {
      match(text, /^[^\n]*/)
      within[depth] = name == "else" ? "" : substr(text, 1, RLENGTH)
    } else if (name == "endif") {
      if (depth) depth--
    } else if (name ~ /^(add_test|gtest_discover_tests|catch_discover_tests)$/) {
      found("")
    } else if (name == "add_subdirectory") {
      match(text, /^[ \t\r\n"]*[^ \t\r\n")]*/)
      args = substr(text, 1, RLENGTH)
      gsub(/[ \t\r\n"]/, "", args)
      found(args)
    }
  }
}

function options(text,   one, n, k, name) {
  n = split(text, one, /option[ \t]*[(]/)
  for (k = 2; k <= n; k++)
    if (match(one[k], /^[ \t\r\n]*'[^']+'/)) {
      name = substr(one[k], RSTART, RLENGTH)
      gsub(/[ \t\r\n']/, "", name)
      if (one[k] ~ /value[ \t]*:[ \t]*(false|'disabled'|'false')/) off[name]
    }
}

function meson(text,   line, n, k, name) {
  depth = 0
  n = split(text, line, "\n")
  for (k = 1; k <= n; k++) {
    if (line[k] ~ /^[ \t]*(if|elif)[ \t(]/) {
      if (line[k] ~ /^[ \t]*if/) depth++
      within[depth] = line[k]
    } else if (line[k] ~ /^[ \t]*else/) within[depth] = ""
    else if (line[k] ~ /^[ \t]*endif/) { if (depth) depth-- }
    else if (match(line[k], /get_option[ \t]*[(][ \t]*'[^']+'[ \t]*[)]/) && line[k] ~ /^[ \t]*[A-Za-z0-9_]+[ \t]*=[ \t]*get_option/) {
      name = line[k]
      sub(/[^']*'/, "", name)
      sub(/'.*/, "", name)
      sub(/^[ \t]*/, "", line[k])
      sub(/[ \t]*=.*/, "", line[k])
      stands[line[k]] = name
    } else if (line[k] ~ /(^|[^A-Za-z0-9_.])test[ \t]*[(]/) found("")
    else if (match(line[k], /(^|[^A-Za-z0-9_.])subdir[ \t]*[(][ \t]*'[^']+'/)) {
      name = substr(line[k], RSTART, RLENGTH)
      sub(/[^']*'/, "", name)
      sub(/'.*/, "", name)
      found(name)
    }
  }
}

# A test, or a folder that is read from here, with what stands around it.
function found(sub_folder,   conditions, i) {
  for (i = 1; i <= depth; i++) conditions = conditions within[i] "\n"
  if (sub_folder == "") tests[++ntests] = folder "\n" conditions
  else if (!((folder sub_folder "/") in from)) from[folder sub_folder "/"] = folder "\n" conditions
}

# The first option that is off and has to be on, in lines of conditions.
function gate(conditions,   line, n, k, name) {
  n = split(conditions, line, "\n")
  for (k = 1; k <= n; k++) {
    if (line[k] ~ /(^|[^A-Za-z0-9_])([Oo][Rr])([^A-Za-z0-9_]|$)/) continue
    for (name in stands) if (stands[name] in off && needs(line[k], name)) return stands[name]
    for (name in off) if (needs(line[k], name)) return name
  }
  return ""
}

function needs(condition, name,   padded) {
  gsub(/[^A-Za-z0-9_-]+/, " ", condition)
  padded = " " condition " "
  return index(padded, " " name " ") && !index(tolower(padded), " not " tolower(name) " ") && !index(padded, " not get_option " name " ") \
    && !index(padded, " disabled ")
}

END {
  for (i = 1; i <= ntests; i++) {
    here = tests[i]
    for (level = 0; level < 20; level++) {
      cut = index(here, "\n")
      gated = gate(substr(here, cut + 1))
      folder = substr(here, 1, cut - 1)
      if (gated != "" || !(folder in from)) break
      here = from[folder]
    }
    if (gated ~ /^[A-Za-z0-9_.:-]*$/) print gated
  }
}
