# The report (see report.jq) in Markdown, with markdown.jq in front.

def times: if . == null then "-" else "\(fixed(3))x" end;
def interval: if . == null then "-" elif .low == null or .high == null then "(too few rounds)" else "[\(.low | fixed(3)), \(.high | fixed(3))]" end;
def percent: . * 100 * 100 | round / 100 | "\(.) %";
# "unchanged" rules a slowdown out; where a gain is not ruled out as well, that is all it says.
def word: if .verdict == "unchanged" and (.speedup.high == null or .speedup.high > 1.01) then "not slower" else .verdict end;
def metric: {wall: "wall-clock time", cpu: "CPU time", instructions: "instructions", peak_rss: "peak memory", number: "numbers that the benchmarks print"}[.] // .;
def hundredths: . * 100 | round / 100;

. as $r
| ([$r.variants[] | select(.name == $r.ship)] | first) as $best
| "# pgokit: \($r.name | plain)",
  "",
  (if $r.ship == "baseline" then
     "**Ship the baseline**: no variant was proven to be at least \($r.min_win_pct) % faster."
   else
     "**Ship \($r.ship | code)**: \($best.speedup.estimate | times) the speed of the baseline (interval \($best.speedup | interval), \($r.confidence.mean | percent)), geometric mean over \($r.gated) gated benchmark\(if $r.gated == 1 then "" else "s" end)."
   end),
  "",
  "Measured: " + ([$r.metrics[] | (.metric | metric | plain) + (if $r.metrics | length > 1 then " (\(.benches))" else "" end)] | join(", "))
    + ", on \($r.machine.cpu // "an unknown CPU" | plain), \($r.machine.cores) cores\(if $r.machine.virtual then ", virtual" else "" end)"
    + (if $r.machine.load1 then ", at a load of \($r.machine.load1 | fixed(1)) when it began." else "." end),
  "",
  ([$r.variants[] | select(.borderline) | "**Borderline**: \(.name | code) gains \(.borderline.gain_pct | hundredths) % over \(.against | code), and its interval, \(.borderline.low_pct | hundredths) % to \(.borderline.high_pct | hundredths) %, has release.min_win_pct (\($r.min_win_pct) %) in it: another measurement may choose otherwise.", ""] | .[]),
  ([["variant", "speedup", "interval", "stripped", "build", "verdict"]]
   + [$r.variants[] | [
       (.name | code),
       (if .name == "baseline" then "1" else .speedup.estimate | times end),
       (if .name == "baseline" then "" else .speedup | interval end),
       (.stripped_bytes | bytes),
       "\(.build_s) s",
       (if .name == "baseline" then "what the others are compared with"
        elif .chosen then "better than \(.against | code)"
          + (.against as $base | .confirmed | if . == null then "" elif .layouts == 1 then ", confirmed"
             else ", confirmed in \(.layouts) layouts of both; those of \($base | code) differ by \(.spread_pct // 0 | . * 100 | round / 100) %" end)
        elif .against == null then (if .name == $r.floor then "what the others have to beat" else "" end)
        else "not better than \(.against | code): \(.why | plain)" end)
     ]]
   | rows),
  "",
  ([["benchmark", "baseline"] + [$r.benches[0].variants[] | .name, "verdict"]]
   + [$r.benches[] | [
       (.name | code) + (if .gated then "" else " (not gated)" end),
       (.baseline_s | seconds)
     ] + [.variants[] | (if .verdict == "identical" then "-" else "\(.speedup.estimate | times) \(.speedup | interval)" end), word]]
   | rows),
  "",
  "Intervals per benchmark: \($r.confidence.benches | percent), so that together they hold at alpha \($r.alpha).",
  ([$r.benches[] | .name as $b | .variants[] | select(.verdict == "inconclusive")
    | "\($b | code), \(.name): inconclusive; " + (if .detectable_pct == null then "no slowdown would have been found." else "a slowdown of \(.detectable_pct * 10 | round / 10) % would have been found." end)] | .[]),
  ([$r.beside[] | "Beside \(.name | code), made elsewhere: \($r.ship | code) has \(.speedup.estimate | times) \(.speedup | interval) its speed."] | .[]),
  ([$r.skipped[] | "Skipped on this machine: \(. | code)."] | .[]),
  ([$r.profile.skipped[]? | "Workload not run: \(. | code); the profile is partial."] | .[]),
  ([$r.profile.lost[]? | "The profile is partial: without \(plain)."] | .[]),
  ([$r.variants[] | .name as $of | .lost[]? | "\($of | code) was trained without \(plain)."] | .[]),
  "",
  (if ([$r.variants[] | select(.name == $r.ship) | .name | test("pgo")] | any)
      or ([$r.variants[].name | test("pgo")] | any | not) then empty
   else
     "## No speedup",
     "",
     "PGO was built, and was not worth it here. The numbers that tell why:",
     "",
     (if $r.time then "- \($r.time.user_pct | round) % of the baseline's time is spent in its own code and its libraries, \($r.time.system_pct | round) % in the kernel; the rest is waiting, or others had the CPU. Only its own code can become faster." else empty end),
     "- The workloads reached \($r.profile.functions_hit) of \($r.profile.functions) functions. If the benchmarks use others, train on what they do.",
     (if $r.applied then "- \(if $r.applied.functions_with_counts then "\($r.applied.functions_with_counts) functions were compiled with counts" else "\($r.applied.hot_bytes) bytes of code are hot by the profile" end); \($r.applied.profile_match_pct) % of the profile fits the source. Less than 90 %: collect again." else empty end),
     ([$r.variants[] | select((.name | test("pgo")) and .detectable_pct != null) | .detectable_pct] | max
       | if . != null and . > $r.min_win_pct then "- Results too noisy: a difference below \(. * 10 | round / 10) % could not have been seen. Measure longer (--budget), or where nothing else runs." else empty end),
     "- \"No speedup\" in pgokit's ci/README.md says how to check each.",
     ""
   end),
  (if $r.profile.files then "Profile: tier \($r.profile.tier), \($r.profile.files) raw files, \($r.profile.functions_hit) of \($r.profile.functions) functions hit." else empty end),
  ($r.sample // empty | "Samples: \(.samples) in \(.functions) functions, from \(.file | code), of \(if .note then "which it says: \(.note | shortened(200) | plain)" else "which it does not say how they were taken" end)."),
  "Built by \($r.compiler | plain); measured in an order drawn from seed \($r.seed).",
  "",
  "Page, with every run and the evidence in it: `.pgokit/report/report.html`.",
  "",
  "By hand, in `.pgokit/tree`:",
  "",
  "```",
  ($r.by_hand | visible | gsub("```"; "'''")),
  "```"
