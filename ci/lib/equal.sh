# shellcheck shell=bash
#
# Equal: every variant exits as the baseline exits, prints what it prints on standard output and
# writes the same declared output files, for every workload and benchmark. Each program runs as it
# would be shipped, stripped, and from one path, so that printing its own name is no difference.

# Makes the stripped copy of a variant at the one path.
equal_program() { # <variant>
  mkdir -p -- "$work/build/equal/bin"
  program=$work/build/equal/bin/${binary##*/}
  rm -f -- "$program"
  "$LLVM_BIN/llvm-strip" -o "$program" "$(bin_of "$1")" 2>>"$work/log/equal.log" ||
    refuse 1 "strip '$1': llvm-strip failed on '$(bin_of "$1")'; see '$work/log/equal.log'"
}

# What one run shows, a line each: exit status, hash of standard output, hash of each declared file.
equal_run() { # <workload or benchmark, a line of config_workloads>
  local file result files=() shown=$work/build/equal/stdout
  local -A w
  config_fields w "$1"
  [ -z "${w[outputs]}" ] || mapfile -t files <<<"${w[outputs]}"
  : >"$shown"
  for file in "${files[@]}"; do
    rm -rf -- "${tree:?}/$file" # a file of the run before would look like an output
  done
  # Where this fails, bench-run says so.
  [ -z "${w[prepare]-}" ] || workload_beside "${w[prepare]}" "$work/log/equal.log" || true
  # shellcheck disable=SC2094 # both only append
  result=$(workload_run "$1" "$program" "$work/log/equal.log" --stdout "$shown" 2>>"$work/log/equal.log") || true
  [[ $result =~ \"status\":\ ([0-9]+) ]] || BASH_REMATCH=('' null)
  printf 'exit status %s\n' "${BASH_REMATCH[1]}"
  printf 'standard output %s\n' "$(hash_of "$shown")"
  for file in "${files[@]}"; do
    if [ -f "$tree/$file" ]; then
      printf 'file %s %s\n' "$file" "$(hash_of "$tree/$file")"
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
  config_workloads "${tier:-fast}" 'select(.suite | not)' | while IFS= read -r line; do
    workload_ready "$line" "$work/log/equal.log" && printf '%s\n' "$line"
  done
  config_items '.benches[]'
}

equal_name() { # <line of config_workloads>
  local -A w
  config_fields w "$1"
  printf '%s' "${w[name]}"
}

# Refuses if a variant differs. The baseline, which comes first, runs everything twice: what differs
# between its own two runs (a time, an address) cannot be compared, and is said.
equal_check() { # <variant...>
  # program: the arms have one of that name, too.
  local v i got name items=() wants=() program
  rm -rf -- "${work:?}/build/equal" "$work/log/equal.log"
  binary=$(config .binary)
  mapfile -t items < <(equal_items)
  log "compare the output of ${#items[@]} commands in $# variants"
  equal_program "$1"
  for i in "${!items[@]}"; do
    name=$(equal_name "${items[i]}")
    wants[i]=$(equal_run "${items[i]}")
    got=$(equal_run "${items[i]}")
    if [ "${wants[i]}" != "$got" ]; then
      warn "compare '$name': the baseline's own runs differ in $(equal_difference "${wants[i]}" "$got"), so no variant can be compared in it"
      wants[i]=
    fi
  done
  equal_needed
  for v in "${@:2}"; do
    equal_program "$v"
    for i in "${!items[@]}"; do
      [ -n "${wants[i]}" ] || continue
      got=$(equal_run "${items[i]}")
      [ "$got" = "${wants[i]}" ] ||
        refuse 1 "compare '$v' with the baseline: '$(equal_name "${items[i]}")' differs in $(equal_difference "${wants[i]}" "$got"). The variant is wrong, or the program does something undefined that the optimizer brought to light; both programs are in '$bins'"
    done
  done
  rm -rf -- "${work:?}/build/equal"
}

# A benchmark that does not notice that there is no program does not use it: of all variants it would
# measure the same, and call them equally fast.
equal_needed() { # after the runs of the baseline; reads items, wants
  local i program=$work/build/equal/bin/none/${binary##*/}
  for ((i = ${#items[@]} - $(config '.benches | length'); i < ${#items[@]}; i++)); do
    [[ ${wants[i]} == 'exit status 0'* ]] || continue # bench-run says of those that fail
    [ "$(equal_run "${items[i]}")" != "${wants[i]}" ] ||
      refuse 1 "run '$(equal_name "${items[i]}")': it does the same without the program, so it does not measure it. It has to use \$PGOKIT_BINARY: run it, or load it where it is a library"
  done
}

# The first thing that differs, in words.
equal_difference() { # <fingerprint> <fingerprint>
  local was is
  was=$(diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") | sed -n 's/^< //p' | sed -n 1p) || true
  is=$(diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") | sed -n 's/^> //p' | sed -n 1p) || true
  case $was in
    exit*) printf 'its exit status (%s, not %s)' "${is##* }" "${was##* }" ;;
    standard*) printf 'its standard output' ;;
    file*)
      was=${was#file }
      printf "its output file '%s'" "${was% *}"
      ;;
  esac
}
