# shellcheck shell=bash
#
# Suites: workloads that run programs of their own, tests or benchmarks, in the tree and with the
# environment of its build. What they share with the program is sources: functions of one name and
# one control flow, which is what a profile is made of.

# Percent of a suite's counts that are worth a warning: so few are of the program; so many were lost.
SUITE_FEW=10
SUITE_LOST=10

# Leaves the counts of functions that the instrumented program has, in a folder of raw profiles. Those
# of others would make the program look cold beside them, and look like functions that have changed.
suite_keep() { # <workload, a line of config_workloads> <folder of its raw profiles> <program>; sets of_program
  local file said counts=() whole lost hottest hint
  local -A w
  config_fields w "$1"
  while IFS= read -r -d '' file; do
    if ! said=$(profraw-pool --json --of "$3" -o "$file" "$file" 2>"$work/log/suite.log"); then
      jq -e '.output == null and .bad == []' <<<"$said" >/dev/null || {
        cat -- "$work/log/suite.log" >&2
        refuse 1 "run workload '${w[name]}': its raw profiles cannot be used; the messages above say why"
      }
      rm -f -- "$file"
    fi
    counts+=("$said")
  done < <(find "$2" -name '*.profraw' -print0)
  read -r of_program whole lost hottest < <(jq -rs 'map(.of) | ([map(.count) | add // 0, 1] | max) as $all
    | (100 * (map(.count_kept) | add // 0) / $all) as $kept | (100 * (map(.count_changed) | add // 0) / $all) as $lost
    | "\($kept) \($kept | floor) \($lost * 10 | round / 10) \(max_by(.count_changed).hottest_changed // "" | gsub("\n"; "?"))"' <<<"${counts[*]}")
  [ "${lost%.*}" -lt "$SUITE_LOST" ] ||
    warn "run workload '${w[name]}': $lost % of its counts are lost: '${3##*/}' has these functions with another control flow, '$(demangled <<<"$hottest")' above all. Is the suite built with the same options (-D, features)?"
  [ "$of_program" != 0 ] || ! toolchain_is cargo ||
    hint=' Unit tests are of a crate made for them, and with panic = "abort" so are all tests and benchmarks.'
  [ "$of_program" != 0 ] ||
    refuse 1 "run workload '${w[name]}': no function that its programs ran is one of '${3##*/}', by name and control flow, so it is no training for it. Are they built of the same sources, with the flags of the build?${hint-}"
  log "$(printf '%.1f' "$of_program") % of its counts are of functions of '${3##*/}'"
  [ "$whole" -ge "$SUITE_FEW" ] ||
    warn "run workload '${w[name]}': only $(printf '%.2g' "$of_program") % of its counts are of functions of '${3##*/}'; nearly all that it runs is something else. Does it do what your users do?"
}

# Why BOLT has nothing to train on: it needs the program itself, which no suite runs.
suite_only() { # <tier>; prints the reason; status 1 when there is another workload
  [ -z "$(config_workloads "$1" false)" ] || return 1
  printf "the workloads of tier %s are suites, and BOLT learns from the program itself: add one that runs \$PGOKIT_BINARY" "$1"
}
