# Whether the candidate of a verdict is worth shipping, by the least gain $min: "yes", or why not. Goes behind manifest.jq.

([.benches[] | select(.gated and .verdict == "regressed") | .name]) as $worse
| (.suite.change_pct // 0) as $c
| if ([.benches[] | select(.gated) | .verdict] | all(. == "identical")) then "it is the same program"
  elif $worse | length > 0 then "slower in \($worse | first_of)"
  elif .suite == null then "there is no common measure"
  elif .suite.verdict != "improved" then
    if $c >= 0 then "not faster" else "a gain of \(-$c * 100 | round / 100) % is not proven" end
  elif -$c < $min then "a gain of \(-$c * 100 | round / 100) % is less than release.min_win_pct (\($min) %)"
  else "yes" end
