# The lines that a run adds to the history: pgokit-history-1, as tools/lib/history/lines.h has it.

def direction: if . == null or . == "lower" or . == "higher" then . else null end;

# The size of both programs, stripped, as one more benchmark, which is exact.
def size($bytes): if $bytes == null then [] else
  [{name: "size of the program", metric: "size", unit: "bytes", better: "lower", gated: false, verdict: null,
    base: $bytes.base, head: $bytes.head, change_pct: (100 * ($bytes.head / $bytes.base - 1)), low_pct: null, high_pct: null}] end;

# Of two sides measured in turns. Input: the verdict that bench-compare verify computed of the evidence;
# $receipt: the measurement in it; $bytes: {base, head} or null. A benchmark that was not judged says nothing.
def gate_line($receipt; $bytes; $head; $of):
  ($receipt.benches | INDEX(.name)) as $measured
  | . as $verdict
  | $head + $of + {kind: "gate", machine: {cpu: ($receipt.machine.cpu // "unknown")}, confidence: $verdict.confidence,
      benches: ([$verdict.benches[] | select(.verdict | IN("invalid", "failed") | not)
        | . as $b | $measured[$b.name] as $m
        | ($b.base_value // $b.base_s) as $base
        | select($base != null and $base > 0)
        | {name: $b.name, metric: ($m.metric // "wall"), unit: ($b.unit // ""), gated: $b.gated, verdict: $b.verdict}
          + (if $b.verdict == "identical" then
              {base: $base, head: $base, change_pct: 0, low_pct: null, high_pct: null}
            else
              {base: $base, head: ($b.cand_value // $b.cand_s), change_pct: $b.change_pct,
               low_pct: $b.low_pct, high_pct: $b.high_pct}
            end)
          + {better: (if $m.number then $m.number.better | direction else "lower" end)}
        | select((.head // 0) > 0 and .change_pct != null)] + size($bytes))};

# Of a merged profile. Input: the manifest; $health: profile/health.json, or null.
def profile_line($health; $head):
  ([$health.workloads[]? | select(.count != null and .new_count != null)]) as $known
  | ([$known[].count] | add) as $before
  | $head + {kind: "profile", status: .phases.merge.profile_status, counts: .phases.collect.raw.sum,
      functions: .phases.collect.raw.functions, functions_hit: .phases.collect.raw.functions_hit,
      tier: .phases.collect.tier, bytes: .phases.merge.bytes,
      total_pct: (if $before then 100 * ([$known[].new_count] | add) / $before else null end),
      overlap_pct: (if $before then ([$known[] | .count * (.overlap_pct // 0)] | add) / $before else null end),
      match_pct: (if $before then ([$known[] | .count * (.match_pct // 0)] | add) / $before else null end)};
