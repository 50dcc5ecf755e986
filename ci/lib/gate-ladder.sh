# shellcheck shell=bash
#
# gate: climbs from the floor over the variants that pgokit bench measured. One is chosen only where
# it beats the best one below it, else the simpler one stays chosen. What is below the floor is compared
# with the baseline and not chosen. With --layouts each step is measured once more, both sides in several
# orders of their functions.

# shellcheck source=gate-variants.sh
. "$PGOKIT_HOME/ci/lib/gate-variants.sh"

gate_ladder() {
  receipt=$work/bench/receipt.json
  [ -s "$receipt" ] || refuse 4 "judge '$receipt': nothing was measured; run pgokit bench first"
  variant_field "$floor" 1 >/dev/null
  [ ${#layouts[@]} -eq 1 ] || arms_begin
  phase_begin gate "$(config .name)"
  contest_clear "$work/gate"
  check_measured 4 judge
  rules_options
  ladder_climb
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
  jq -r --argjson min "$(config .release.min_win_pct)" '
    ([.benches[] | select(.gated and .verdict == "regressed") | .name]) as $worse
    | (.suite.change_pct // 0) as $c
    | if ([.benches[] | select(.gated) | .verdict] | all(. == "identical")) then "it is the same program"
      elif $worse | length > 0 then "slower in \($worse | join(", "))"
      elif .suite == null then "there is no common measure"
      elif .suite.verdict != "improved" then
        if $c >= 0 then "not faster" else "a gain of \(-$c * 100 | round / 100) % is not proven" end
      elif -$c < $min then "a gain of \(-$c * 100 | round / 100) % is less than release.min_win_pct (\($min) %)"
      else "yes" end' <<<"$judged"
}

# The same question of several layouts of both: a gain that an order of the functions can be worth as
# well may be gone with the next change. Sets why; changes judged.
ladder_confirm() { # <base> <candidate>
  local status dir=$work/gate/$1..$2
  tree=$work/tree
  variants_contest "$1" "$2" "$dir" >/dev/null
  status=$judged
  judged=$(<"$dir/verdict.json")
  case $status in
    0 | 1 | 3) ;;
    *) refuse "$status" "judge '$2' against '$1' in ${#layouts[@]} layouts: the comparison is invalid; all samples are in '$dir/receipt.json'" ;;
  esac
  why=$(ladder_worth)
  [ "$why" != yes ] || why=$(jq -r '
    ([.benches[] | select(.gated) | .layouts.spread_pct // 0] | add / length) as $spread
    | if -(.suite.change_pct // 0) > $spread then "yes"
      else "a gain of \(-.suite.change_pct * 100 | round / 100) % is no more than an order of its functions is worth (\($spread * 100 | round / 100) %)" end' <<<"$judged")
}

ladder_climb() {
  local champion=$floor climbing=false v why all climbers steps='[]' against='[]' beside='[]'
  all=$(jq -r '.arms[].name' "$receipt" 2>&1) || die "read '$receipt': ${all#jq: }"
  climbers=$(grep -Fx -f <(manifest_get '.phases.optimize.variants[].name') <<<"$all") || true
  grep -qx -- "$floor" <<<"$climbers" || refuse 4 "judge '$receipt': the floor, $floor, was not measured"
  [ "$floor" != baseline ] || climbing=true
  climbers=$(grep -vx baseline <<<"$climbers") || refuse 4 "judge '$receipt': there is nothing but the baseline in it"
  for v in $climbers; do
    ladder_judge baseline "$v"
    against=$(jq -c --argjson v "$judged" '. + [$v]' <<<"$against")
    if [ "$v" = "$floor" ]; then
      climbing=true
      continue
    fi
    [ "$climbing" = true ] || continue
    [ "$champion" = baseline ] || ladder_judge "$champion" "$v"
    why=$(ladder_worth)
    [ "$why" != yes ] || [ ${#layouts[@]} -eq 1 ] || ladder_confirm "$champion" "$v"
    steps=$(jq -c --arg cand "$v" --arg base "$champion" --arg why "$why" --argjson v "$judged" \
      '. + [{base: $base, cand: $cand, chosen: ($why == "yes"), why: $why, suite: $v.suite}]' <<<"$steps")
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
    beside=$(jq -c --argjson v "$judged" '. + [$v]' <<<"$beside")
  done < <(grep -Fxv -f <(printf '%s\nbaseline\n' "$climbers") <<<"$all")
  jq -n --arg floor "$floor" --arg ship "$champion" --argjson steps "$steps" --argjson against "$against" \
    --argjson beside "$beside" --arg receipt "$(hash_of "$receipt")" \
    '{format: "pgokit-gate-1", receipt_sha256: $receipt, $floor, $ship, $steps, against_baseline: $against, $beside}' \
    >"$work/gate/verdict.json.new"
  mv -- "$work/gate/verdict.json.new" "$work/gate/verdict.json"
  phase_end "$(jq -c '{ship, steps: [.steps[] | {base, cand, chosen, why}]}' "$work/gate/verdict.json")"
  printf '%s\n' "$champion"
}
