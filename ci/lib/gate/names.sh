# shellcheck shell=bash
#
# Which benchmarks decide, and what became of those that decided before: a benchmark that is gone, or
# is no longer gated, is the one change that a measurement cannot see.

# The names of the gated benchmarks of a configuration, by the rule that judges them, too.
gated_names() { # <configuration as JSON>; sets gated
  local words found status=0
  mapfile -d '' -t words < <(jq -j '(.gate.match[] | "--match", .), "--", .benches[].name | . + "\u0000"' <<<"$1")
  found=$(bench-compare gated --json "${words[@]}") || status=$?
  [ "$status" -le 1 ] || die 'find the gated benchmarks: bench-compare could not say; its message stands above'
  mapfile -d '' -t gated < <(jq -j '.[] + "\u0000"' <<<"$found")
}

# Refuses when nothing decides.
gated_some() { # <configuration> <what is about to be done>
  gated_names "$1"
  [ ${#gated[@]} -gt 0 ] ||
    refuse 4 "$2: none of $(jq '.benches | length' <<<"$1") benchmarks is gated by gate.match"
}

# Refuses when the base gates a benchmark that this tree neither gates nor says to have retired.
gated_kept() { # <configuration of the base> <of this tree> <what to call the base>
  local name before now reason gone=()
  gated_names "$1"
  before=("${gated[@]}")
  gated_names "$2"
  for name in "${before[@]}"; do
    ! among "$name" "${gated[@]}" || continue
    reason=$(jq -r --arg name "$name" '[.gate.retired[] | select(.name == $name)][0].reason // ""' <<<"$2")
    now=$(jq -r --arg name "$name" '[.gate.retired[] | select(.name == $name)][0].now // ""' <<<"$2")
    if [ -z "$reason" ]; then
      gone+=("$name")
    elif [ -n "$now" ] && ! among "$now" "${gated[@]}"; then
      refuse 4 "compare with $3: gate.retired says that '$name' is now '$now', which is no gated benchmark"
    else
      [ -z "$now" ] || now=", now '$now'"
      note "The benchmark '$name' is retired$now: $reason"
    fi
  done
  [ ${#gone[@]} -eq 0 ] ||
    refuse 4 "compare with $3: this tree does not gate $(some_names "${gone[@]}"), which $([ ${#gone[@]} -gt 1 ] && printf are || printf is) gated there. A benchmark that vanishes is no pass; where that is meant, gate.retired in pgokit.json gives the reason"
}

among() { # <text> <text...>
  local t
  for t in "${@:2}"; do
    [ "$t" != "$1" ] || return 0
  done
  return 1
}

# What else differs from the base's rules is said: one that is weakened lets more pass.
gated_rules() { # <configuration of the base> <of this tree> <what to call the base>
  local line lines
  mapfile -t lines < <(jq -r -s --arg base "$3" '. as [$was, $is]
    | def differing($a; $b): $a + $b | keys[] | select($a[.] != $b[.]);
    ($was.gate | del(.retired)) as $a | ($is.gate | del(.retired)) as $b
    | (differing($a; $b) | "gate.\(.) is \($b[.] | tojson), in \($base) it is \($a[.] | tojson)"),
      ($is.benches[] as $b | $was.benches[] | select(.name == $b.name and . != $b)
       | "The benchmark \u0027\(.name)\u0027 is not that of \($base): \([differing(.; $b)] | join(", "))")
    | gsub("\n"; "?")' <<<"$1$2")
  for line in "${lines[@]:0:10}"; do note "$line"; done
  [ ${#lines[@]} -le 10 ] || note "and $((${#lines[@]} - 10)) more differences from the rules and benchmarks of $3"
}
