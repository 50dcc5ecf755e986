# shellcheck shell=bash
#
# gate --self-test: the whole gate on contests of which it is known how they have to end. Each is the
# program of this tree against itself.

gate_self_test() {
  local failed=0 canary
  arms_begin
  gated_some "$CONFIG" "try the gate"
  phase_begin gate "$(config .name): self-test"
  contest_clear "$work/gate"
  remove "${work:?}/gate/arm"
  tree_make
  arm_build base 'this tree'
  # Not the same file, which would pass without measuring, but the same code: what stands behind the
  # last section of a program is never loaded.
  arm_keep head "$(arm_path base)"
  printf '\n' >>"$(arm_path head)"
  # Slowness is in no count of the program's instructions, nor in other numbers that no clock gives.
  benches=$(config benches | jq -c 'map(if .metric != "wall" then .metric = "cpu" else . end)')
  rules_options
  canary=$(config canary_pct)
  arms_sides base head
  arms_proof

  printf '%-48s %-14s %-14s %s\n' contest 'has to be' is seconds
  self_contest same 'the program against itself' pass
  arm_slow control "$(jq -n "2 * $canary")"
  self_contest broken 'the same with a control that is slower' invalid
  arm_slow control 0
  arm_slow cand "$canary"
  self_contest slower "the program against itself, $canary % slower" regressed
  phase_status=$((failed > 0))
  [ "$failed" -eq 0 ] ||
    warn "the gate did not end as it has to in $failed of 3 contests. On a busy machine, measure longer (--budget)"
  phase_end "{\"self_test\": true, \"failed\": $failed}"
  exit "$phase_status"
}

arm_slow() { # <role> <percent>; changes arms
  arms=$(jq -c --arg role "$1" --argjson pct "$2" 'map(if .role == $role then .slow_pct = $pct else . end)' <<<"$arms")
}

self_contest() { # <folder> <what it is> <the outcome it must have>; changes failed
  local dir=$work/gate/self-test/$1 begin=$SECONDS is
  contest_measure "$dir" --decide "${rules[@]}" --budget "${budget:-20}"
  contest_judge "$dir" >"$dir/table.txt"
  is=$(jq -r .outcome "$dir/verdict.json")
  printf '%-48s %-14s %-14s %d%s\n' "$2" "$3" "$is" $((SECONDS - begin)) \
    "$([ "$is" = "$3" ] || printf '   WRONG: see %s' "$(clean "$dir")")"
  [ "$is" = "$3" ] || failed=$((failed + 1))
}
