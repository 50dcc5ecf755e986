# What people are told of a verdict or a result, in the words of bench-compare: $outcomes is ci/data/outcomes.tsv.

def said: [$outcomes | split("\n")[] | select(. != "" and (startswith("#") | not)) | split("\t")
  | {key: .[0], value: {headline: .[1], check: .[2], next: .[3]}}] | from_entries;

def signed: "\(if . >= 0 then "+" else "" end)\(fixed(2))";
def change: .change_pct | if . == null then "-" else "\(signed) %" end;
def interval: if .low_pct == null or .high_pct == null then "-" else "[\(.low_pct | signed), \(.high_pct | signed)]" end;

def found: if .change_pct == null then "" else "\(change) \(interval), " end + .verdict;

# The gated benchmarks that the outcome comes from, five at most, a line each.
def deciding: .outcome as $outcome | {regressed: 1, inconclusive: 3, invalid: 4}[$outcome] as $exit
  | [.benches[] | select(.gated and .exit == $exit)];
def decided: deciding
  | [.[:5][] | "- \(.name | code): \(found)"] + (if length > 5 then ["- and \(length - 5) more"] else [] end);
