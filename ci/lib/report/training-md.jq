# Of training.jq in Markdown, with markdown.jq in front.

def pct: if . == null then "-" else "\(fixed(1)) %" end;

"## Training",
"",
(if .good then "Nothing is wrong with it." else "**" + (.faults | map(plain) | join("; ")) + ".**" end),
"",
"- A second training repeats \(.overlap_pct | fixed(2)) % of the first (at least \(.min_overlap_pct) %).",
(if .slowdown then "- The instrumented program takes \(.slowdown | fixed(2)) times the CPU time of the baseline." else empty end),
(.leaks[:20][] | "- Trained on and measured: \(.file | code), in \(.workload | code) and \(.bench | code)."),
"",
([["workload", "of the counts", "functions", "only here", "of the counts", "stays without it"],
  (.workloads[] | [(.name | code), (.counts_pct | pct), "\(.functions)", "\(.only)", (.only_counts_pct | pct), (.without_pct | pct)])] | rows),
"",
([["benchmark", "in functions that ran in training", "hot, and not trained"],
  (.benches[] | [(.name | code), (.reached_pct | pct),
    (.gaps | if . == [] then "-" else "\(length), \(map(.counts_pct) | add | pct)" end)])] | rows),
(.benches[] | select(.gaps != [])
  | "", "Hot in \(.name | code), and not trained:", "",
    (.gaps[:10][] | "- \(.name | middle(100) | code) \(.counts_pct | pct)"),
    (.gaps[10:] | select(. != []) | "- \(length) more, in training.json"))
