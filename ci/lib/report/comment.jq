# The comment on a pull request, from $run, as GitHub has it, and the input, a result (result.jq), which is null where
# the run left none that can be read ($unfit says that it left something else). What the run left may say anything:
# that it passed has to be GitHub's word, too. All texts of the result stand in code
# spans, where nothing is markup. The words are those of bench-compare's Markdown: said.jq.

def span($max): shortened($max) | visible | gsub("`"; "'") | "`\(.)`";

def ended: "The run ended with `\($run.conclusion | tostring | if test("\\A[a-z_]{1,30}\\z") then . else "?" end)`";
def fits: .outcome != "pass" or $run.conclusion == "success";

# The first line.
def heading: . as $result
  | (if $result == null then {headline: "has no result", check: "fails"} elif fits then said[.outcome]
     else {headline: "did not pass: the run failed beside its measurement", check: "fails"} end)
  | "### pgokit gate \(.headline) (\(if $result.name then "\($result.name | span(100)); " else "" end)the check \(.check))";

def table: [["benchmark", "change", "interval", "rounds", "verdict"],
    (.benches[] | [(.name | code), change, interval, "\(.rounds)",
      "\(if .exit == 1 or .exit == 4 then "**\(.verdict)**" else .verdict end)\(if .gated then "" else " (not gated)" end)"])]
  | rows;

def list: if . == [] then "" else "\n" + join("\n") + "\n" end;

. as $result
| "<!-- pgokit: \($workflow) -->\n\(heading)\n\n" +
if $result == null then
  "\(ended)\(
    if $unfit == "" then "" else ", and what it left is not what a gate leaves" end). That is not a pass; its log says more.\n"
else
  ($result
    | (if fits then "" else "\(ended), although nothing that was measured has become slower; its log says more.\n\n" end)
    + (decided | if . == [] then "" else "Decided by\n" + list + "\n" end)
    + (said[.outcome].next | if . == "" then "" else . + "\n\n" end)
    + (if .benches == [] then "" else table + "\n" end)
    + (if .left_out > 0 then "\n\(.left_out) more benchmarks are in the run's summary.\n" else "" end)
    + (if .self_check == null then "" else "\nself-check: \(.self_check | span(500))\n" end)
    + ([.notes[] | "- " + span(500)] | list)
    + "\n\(.gated) gated benchmarks share a chance of \(.alpha * 100 | fixed(2)) % of a false alarm.\n")
end
+ "\n[The run](\($url)) of `\($run.head_sha[:12])`\(if $result == null then "" else ", merged, against `\($result.base[:12])`" end)"
| if length > $max then error("the comment is too long") else . end
