# The rows that bench/sampling/run prints, of report.json and manifest.json.

def short: if . == null then "-" else . * 1000 | round / 1000 | tostring end;
def speedup: "\(.estimate | short)x [\(.low | short), \(.high | short)]";

input as $report | input as $manifest | $report
| ["profile", .sample.note],
  ["functions with counts", "", ($manifest.phases.optimize.variants[1:][] | .applied.functions_with_counts // "" | tostring)],
  ["benchmark", (.variants[].name)],
  (.benches[] | [.name, "\(.baseline_s * 1000 | short) ms", (.variants[] | .speedup | speedup)]),
  ["geometric mean", "1", (.variants[1:][] | .speedup | speedup)],
  ["ships", .ship]
| @tsv
