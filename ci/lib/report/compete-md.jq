# compete.json (ci/lib/compete/compete.jq) in Markdown, with markdown.jq in front.

def times: if . == null then "-" elif . >= 100 then "\(fixed(0))x" elif . >= 10 then "\(fixed(1))x" else "\(fixed(3))x" end;
def interval: if .low == null or .high == null then "(too few rounds)" else "[\(.low | times), \(.high | times)]" end;
def answer: {agrees: "the same", differs: "**another**", incomparable: "not comparable", version: "**other version**"}[.state] // "**failed**";

def line($state): . as $c | .[$state] as $f
  | [($c.name | code), ($c.version | code), ($c | answer), $state,
     ($f.competitor_s | seconds), ($f.project_s | seconds), ($f.ratio | times), ($f | interval),
     ($f.hyperfine | if . == null then "-" else times end)];

# One that was not measured has a single line.
def lines: if .warm == null and .cold == null then [(.name | code), (.version | code), answer, "-", "-", "-", "-", "-", "-"]
  else (if .warm then line("warm") else empty end), (if .cold then line("cold") else empty end) end;

. as $r
| ([$r.benches[].competitors[]] | length) as $n
| ([$r.benches[].competitors[] | select(.state == "agrees")] | length) as $same
| "# \($r.name | plain): beside its competitors", "",
  "**\(if $r.behind != [] then "It lost ground" elif $r.lacking != [] then "Not all were compared" else "Compared" end)**: \($same) of \($n) competitors gave the same answer as \($r.variant | code) and were measured.", "",
  ($r.behind[] | "- **\($r.name | plain) has \(. | plain)**" | sub("has no longer"; "is no longer")),
  (if $r.behind != [] then "" else empty end),
  ($r.benches[] | "\(.name | code)\(if .answer then ", an answer of \(.answer.lines) lines" else "" end):", "",
    ([["competitor", "version", "answer", "state", "its time", "\($r.name | plain)", "ratio", "interval", "hyperfine"]] + [.competitors[] | lines] | rows), "",
    ([.competitors[] | select(.why) | "- \(.name | code): \(if .because then "\(.because | plain) (" else "" end)\(.why | plain)\(if .because then ")" else "" end)"],
     [.competitors[] | select(.note) | "- \(.name | code): \(.note | plain)"] | .[]),
    (if any(.competitors[]; .why or .note) then "" else empty end)),
  "A ratio is the competitor's time over the project's, in the same rounds: above 1 the project is faster. Together the intervals hold with \((1 - $r.alpha) * 100 * 100 | round / 100) %. hyperfine: ratio of medians of 10 runs each, one program after the other.",
  "warm: after two runs. cold: HOME and TMPDIR empty, \($r.cold.files) files (\($r.cold.bytes | bytes)) of the programs and their input dropped from memory before each run\(
    if $r.cold.stayed > $r.cold.bytes / 100 then ", of which \($r.cold.stayed | bytes) stayed, since others use them" else "" end); what is the system's stays.",
  (if $r.machine then "Measured on \($r.machine.cpu // "an unknown CPU" | plain), \($r.machine.cores) cores\(if $r.machine.virtual then ", virtual" else "" end)\(if $r.machine.load1 then ", at a load of \($r.machine.load1 | fixed(1)) when it began" else "" end)." else empty end)
