# The text of the pull request that brings a profile into the repository, in Markdown, with markdown.jq in front: of its
# profile.json, with the one that stands there as $before, or null, and its folder as $path.
def commit: [.sources[].commit[:12] | code] | unique | join(", ");
def count: if . == null then "" else tostring end;

"This profile of \(.name | code) is from the collection of \(.made | plain), of \(commit). It was made of \(.raw.files // 0) raw profiles, tier \(.tier).",
"",
([["", "in the repository", "here"],
  ["made", ($before.made // "" | plain), (.made | plain)],
  ["commit", ($before | if . then commit else "" end), commit],
  ["tier", ($before.tier // ""), .tier],
  ["compiler", ($before.compiler // "" | plain), (.compiler | plain)],
  ["functions", ($before.functions | count), (.functions | count)],
  ["all counts", (.health.count_before | count), (.health.count | count)],
  ["overlap of the counts", "", (if .health.overlap_pct then "\(.health.overlap_pct) %" else "" end)]] | rows),
(.health.workloads // [] | select(. != [])
  | "", "Beside the last collection:", "",
    ([["workload", "counts, % of the last", "overlap, %"], (.[:50][] | [(.name | code), (.total_pct | count), (.overlap_pct | count)])] | rows)),
(.health.notes // [] | select(. != []) | "", (.[:20][] | "- \(plain)")),
(if .partial then "", "**Partial:** without \(.skipped | .[:10] | map(code) | join(", "))." else empty end),
"",
"`pgokit optimize`, `full` and the release build with what `\($path)` has: merge it, and they use it. The next collection renews this pull request, as long as it is open."
