# The manifest of a release (pgokit-release-1): what was built of what and how, why it ships, what it is, and the hash of
# every file. Of the record of the phases it takes what the commit, the profile and the measurement decide: no times, no
# places, no loads, so that the same of these gives the same bytes.

# Of a profile its name remains, which may have been in a folder for the time of a build; what else lies in the project's
# folder becomes relative.
def placeless: gsub("(?<option>profile[a-z-]*use=)[^ ]*/"; .option) | split($root + "/") | join("");

# The names of files in a folder, from "HASH  NAME" and "x  NAME", each ended by NUL.
def listed: split("\u0000") | map(select(. != ""))
  | ([.[] | select(startswith("x  ")) | {key: .[3:], value: true}] | from_entries) as $x
  | [.[] | select(startswith("x  ") | not) | .[66:] as $name | {key: $name, value: {sha256: .[:64], executable: ($x[$name] // false)}}]
  | from_entries;

.phases as $p | $verdict[0] as $v
| first($p.optimize.variants[] | select(.name == $variant)) as $built
| {format: "pgokit-release-1", $pgokit, name: $config.name, $version, target: "x86_64-linux", date: ($when | tonumber | todate),
   sources: $sources, $variant, why: $v.why,
   toolchain: {kind: $p.optimize.program.toolchain, compiler: $p.optimize.compiler, linker: (if $linker == "" then null else $linker end),
     build: ($p.optimize.program.build | placeless), binary: $p.optimize.program.binary,
     flags: ($built | with_entries(select((.key | test("flags$")) and (.value | type == "string")) | .value |= placeless))},
   profile: (if $uses_profile then {sha256: $p.optimize.profile, status: $p.merge.profile_status, made: $p.merge.made, sources: $p.merge.sources,
       raw_sha256: $p.merge.raw_sha256, tier: $p.collect.tier, partial: $p.collect.partial, skipped: $p.collect.skipped,
       applied: ($built.applied | if . then .profile_match_pct |= floor else . end), bolt: $built.bolt} else null end),
   decision: {floor: $v.floor, ship: $v.ship, receipt: $receipt, rules: ($config.gate | {match, alpha, min_effect_pct, margin_pct, max_undetected_pct}
       + {min_win_pct: $config.release.min_win_pct}),
     steps: [$v.steps[] | {base, cand, chosen, why, proof: (if .chosen and .confirmed then $proofs[.cand] else null end)}]},
   $programs, $libraries, crates: $crates[0], files: ($files | listed), beside: ($beside | listed | map_values(.sha256))}
