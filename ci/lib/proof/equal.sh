# shellcheck shell=bash
#
# Equal: every variant exits as the baseline exits, prints what it prints on standard output and writes
# the same declared output files, for every workload and benchmark; or as near as the item's own comparison
# (tolerance, compare) lets pass. Each program runs as it ships, and from one path, so that printing its own
# name is no difference.

# Puts a copy of the program, in build/equal/, at the one path, where another may be running still.
equal_put() { # <copy>
  rm -f -- "$program"
  ln -- "$equal/$1" "$program" 2>/dev/null || cp -- "$equal/$1" "$program"
}

# A variant as it ships, as a copy of that name.
equal_ships() { # <variant> <copy>
  ship_copy "$(bin_of "$1")" "$equal/$2" "$work/log/equal.log" ||
    refuse 1 "strip '$1': llvm-strip failed on '$(bin_of "$1")'; see '$work/log/equal.log'"
}

# What one run of the program at the one path shows, a line each: exit status, hash of standard output, hash
# of each declared file. What these are stays in the folder, in files 0, 1, 2, ...
equal_run() { # <workload or benchmark, a line of config_workloads> <folder>
  local file result files=() shown=$2/1 n=1
  local -A w
  config_fields w "$1"
  [ -z "${w[outputs]}" ] || mapfile -t files <<<"${w[outputs]}"
  folder_empty "$2"
  : >"$shown"
  for file in "${files[@]}"; do
    rm -rf -- "${tree:?}/$file" # a file of the run before would look like an output
  done
  # Where this fails, bench-run says so.
  [ -z "${w[prepare]-}" ] || workload_beside "${w[prepare]}" "$work/log/equal.log" || true
  # shellcheck disable=SC2094 # both only append
  result=$(workload_run "$1" "$program" "$work/log/equal.log" --stdout "$shown" 2>>"$work/log/equal.log") || true
  [[ $result =~ \"status\":\ ([0-9]+) ]] || BASH_REMATCH=('' null)
  printf '%s\n' "${BASH_REMATCH[1]}" >"$2/0"
  printf 'exit status %s\n' "${BASH_REMATCH[1]}"
  printf 'standard output %s\n' "$(hash_of "$shown")"
  for file in "${files[@]}"; do
    n=$((n + 1))
    if [ -f "$tree/$file" ]; then
      cp -- "$tree/$file" "$2/$n"
      printf 'file %s %s\n' "$file" "$(hash_of "$2/$n")"
    else
      printf 'file %s absent\n' "$file"
    fi
  done
  [ -z "${w[cleanup]-}" ] || workload_beside "${w[cleanup]}" "$work/log/equal.log" || true
}

# Whatever the last collect ran, and all benchmarks. A suite runs no variant.
equal_items() {
  local tier
  tier=$(manifest_get .phases.collect.tier)
  config_workloads "${tier:-fast}" false | while IFS= read -r line; do
    workload_ready "$line" "$work/log/equal.log" && printf '%s\n' "$line"
  done
  config_items bench
}

equal_name() { # <line of config_workloads>
  local -A w
  config_fields w "$1"
  printf '%s' "${w[name]}"
}

# Whether the item's own comparison lets a file pass that is not the same.
equal_near() { # <line of config_workloads> <file of the baseline> <file>
  local -A w
  config_fields w "$1"
  if [ -n "${w[compare]-}" ]; then
    PGOKIT_EXPECTED=$2 PGOKIT_ACTUAL=$3 workload_beside "${w[compare]}" "$work/log/equal.log"
  else
    [ -n "${w[tolerance]-}" ] && equal_apart "$2" "$3" "${w[tolerance]}" >/dev/null
  fi
}

# The parts in which two runs differ, a number each: 0 is the exit status, 1 standard output, the others are
# declared files. With the folders of both runs, less what the item's own comparison lets pass.
equal_parts() { # <line of config_workloads> <what one shows> <what the other shows> [folder of each]
  local n was is
  mapfile -t was <<<"$2"
  mapfile -t is <<<"$3"
  for n in "${!was[@]}"; do
    if [ "${was[n]}" = any ] || [ "${was[n]}" = "${is[n]-}" ]; then continue; fi
    if [ $# -gt 3 ] && [ "$n" -gt 0 ] && [ -f "$4/$n" ] && [ -f "$5/$n" ] && equal_near "$1" "$4/$n" "$5/$n"; then continue; fi
    printf '%s\n' "$n"
  done
}

# A comparing command that calls all files alike, or none, would compare nothing.
equal_try() { # <line of config_workloads> <folder of a run>
  local file
  local -A w
  config_fields w "$1"
  [ -n "${w[compare]-}" ] || return 0
  : >"$equal/empty"
  for file in "$2"/[1-9]*; do
    cp -- "$file" "$equal/same"
    equal_near "$1" "$file" "$equal/same" ||
      refuse 1 "compare '${w[name]}': its own command (compare) rejects a copy of what the baseline made: ${w[compare]}; what it said is in '$work/log/equal.log'"
    [ -s "$file" ] || continue
    ! equal_near "$1" "$file" "$equal/empty" ||
      refuse 1 "compare '${w[name]}': its own command (compare) accepts an empty file for what the baseline made, so it compares nothing: ${w[compare]}. It has to read the files of \$PGOKIT_EXPECTED and \$PGOKIT_ACTUAL, and to fail where they differ"
  done
}

equal_first_name() {
  [ "$first" = baseline ] && printf 'the baseline' || printf "'%s'" "$first"
}

# Refuses if a variant differs from the first.
equal_check() { # <variant...>
  # program: the arms have one of that name, too.
  local v i items=() wants=() alike=() program equal=$work/build/equal binary first=$1
  rm -rf -- "${equal:?}" "$work/log/equal.log" "$work/log/equal"
  binary=$(config .binary)
  program=$equal/bin/${binary##*/}
  mkdir -p -- "$equal/bin"
  mapfile -t items < <(equal_items)
  log "compare the output of ${#items[@]} commands in $# variants"
  ! v=$(ships_whole "$(bin_of "$first")") || log "$first ships as it was built, with all its symbols: $v"
  cp -- "$(bin_of "$first")" "$equal/built"
  equal_ships "$first" ships
  for i in "${!items[@]}"; do equal_first "$i"; done
  equal_needed
  for v in "${@:2}"; do
    equal_ships "$v" variant
    equal_put variant
    for i in "${!items[@]}"; do equal_variant "$v" "$i"; done
    alike+=("$v")
  done
  rm -rf -- "${equal:?}"
}

# The first runs everything twice: as it was built, and as it ships. Sets what all others have to show.
equal_first() { # <number of the item>; changes wants
  local item=${items[$1]} built parts
  equal_put built
  built=$(equal_run "$item" "$equal/was")
  equal_put ships
  wants[$1]=$(equal_run "$item" "$equal/is")
  equal_try "$item" "$equal/is"
  parts=$(equal_parts "$item" "$built" "${wants[$1]}" "$equal/was" "$equal/is")
  [ -z "$parts" ] || equal_unsteady "$1" "$built" "$parts"
}

# Either no two runs are the same (a time, an address), and the part cannot be compared, which is said; or those of
# the program as it was built are, and those of the program as it ships, so strip takes something away.
equal_unsteady() { # <number of the item> <what the program showed as it was built> <parts that differ>; changes wants
  local item=${items[$1]} n again name unsteady='' lines
  name=$(equal_name "$item")
  for n in 1 2 3; do # two runs may be the same by chance
    again=$(equal_run "$item" "$equal/again")
    unsteady+=$(equal_parts "$item" "${wants[$1]}" "$again" "$equal/is" "$equal/again")$'\n'
    equal_put built
    again=$(equal_run "$item" "$equal/again")
    unsteady+=$(equal_parts "$item" "$2" "$again" "$equal/was" "$equal/again")$'\n'
    equal_put ships
    grep -qvxF -e "$unsteady" <<<"$3" || break
  done
  n=$(grep -vxFm 1 -e "$unsteady" <<<"$3") || true
  [ -z "$n" ] ||
    refuse 1 "strip '$first': '$name' differs in $(equal_part "${wants[$1]}" "$n") then ($(equal_shown "$n" was is)). Does it read its own symbols or sections? \"release\": {\"strip\": false} in pgokit.json ships it as it was built"
  mapfile -t lines <<<"${wants[$1]}"
  while read -r n; do
    [ -n "$n" ] || continue
    warn "compare '$name': the baseline's own runs differ in $(equal_part "${wants[$1]}" "$n"), so no variant can be compared in it"
    lines[n]=any
  done < <(sort -nu <<<"$unsteady")
  printf -v "wants[$1]" '%s\n' "${lines[@]}"
}

# Refuses if the variant, at the one path, differs in the item.
equal_variant() { # <variant> <number of the item>
  local item=${items[$2]} got parts n cause
  got=$(equal_run "$item" "$equal/is")
  [ -n "$(equal_parts "$item" "${wants[$2]}" "$got")" ] || return 0
  equal_put ships
  equal_run "$item" "$equal/was" >/dev/null # what it shows was not kept
  equal_put variant
  parts=$(equal_parts "$item" "${wants[$2]}" "$got" "$equal/was" "$equal/is")
  [ -n "$parts" ] || return 0
  n=${parts%%$'\n'*}
  mkdir -p -- "$work/log/equal"
  equal_cause "$1" "$2" "$n"
  [ ! -f "$equal/was/$n" ] || cp -- "$equal/was/$n" "$work/log/equal/expected"
  [ ! -f "$equal/is/$n" ] || cp -- "$equal/is/$n" "$work/log/equal/actual"
  refuse 1 "compare '$1' with $(equal_first_name): '$(equal_name "$item")' differs in $(equal_part "${wants[$2]}" "$n") ($(equal_shown "$n" was is)). $cause. Both programs are in '$bins', what they showed in '$work/log/equal'"
}

# A benchmark that does not notice that there is no program does not use it: of all variants it would
# measure the same, and call them equally fast.
equal_needed() { # after the runs of the baseline; reads items, wants
  local i measured program=$equal/bin/none/${program##*/}
  mapfile -t measured < <(config_items bench)
  for ((i = ${#items[@]} - ${#measured[@]}; i < ${#items[@]}; i++)); do
    # Of those that fail bench-run says so; what no two runs agree on tells nothing here, either.
    if [[ ${wants[i]} != 'exit status 0'* || $'\n'${wants[i]} == *$'\nany'* ]]; then continue; fi
    [ -n "$(equal_parts "${items[i]}" "${wants[i]}" "$(equal_run "${items[i]}" "$equal/is")")" ] ||
      refuse 1 "run '$(equal_name "${items[i]}")': it does the same without the program, so it does not measure it. It has to use \$PGOKIT_BINARY: run it, or load it where it is a library"
  done
}
