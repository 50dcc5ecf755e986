# profile.json, which stands in the repository beside the profile, with manifest.jq in front.

# How it compares: with the profile in the repository (overlap in percent, all counts), and what merge's comparison of each
# workload with the last collection found (health.jq), where there is one.
def health: type == "object" and (keys - ["overlap_pct", "count_before", "count", "notes", "workloads"] == [])
  and all(.overlap_pct, .count_before, .count; type | IN("number", "null"))
  and (.notes // [] | type == "array" and length < 1000 and all(.[]; type == "string"))
  and (.workloads // [] | type == "array" and length < 1000 and all(.[]; type == "object" and (.name | type == "string")
    and all(.total_pct, .overlap_pct; type | IN("number", "null"))));

# As it is read: a stranger may have written it.
def kept: select(type == "object" and .format == "pgokit-kept-1"
  and all(.name, .binary, .toolchain, .compiler, .target; type == "string" and length < 1000)
  and (.tier | IN(tiers[])) and (.partial | type == "boolean")
  and (.skipped | type == "array" and length < 1000 and all(.[]; type == "string"))
  and (.made | date) and (.sources | type == "array" and length > 0 and length < 100 and all(.[]; source and (.commit | type == "string")))
  and (.sha256 | type == "string" and test("^[0-9a-f]{64}$")) and (.functions | type == "number")
  and (.raw | type == "object" and all(.[]; type == "number")) and (.health | health));

# As it is written, of a manifest.
def to_keep($name; $toolchain; $sha256; $health): .phases
  | {format: "pgokit-kept-1", name: $name, binary: .merge.binary, toolchain: $toolchain, compiler: .collect.compiler,
     target: .collect.target, tier: .collect.tier, partial: .collect.partial,
     skipped: (.collect.skipped + (.collect.missing_shards // [])), made: .merge.made, sources: .merge.sources,
     functions: .merge.functions, raw: .collect.raw, $sha256,
     health: ($health + (.merge.health | objects | {notes, workloads: [.workloads[] | {name, total_pct, overlap_pct}]}) // $health)};
