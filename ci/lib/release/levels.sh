# shellcheck shell=bash
#
# One release for several levels of x86-64: the chosen variant as it is, the same with each level of
# release.levels, and a launcher that starts the best one (tools/tune/launch/launch.c).

# The variant of which the levels are builds.
levels_stem() { # <variant>
  printf '%s\n' "$1" | sed -E 's/\+x86-64-v[234](\+|$)/\1/'
}

# What of it is packed: a level and its variant a line. A level that was not built, is the same program as
# what runs everywhere, or slower, is left out, and it is said.
levels_packed() { # <stem>
  local level levels levels_wanted base=$1 v status
  config_list .release.levels levels
  config_list .variants levels_wanted
  [ -f "$(bin_of "$1")" ] ||
    refuse 1 "pack '$1': what every CPU can run was not built; add \"$1\" to variants and run pgokit optimize, bench and gate again"
  printf 'x86-64 %s\n' "$1"
  for level in "${levels[@]}"; do
    v=$1+$level
    if [ ! -f "$(bin_of "$v")" ]; then
      [[ " ${levels_wanted[*]} " == *" $v "* ]] ||
        refuse 1 "pack '$level': add \"$v\" to variants and run pgokit optimize, bench and gate again (config: release.levels)"
      warn "'$level' is not packed: it was not built; see what pgokit optimize said of '$v'"
      continue
    fi
    if cmp -s -- "$(bin_of "$base")" "$(bin_of "$v")"; then
      warn "'$level' is not packed: it is the same program as '$base'"
      continue
    fi
    status=0
    bench-compare --base "$base" --cand "$v" "${rules[@]}" "${limits[@]}" "$work/bench/receipt.json" \
      >"$work/log/package.log" 2>&1 || status=$?
    case $status in
      0 | 3) printf '%s %s\n' "$level" "$v" ;;
      1) warn "'$level' is not packed: it is slower than '$base'; the table is in '$work/log/package.log'" ;;
      *) refuse 1 "pack '$level': '$v' cannot be judged beside '$base'; see '$work/log/package.log'; run pgokit bench again" ;;
    esac
  done
}

# The launcher under the program's name, and the builds beside it.
levels_pack() { # <stem> <program's place>; changes packed: name, variant, ...
  local level v launcher=$PGOKIT_HOME/build/bin/level-launch list
  [ -x "$launcher" ] || refuse 1 "pack '$launcher': it is not there; run make in '$PGOKIT_HOME'"
  rules_options
  list=$(levels_packed "$1") || exit
  while read -r level v; do
    mkdir -p -- "$2.levels/$level"
    ship_copy "$(bin_of "$v")" "$2.levels/$level/${2##*/}" "$work/log/package.log" ||
      refuse 1 "strip '$(bin_of "$v")': llvm-strip failed; see '$work/log/package.log'"
    packed+=("${2##*/}.levels/$level/${2##*/}" "$v")
  done <<<"$list"
  cp -- "$launcher" "$2"
  packed+=("${2##*/}" '')
  log "it is a launcher, with builds for $(cut -d ' ' -f 1 <<<"$list" | paste -sd ',' -)"
}
