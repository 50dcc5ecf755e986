# Everything a reader of the result needs, in one object ("pgokit-report-1").
# Inputs by name: $config, $manifest, $gate (gate/verdict.json), $receipt, $health (profile/health.json, or nothing). All times in seconds;
# a speedup is time of the baseline divided by time of the variant, with its interval.

def speedup:
  if .change_pct == null then null
  else {
    estimate: (1 / (1 + .change_pct / 100)),
    low: (if .high_pct == null then null else 1 / (1 + .high_pct / 100) end),
    high: (if .low_pct == null or .low_pct <= -100 then null else 1 / (1 + .low_pct / 100) end)
  } end;

def quoted: "'" + gsub("'"; "'\\''") + "'";

def word: if test("^[A-Za-z0-9_./+@,:=-]*$") then . else quoted end;

# PGOKIT_BINARY, quoted or not, replaced.
def binary($by): gsub("(?<q>\"?)\\$(PGOKIT_BINARY\\b|\\{PGOKIT_BINARY\\})\\k<q>"; $by);

# Whether a benchmark is the program alone, and a shell would make nothing else of its command.
def direct: (.shell | not) and .prepare == null and .cleanup == null and (.run | test("^\"?\\$\\{?PGOKIT_BINARY\\b") and (binary("") | test("[$`*?~\\[]") | not));

# What is typed by hand in the tree: as it was run, with the program of a variant in the environment, where
# scripts and loaders look for it.
def in_shell($path; $shell): "export PGOKIT_BINARY=\"$PWD\"/\($path | word); " + if $shell then . else binary("\"$PGOKIT_BINARY\"") end;
def by_hand($names; $program):
  . as $b
  | [$names[] | {name: ., path: "../bin/\(.)/\($program)"}] as $arms
  | if direct then
      "hyperfine -N --warmup 3" + ([$arms[] | . as $a | " -n \($a.name) \($b.run | binary($a.path | word) | quoted)"] | join(""))
    else
      "hyperfine --warmup 3" + ([$arms[] | . as $a
        # What comes after each run comes before the next one here.
        | ([$b.cleanup, $b.prepare | values] | select(. != []) | " --prepare \(join("; ") | in_shell($a.path; true) | quoted)"),
          " -n \($a.name) \($b.run | in_shell($a.path; $b.shell) | quoted)"] | join(""))
      + ($b.cleanup | if . == null then "" else " --cleanup \(in_shell($arms[-1].path; true) | quoted)" end)
    end;

# A step upward that another measurement may decide otherwise: the gain is proven, and its interval has
# release.min_win_pct in it. In percent; null where it does not.
def borderline($min):
  if .suite.verdict == "improved" and .suite.high_pct != null and .suite.low_pct != null
    and -.suite.high_pct < $min and -.suite.low_pct >= $min
  then {gain_pct: -.suite.change_pct, low_pct: -.suite.high_pct, high_pct: -.suite.low_pct} else null end;

($manifest.phases.optimize.variants) as $built
| ($config.binary | split("/") | last) as $program
| ($config.benches | map(select(.name as $n | $receipt.benches[] | .name == $n and (.order | length) > 0))) as $benches
| ($gate.against_baseline[0] // {benches: []}) as $first
# Where the baseline's time goes in the gated benchmarks: only the first share is PGO's to change.
| ([$first.benches[] | select(.gated) | .name] as $gated
   | [$receipt.benches[] | select(.name as $n | any($gated[]; . == $n)) | .samples.baseline]
   | {wall: (map(.wall_s // [] | add) | add), user: (map(.user_s // [] | add) | add), sys: (map(.sys_s // [] | add) | add)}
   | if (.wall // 0) > 0 then {user_pct: (100 * .user / .wall), system_pct: (100 * .sys / .wall)} else null end) as $time
| {
    format: "pgokit-report-1",
    name: $config.name,
    commit: $manifest.phases.optimize.sources.commit,
    dirty: $manifest.phases.optimize.sources.dirty,
    compiler: $manifest.phases.optimize.compiler,
    machine: $receipt.machine,
    metrics: ($first | [.benches[] | select(.gated) | .name] as $gated
      | [$receipt.benches[] | select(.name | IN($gated[])) | .metric // "wall"] | group_by(.) | map({metric: .[0], benches: length})),
    measured: $receipt.finished,
    seed: $receipt.seed,
    gated: $first.gated,
    alpha: $config.gate.alpha,
    confidence: {benches: $first.confidence, mean: (1 - 2 * $config.gate.alpha)},
    min_win_pct: $config.release.min_win_pct,
    floor: $gate.floor,
    ship: $gate.ship,
    variants: [
      $built[] | . as $v
      | ([$gate.against_baseline[] | select(.cand == $v.name)] | first) as $against
      | ([$gate.steps[] | select(.cand == $v.name)] | first) as $step
      | {
          name, file, bytes, stripped_bytes, build_s: .seconds,
          lost: [.training[]? | .of as $of | {workloads: [.]} | lost_counts[] | "\(.) (\($of))"],
          speedup: (($against.suite // {}) | speedup),
          verdict: ($against.suite.verdict // null),
          against: ($step.base // null), chosen: $step.chosen, why: ($step.why // null), confirmed: ($step.confirmed // null),
          borderline: (if $step then $step | borderline($config.release.min_win_pct) else null end),
          detectable_pct: ($step.suite.detectable_pct // null)
        }
    ],
    beside: [$gate.beside[]? | {name: .base, speedup: ((.suite // {}) | speedup), verdict: (.suite.verdict // null)}],
    skipped: ($manifest.phases.optimize.skipped // []),
    benches: [
      $first.benches[] | . as $b
      | {
          name, gated, baseline_s: .base_s,
          variants: [
            $gate.against_baseline[] | . as $a
            | $a.benches[] | select(.name == $b.name)
            | {name: $a.cand, seconds: .cand_s, rounds, verdict, detectable_pct, speedup: speedup}
          ]
        }
    ],
    sample: ($manifest.phases.optimize.sample // null),
    profile: ($manifest.phases.collect | .raw + {tier, skipped, lost: lost_counts}
      | {tier, files, bytes, functions, functions_hit, skipped, lost}),
    health: ($health[0] // null),
    time: $time,
    applied: ([$built[].applied | select(. != null)] | first),
    by_hand: (
      ($benches | max_by(.name as $n | [$first.benches[] | select(.name == $n) | .gated, .base_s])
        // error("no benchmark of pgokit.json has been measured: run pgokit bench again")) as $b
      | $b | by_hand([$built[].name]; $program)
    )
  }
