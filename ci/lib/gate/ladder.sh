# shellcheck shell=bash
#
# gate: climbs from the floor over the variants that pgokit bench measured. One is chosen only where
# it beats the best one below it, else the simpler one stays chosen. What is below the floor is compared
# with the baseline and not chosen. With --layouts each step upward is measured once more, beside a control
# and a canary, both sides in several orders of their functions.

gate_ladder() {
  receipt=$work/bench/receipt.json
  [ -s "$receipt" ] || refuse 4 "judge '$receipt': nothing was measured; run pgokit bench first"
  variant_field "$floor" 1 >/dev/null
  [ "$confirm" = false ] || arms_begin
  phase_begin gate "$(config .name)"
  contest_clear "$work/gate"
  check_measured 4 judge
  rules_options
  remove "${work:?}/gate/layouts"
  ladder_climb
  remove "${work:?}/gate/layouts"
}

# Judges a pair; sets judged to its verdict as JSON.
ladder_judge() { # <base> <candidate>
  local status=0
  judged=$(bench-compare --base "$1" --cand "$2" "${rules[@]}" "${limits[@]}" --json -o "$work/gate/$1..$2.json" "$receipt" \
    2>"$work/gate/compare.log") || status=$?
  case $status in
    0 | 1 | 3) ;;
    *)
      cat -- "$work/gate/compare.log" >&2
      refuse "$status" "judge '$2' against '$1': the comparison is invalid; all samples are in '$receipt'"
      ;;
  esac
}

# Whether the last judged candidate is worth shipping, in words for people: "yes", or why not.
ladder_worth() {
  ladder_worth_of "$(config .release.min_win_pct)" <<<"$judged"
}

ladder_worth_of() { # <release.min_win_pct>; reads a verdict
  jq -r --argjson min "$1" "$(<"$PGOKIT_HOME/ci/lib/core/manifest.jq") $(<"$PGOKIT_HOME/ci/lib/gate/worth.jq")"
}

# The same question once more, of several layouts of both: a gain that an order of the functions can be worth
# as well may be gone with the next change. What cannot be proven is not chosen. Sets why and confirmed;
# changes judged.
ladder_confirm() { # <base> <candidate>
  local status dir=$work/gate/$1..$2 budget=${budget:-$(config .gate.budget_s)}
  tree_again
  # Two sides, control and canary; of each side as many programs as layouts, which all want their rounds.
  budget=$(awk -v s="$budget" -v k=${#layouts[@]} 'BEGIN { s *= (k + 1) / 2; print s < 86400 ? s : 86400 }')
  variants_contest "$1" "$2" "$dir" >/dev/null
  status=$judged
  judged=$(<"$dir/verdict.json")
  confirmed=$(jq -c --slurpfile receipt "$dir/receipt.json" '
    {layouts: ([$receipt[0].arms[] | select(.role == "base") | .sha256] | unique | length),
     spread_pct: .suite.layouts.spread_pct}' <<<"$judged")
  if [ "$status" -eq 4 ]; then
    why='measured once more, the comparison is invalid'
    warn "judge '$2' against '$1' once more: the comparison is invalid, so '$1' stays ($(jq -r '.self_check // "a benchmark is not fit to be judged"' <<<"$judged")); measure longer (--budget), or where nothing else runs; all samples are in '$dir/receipt.json'"
    return
  elif [ "$status" -eq 3 ]; then
    why="measured once more, more than gate.max_undetected_pct could have been overlooked in $(jq -r "$(<"$PGOKIT_HOME/ci/lib/core/manifest.jq")"'[.benches[] | select(.exit == 3) | .name] | first_of' <<<"$judged")"
    return
  fi
  why=$(ladder_worth)
  [ "$why" != yes ] || why=$(jq -r --argjson confirmed "$confirmed" '
    if -(.suite.change_pct // 0) > ($confirmed.spread_pct // 0) then "yes"
    else "a gain of \(-.suite.change_pct * 100 | round / 100) % is no more than an order of its functions is worth (\($confirmed.spread_pct * 100 | round / 100) %)" end' <<<"$judged")
}

ladder_climb() {
  local champion=$floor climbing=false v why confirmed all climbers steps=() against=() beside=()
  all=$(jq -r '.arms[].name' "$receipt" 2>&1) || die "read '$receipt': ${all#jq: }"
  climbers=$(grep -Fx -f <(manifest_get '.phases.optimize.variants[].name') <<<"$all") || true
  grep -qx -- "$floor" <<<"$climbers" || refuse 4 "judge '$receipt': the floor, $floor, was not measured"
  [ "$floor" != baseline ] || climbing=true
  climbers=$(grep -vx baseline <<<"$climbers") || refuse 4 "judge '$receipt': there is nothing but the baseline in it"
  for v in $climbers; do
    ladder_judge baseline "$v"
    against+=("$judged")
    if [ "$v" = "$floor" ]; then
      climbing=true
      continue
    fi
    [ "$climbing" = true ] || continue
    [ "$champion" = baseline ] || ladder_judge "$champion" "$v"
    why=$(ladder_worth)
    confirmed=null
    [ "$why" != yes ] || [ "$confirm" = false ] || ladder_confirm "$champion" "$v"
    steps+=("$(jq -c --arg cand "$v" --arg base "$champion" --arg why "$why" --argjson confirmed "$confirmed" \
      '{base: $base, cand: $cand, chosen: ($why == "yes"), why: $why, suite, confirmed: $confirmed}' <<<"$judged")")
    if [ "$why" = yes ]; then
      log "$v: better than $champion"
      champion=$v
    else
      log "$v: stays behind $champion: $why"
    fi
  done
  # Programs of somebody else's (bench --beside) are no steps.
  while IFS= read -r v; do
    ladder_judge "$v" "$champion"
    beside+=("$judged")
  done < <(grep -Fxv -f <(printf '%s\nbaseline\n' "$climbers") <<<"$all" || true)
  # Verdicts on all benchmarks, one after the other: too long for arguments.
  printf '%s\n' "${steps[@]}" "${against[@]}" "${beside[@]}" |
    jq -s --arg floor "$floor" --arg ship "$champion" --arg receipt "$(hash_of "$receipt")" \
      --argjson steps ${#steps[@]} --argjson against ${#against[@]} '
      {format: "pgokit-gate-1", receipt_sha256: $receipt, $floor, $ship, steps: .[:$steps],
       against_baseline: .[$steps:$steps + $against], beside: .[$steps + $against:]}' >"$work/gate/verdict.json.new"
  mv -- "$work/gate/verdict.json.new" "$work/gate/verdict.json"
  # shellcheck disable=SC2016 # jq's variables
  phase_end '{sources: .phases.bench.sources} + ($verdict[0] | {ship, steps: [.steps[] | {base, cand, chosen, why}]})' \
    --slurpfile verdict "$work/gate/verdict.json"
  printf '%s\n' "$champion"
}
