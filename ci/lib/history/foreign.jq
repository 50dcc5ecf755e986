# github-action-benchmark's data (data.js or JSON), as lines of a history, and back. Its numbers are of one commit
# each, on a machine that nothing tells of.
#   {"entries": {SUITE: [{"commit": {"id", "timestamp"}, "date": milliseconds, "tool",
#     "benches": [{"name", "value", "unit", "range", "extra"}]}]}}

def when: if type == "number" then . / 1000 | floor | todate
  else sub("[.][0-9]+"; "") | if test("Z$") then . else
    (capture("^(?<at>.*)(?<sign>[+-])(?<h>[0-9]{2}):?(?<m>[0-9]{2})$")
      | ((.at + "Z") | fromdateiso8601) - ((.h | tonumber) * 3600 + (.m | tonumber) * 60) * (if .sign == "+" then 1 else -1 end) | todate) end end;

# What is better, by the tool that wrote it; else by the unit.
def better($tool; $unit): {customBiggerIsBetter: "higher", customSmallerIsBetter: "lower", cargo: "lower", catch2: "lower",
    go: "lower", julia: "lower", jmh: null, googlecpp: "lower", pytest: "higher", benchmarkjs: "higher"}[$tool]
  // (if $unit | test("^(ns|us|µs|ms|s)(/(op|iter))?$") then "lower" elif $unit | test("/s(ec)?$") then "higher" else null end);

def imported:
  [.entries | to_entries[] | .key as $suite | .value[]
    | {format: "pgokit-history-1", kind: "value", id: "import-\($suite)-\(.commit.id)-\(.date)", date: (.date | when),
       commit: (.commit.id | ascii_downcase), committed: (.commit.timestamp // .date | when),
       benches: [.tool as $tool | .benches[] | select(.value | type == "number" and . > 0)
         | {name, unit: (.unit // ""), value, better: better($tool; .unit // "")}]}
    | .id |= .[:200]]
  | sort_by(.committed, .date)[];

# One suite for each direction, since its tool says it; a time is in seconds.
def exported($name):
  [inputs | select(.kind != "profile")] as $lines
  | {lastUpdate: ([$lines[].date | fromdateiso8601] | max // 0 | . * 1000), repoUrl: "",
     entries: (reduce ($lines[] | . as $l | .benches | group_by(.better)[] | {$l, of: .}) as $e ({};
       .["\($name)" + (if $e.of[0].better == "higher" then " (higher is better)" else "" end)] += [
         {commit: {id: $e.l.commit, message: "", timestamp: $e.l.committed, url: "", author: {username: ""}, committer: {username: ""}},
          date: ($e.l.date | fromdateiso8601 * 1000), tool: (if $e.of[0].better == "higher" then "customBiggerIsBetter" else "customSmallerIsBetter" end),
          benches: [$e.of[] | {name, value: (.head // .value), unit: (if .unit == "" then "s" else .unit end)}
            + (if .change_pct then {extra: "\(.change_pct * 100 | round / 100) % against \($e.l.base[:12])"} else {} end)]}]))};
