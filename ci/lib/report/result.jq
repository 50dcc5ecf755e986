# The shape of a gate's result.json (gate-sides.sh writes it), which a stranger's run may have written: numbers,
# words, and texts of bounded length. Whatever else is in it makes it no result.

def one_of($words): . as $it | any($words[]; . == $it);
def text($max): type == "string" and length > 0 and length <= $max;
def amount: type == "number" and . > -1e9 and . < 1e9; # not so for what is no number
def count: amount and . >= 0 and . == floor;
def of_keys($known): type == "object" and (keys - $known) == [] and ($known - keys) == [];

def outcomes: ["pass", "regressed", "inconclusive", "invalid"];

# A verdict of bench-compare's, whichever there are: letters and hyphens, which are no Markdown.
def word: text(20) and test("\\A[a-z]+(-[a-z]+)*\\z");

def bench:
  of_keys(["name", "gated", "verdict", "exit", "rounds", "change_pct", "low_pct", "high_pct"])
  and (.name | text(200)) and (.gated | type == "boolean") and (.rounds | count)
  and (.verdict | word)
  and (.exit | one_of([0, 1, 3, 4])) and all(.change_pct, .low_pct, .high_pct; . == null or amount);

def result: select(
  type == "object" and (del(.pull, .name) # which earlier gates did not leave
    | of_keys(["format", "outcome", "base", "variant", "gated", "alpha", "self_check", "benches", "left_out", "notes"]))
  and .format == "pgokit-gate-result-1" and (.outcome | one_of(outcomes))
  and (.base | type == "string" and test("\\A[0-9a-f]{40,64}\\z")) and (.pull | . == null or count)
  and (.name | . == null or text(100)) and (.variant | text(100)) and all(.gated, .left_out; count)
  and (.alpha | amount) and (.self_check | . == null or text(500))
  and (.benches | type == "array" and length <= 100 and all(.[]; bench))
  and (.notes | type == "array" and length <= 30 and all(.[]; text(500))));
