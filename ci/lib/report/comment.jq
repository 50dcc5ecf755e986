# The comment on a pull request, from $run, as GitHub has it, and the input, a result (result.jq), which is null where
# the run left none that can be read ($unfit says that it left something else). What the run left may say anything:
# that it passed has to be GitHub's word, too. All texts of the result stand in code
# spans, where nothing is markup.

def span($max): shortened($max) | visible | gsub("`"; "'") | "`\(.)`";
def percent: if . == null then "-" else (if . > 0 then "+" else "" end) + "\(fixed(2)) %" end;

def ended: "The run ended with `\($run.conclusion | tostring | if test("\\A[a-z_]{1,30}\\z") then . else "?" end)`";
def fits: .outcome != "pass" or $run.conclusion == "success";

def table: [["benchmark", "change", "interval", "rounds", "verdict"],
    (.benches[] | [(.name | code), (.change_pct | percent),
      (if .low_pct == null then "-" else "\(.low_pct | percent) to \(.high_pct | percent)" end), "\(.rounds)",
      "\(if .exit == 1 or .exit == 4 then "**\(.verdict)**" else .verdict end)\(if .gated then "" else " (not gated)" end)"])]
  | rows;

. as $result
| "<!-- pgokit: \($workflow) -->\n### pgokit gate \(
  if $result == null then "has no result" elif $result | fits then headlines[$result.outcome]
  else "did not pass: the run failed beside its measurement" end)\n\n" +
if $result == null then
  "\(ended)\(
    if $unfit == "" then "" else ", and what it left is not what a gate leaves" end). That is not a pass; its log says more.\n"
else
  ($result
    | (if fits then "" else "\(ended), although nothing that was measured has become slower; its log says more.\n\n" end)
    + (if .benches == [] then "" else table + "\n" end)
    + (if .left_out > 0 then "\n\(.left_out) more benchmarks are in the run's summary.\n" else "" end)
    + (if .self_check == null then "" else "\nSelf-check: \(.self_check | span(500))\n" end)
    + (if .notes == [] then "" else "\n" + ([.notes[] | "- " + span(500)] | join("\n")) + "\n" end)
    + "\n\(.gated) gated benchmarks share a chance of \(.alpha * 100 | fixed(2)) % of a false alarm.\n")
end
+ "\n[The run](\($url)) of `\($run.head_sha[:12])`\(if $result == null then "" else ", merged, against `\($result.base[:12])`" end)"
| if length > $max then error("the comment is too long") else . end
