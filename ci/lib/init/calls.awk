# The calls of a function in CMakeLists.txt, meson.build and configure.ac: of each a line with the file's
# folder, the first argument and the others, as they are written; tabs between. Variable: call, the
# function's name in lower case. What has control characters in it is left out.

BEGIN { RS = "\001" }

FILENAME !~ /[[:cntrl:]]/ {
  folder = FILENAME
  sub(/[^\/]*$/, "", folder)
  gsub(/#[^\n]*/, "")
  rest = $0
  while (match(tolower(rest), "(^|[^a-z0-9_.])(" call ")[ \t\r\n]*[(]")) {
    rest = substr(rest, RSTART + RLENGTH)
    sub(/^[ \t\r\n]+/, "", rest)
    quote = substr(rest, 1, 1)
    if (quote == "\"" || quote == "'" || quote == "[") {
      end = index(substr(rest, 2), quote == "[" ? "]" : quote)
      first = substr(rest, 2, end - 1)
      others = substr(rest, end + 2)
    } else {
      match(rest, /^[^ \t\r\n,()]*/)
      first = substr(rest, 1, RLENGTH)
      others = substr(rest, RLENGTH + 1)
    }
    sub(/[)].*/, "", others)
    gsub(/[ \t\r\n]+/, " ", others)
    sub(/^[ ,(]+/, "", others)
    if (first != "" && first others !~ /[[:cntrl:]]/) print folder "\t" first "\t" others
  }
}
