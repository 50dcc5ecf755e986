#!/usr/bin/env bats
#
# shards, collect --shard, gather: what one machine would have collected, from several.

# The variables in single quotes are those of the workloads.
# shellcheck disable=SC2016

load ../helper

# A project with three workloads, as two machines would have it: folders one and two with what each
# collected of it.
three='.workloads.fast = [{name: "a", run: "$PGOKIT_BINARY 3000"}, {name: "b", run: "$PGOKIT_BINARY 200", weight: 2},
  {name: "c", run: "$PGOKIT_BINARY 10"}]'
divided() {
  tiny project "$three"
  shard 1/2 ../one
  shard 2/2 ../two
  rm -r ../project
}

setup() {
  made_once divided
  tiny project "$three"
}

shard() { # <I/N> <folder for what it leaves>
  "$pgokit" collect --shard "$1"
  mkdir -- "$2"
  mv -- .pgokit/raw .pgokit/manifest.json "$2"
}

gather() { # <status> [folder...]
  run --separate-stderr "-$1" "$pgokit" gather "${@:2}"
}

manifest() { # <jq expression on the collect phase>
  jq -cr ".phases.collect | $1" .pgokit/manifest.json
}

@test "shards: as many as wanted, but no more than workloads; a step's output" {
  run --separate-stderr -0 "$pgokit" shards
  same "$output" '{"shard": ["1/3", "2/3", "3/3"]}'
  GITHUB_OUTPUT=$BATS_TEST_TMPDIR/out run --separate-stderr -0 "$pgokit" shards --count 2
  same "$output" '{"shard": ["1/2", "2/2"]}'
  same "$(<"$BATS_TEST_TMPDIR/out")" "matrix=$output"
  run --separate-stderr -2 "$pgokit" shards --count 257
  same "$stderr" "pgokit shards: --count '257': expected 1 to 256"
}

@test "a shard runs every N-th workload and is called what it would be called in one run" {
  same "$(jq -c '.phases.collect | [.shard, [.workloads[] | [.name, .raw]]]' ../one/manifest.json)" '["1/2",[["a","001"],["c","003"]]]'
  same "$(jq -c '.phases.collect | [.shard, [.workloads[] | [.name, .raw]]]' ../two/manifest.json)" '["2/2",[["b","002"]]]'
  run --separate-stderr -2 "$pgokit" collect --shard 3/2
  same "$stderr" "pgokit collect: --shard '3/2': expected I/N, I from 1 to N"
  run --separate-stderr -2 "$pgokit" collect --shard 4/4
  has "$stderr" "pgokit collect: --shard '4/4': there are only 3 workloads"
}

@test "gathered shards make the profile that one machine makes" {
  gather 0 ../two ../one
  same "$output" "$PWD/.pgokit/raw"
  same "$(messages)" ''
  same "$(manifest '[.partial, .missing_shards, .shard, .raw.files, [.workloads[].name]]')" '[false,[],null,3,["a","b","c"]]'
  "$pgokit" merge
  mv -- .pgokit/profile/merged.profdata ../gathered
  "$pgokit" collect
  "$pgokit" merge
  cmp -- .pgokit/profile/merged.profdata ../gathered
}

@test "shards that are gathered in steps are what they are gathered at once" {
  local of
  for of in 1 2 3; do shard "$of/3" "../third$of"; done
  gather 0 ../third1 ../third2 ../third3
  same "$(manifest .shards)" '["1/3","2/3","3/3"]'
  mkdir ../once ../step
  mv -- .pgokit/raw .pgokit/manifest.json ../once
  gather 0 ../third3 ../third1
  same "$(manifest '[.partial, .missing_shards, .shards]')" '[true,["2/3"],["1/3","3/3"]]'
  mv -- .pgokit/raw .pgokit/manifest.json ../step
  gather 0 ../third2 ../step
  same "$(messages)" ''
  diff -r .pgokit/raw ../once/raw
  same "$(manifest 'del(.finished)')" "$(jq -c '.phases.collect | del(.finished)' ../once/manifest.json)"
  # Each shard counts once, whatever it came with.
  gather 1 ../step ../third2 ../third1
  ends "$(messages)" 'gather the shards: shard 1/3 is there 2 times'
}

@test "a shard that is missing or has no record makes the profile partial and is named" {
  gather 0 ../one
  same "$(messages)" 'pgokit gather: warning: gather the shards: missing: 2/2; the profile is partial'
  same "$(manifest '[.partial, .missing_shards]')" '[true,["2/2"]]'
  printf '{' >../two/manifest.json
  gather 0 ../one ../two
  same "$(messages)" "pgokit gather: warning: gather '${PWD%/*}/two': there is no record of a shard in it
pgokit gather: warning: gather the shards: missing: 2/2; the profile is partial"
}

@test "of many shards that are missing ten are named; the manifest has all" {
  jq '.phases.collect.shard = "1/12"' "$BATS_FILE_TMPDIR/made/one/manifest.json" >../one/manifest.json
  gather 0 ../one
  same "$(messages)" 'pgokit gather: warning: gather the shards: missing: 2/12, 3/12, 4/12, 5/12, 6/12, 7/12, 8/12, 9/12, 10/12, 11/12, and 1 more; the profile is partial'
  same "$(manifest '.missing_shards | length')" 11
}

@test "what an optional workload lacked on another machine is known here" {
  config_edit '.workloads.fast[1] += {needs: "false", optional: true}'
  run --separate-stderr -0 "$pgokit" collect --shard 2/2
  rm -rf ../two
  mkdir ../two
  mv -- .pgokit/manifest.json ../two # without raw, as an artifact has no empty folder
  gather 0 ../one ../two
  lacks "$(messages)" missing
  same "$(manifest '[.partial, .skipped, .missing_shards]')" '[true,["b"],[]]'
}

@test "a shard whose workloads wrote nothing says so; if all are like that, nothing is gathered" {
  config_edit '.workloads.fast[1].run = "true"'
  run --separate-stderr -0 "$pgokit" collect --shard 2/2
  has "$(messages)" 'pgokit collect: warning: collect: the workloads of this shard wrote no raw profile'
  rm -rf ../two
  mkdir ../two
  mv -- .pgokit/raw .pgokit/manifest.json ../two
  gather 0 ../one ../two
  same "$(manifest '[.missing_shards, [.workloads[].name]]')" '[[],["a","b","c"]]'
  gather 1 ../two
  same "$(messages)" 'pgokit gather: gather the shards: none of them collected anything'
}

@test "no shard at all, or none that collected anything: nothing is gathered, what was there stays" {
  "$pgokit" collect
  cp -R -- .pgokit/raw ../before
  gather 2
  gather 1 ../project
  same "$(messages)" "pgokit gather: warning: gather '$PWD': there is no record of a shard in it
pgokit gather: gather the shards: none of them collected anything"
  diff -r .pgokit/raw ../before
}

@test "a file that is not what its machine collected is refused, and one that it does not know" {
  printf x >>../two/raw/002/pool.profraw
  gather 1 ../one ../two
  same "$(messages)" "pgokit gather: gather '${PWD%/*}/two': not what its machine collected: 002/pool.profraw; download it again"
  cp -R -- "$BATS_FILE_TMPDIR/made/two/raw/." ../two/raw
  cp -- ../two/raw/002/pool.profraw ../two/raw/002/more.profraw
  gather 1 ../one ../two
  has "$(messages)" '002/more.profraw'
  rm -- ../two/raw/002/more.profraw
  ln -s /etc/passwd ../two/raw/002/link
  gather 1 ../one ../two
  same "$(messages)" "pgokit gather: gather '${PWD%/*}/two': not what its machine collected: there is something in it that is neither file nor folder; download it again"
}

@test "shards that do not belong together are refused" {
  local edit want
  while IFS=$'\t' read -r edit want; do
    jq "$edit" "$BATS_FILE_TMPDIR/made/two/manifest.json" >../two/manifest.json
    gather 1 ../one ../two
    same "$(messages)" "pgokit gather: gather the shards: ${want/CLANG/$(jq -r .phases.collect.compiler ../one/manifest.json)}"
  done <<'ROWS'
.phases.collect.sources[0].commit = "1111111111111111111111111111111111111111"	they differ in commit: 1111111111111111111111111111111111111111, null
.phases.collect.tier = "exhaustive"	they differ in tier: exhaustive, fast
.phases.collect.binary = "other"	they differ in binary: other, prog
.phases.collect.compiler = "clang version 13"	they differ in compiler: CLANG, clang version 13
.phases.collect.shard = "1/2"	shard 1/2 is there 2 times
.phases.collect.shard = "2/3"	they are not of one division: 1/2, 2/3
ROWS
}

@test "shards of one commit whose files differ: said, and all of them are recorded" {
  local other
  other=$(jq -r '.phases.collect.sources[0].tree | gsub("[0-7]"; "8")' ../one/manifest.json)
  jq --arg tree "$other" '.phases.collect |= (.sources[0].tree = $tree | .made = "2026-01-02T03:04:05Z")' "$BATS_FILE_TMPDIR/made/two/manifest.json" >../two/manifest.json
  gather 0 ../one ../two
  has "$(messages)" 'they are of one commit, but the files that were built differ from machine to machine'
  same "$(manifest '[.made, (.sources | map(.tree) | sort)]')" \
    "$(jq -c --arg other "$other" '["2026-01-02T03:04:05Z", ([.phases.collect.sources[0].tree, $other] | sort)]' ../one/manifest.json)"
}

@test "a record with a path that leads out of it is none" {
  jq '.phases.collect.workloads[0].raw = "../../x"' "$BATS_FILE_TMPDIR/made/two/manifest.json" >../two/manifest.json
  gather 0 ../one ../two
  has "$(messages)" "gather '${PWD%/*}/two': there is no record of a shard in it"
}
