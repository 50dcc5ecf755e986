# What the page of a profile shows ("pgokit-profile-1"), of the manifest, with manifest.jq in front. Inputs by name:
# $shown, what llvm-profdata show --topn --detailed-summary prints; $names, the functions in it as their source has
# them; $machine, where it was merged.

def said($what): [$shown | split("\n")[] | select(startswith("\($what): ")) | .[($what | length) + 2:] | tonumber?] | first;
def hottest: [$shown | split("\n")[] | capture("^  (?<name>.+), max count = (?<count>[0-9]+)$") | .count |= tonumber];

.phases.collect as $c
| .phases.merge as $m
| said("Total count") as $sum
| {
    format: "pgokit-profile-1",
    name: .name,
    status: $m.profile_status,
    made: $m.made,
    sources: $m.sources,
    tier: $c.tier,
    compiler: $c.compiler,
    why: ($m.health.why // []),
    lacking: (if $c.partial then [($c.skipped[] | "workload \(.) was skipped"), ($c.missing_shards[]? | "shard \(.) is missing"),
      ($c.workloads[]? | .name as $of | lost_words // empty | "\($of): \(.)")] else [] end),
    files: ($c.raw.files // $m.inputs),
    raw_bytes: ($c.raw.bytes // $m.raw_bytes),
    bytes: $m.bytes,
    functions: $m.functions,
    functions_hit: $c.raw.functions_hit,
    sum: $sum,
    hottest: [hottest | .[:10] | to_entries[] | .value
      + {name: ($names[.key] // .value.name), pct: (if $sum then 100 * .value.count / $sum else null end)}],
    workloads: [$c.workloads[]? | {name, weight, wall_s, ran: .processes.ran, lost: lost_count, watched: .processes.watched,
      reason: .processes.reason, of_program_pct}],
    health: $m.health,
    machine: $machine,
    toolchain: {compiler: $c.compiler, target: $c.target, profdata: $m.profdata, pgokit},
    manifest: .
  }
