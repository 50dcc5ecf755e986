#!/usr/bin/env bats
#
# ingest: uploads from production become part of the next merge, and with it of the variants.

load ../helper

setup() {
  tiny_after collect
  config_edit '.ingest = {min_sources: 5, half_life_days: 0}'
}

# Uploads of so many sources, each of two runs that nobody else has.
uploads() { # <sources> [folder]
  local i
  for ((i = 1; i <= $1; i++)); do
    mkdir -p "${2:-uploads}/source$i"
    LLVM_PROFILE_FILE=$PWD/${2:-uploads}/source$i/a.profraw .pgokit/bin/instrumented/prog $((5000 + i)) >/dev/null
    LLVM_PROFILE_FILE=$PWD/${2:-uploads}/source$i/b.profraw .pgokit/bin/instrumented/prog $((7000 + 3 * i)) >/dev/null
  done
}

largest() {
  "$(llvm_bin)/llvm-profdata" show .pgokit/profile/merged.profdata | sed -n 's/^Maximum function count: //p'
}

manifest() { # <jq expression>
  jq -cr "$1" .pgokit/manifest.json
}

@test "ingest, merge, optimize: the profile has what production counted, and is the one that is used" {
  "$pgokit" merge >/dev/null
  local before
  before=$(largest)
  uploads 6
  run -0 --separate-stderr "$pgokit" ingest uploads
  like "$output" "$PWD/.pgokit/ingest/????????????????/pool.profraw"
  same "$(manifest '.phases.ingest | [.uploads.accepted, .sources.pooled, .sha256]')" "[12,6,\"$(sha256sum <"$output" | cut -d ' ' -f 1)\"]"
  run -0 --separate-stderr "$pgokit" merge
  has "$stderr" 'of the profile from production 100 % of the counts are of functions that are still the same'
  holds "$(largest)" -gt $((10 * before))
  same "$(manifest '.phases.collect.workloads[1] | [.name, .weight, .raw, .uploads, .sources]')" '["production",1,"999",12,6]'
  has "$(<.pgokit/profile/summary.md)" 'of 6 sources, taken '
  "$pgokit" optimize >/dev/null
  same "$(manifest '.phases.optimize.variants[-1].name')" pgo-nolto
}

@test "merging again doubles nothing; a new collect keeps production; weight counts, and 0 leaves it out" {
  uploads 6
  "$pgokit" ingest uploads >/dev/null
  "$pgokit" merge >/dev/null
  local once raw
  once=$(largest) raw=$(manifest .phases.merge.raw_sha256)
  "$pgokit" merge >/dev/null
  same "$(largest) $(manifest .phases.merge.raw_sha256)" "$once $raw"
  same "$(manifest '.phases.collect.workloads | length')" 2
  "$pgokit" ingest uploads >/dev/null
  "$pgokit" collect >/dev/null
  "$pgokit" merge >/dev/null
  same "$(largest)" "$once"
  config_edit '.ingest.weight = 2'
  "$pgokit" merge >/dev/null
  holds "$(largest)" -gt $((19 * once / 10))
  config_edit '.ingest.weight = 0'
  "$pgokit" merge >/dev/null
  holds "$(largest)" -lt $((once / 10))
  same "$(manifest '.phases.collect | [(.workloads | length), (.hashes | length)]')" '[1,1]'
  holds ! -e .pgokit/raw/999
}

@test "too few sources: no pool, and merge goes on without" {
  uploads 2
  run -1 --separate-stderr "$pgokit" ingest uploads
  same "$output" ''
  has "$stderr" '2 of them are left, and a pool takes 5 (--min-sources)'
  same "$(manifest '.last | [.phase, .exit]')" '["ingest",1]'
  "$pgokit" merge >/dev/null
  same "$(manifest '.phases.collect.workloads | length')" 1
  # What was taken counts when others follow. The same runs again are other bytes, with the same counts.
  uploads 6
  run -0 "$pgokit" ingest uploads
  same "$(manifest '.phases.ingest | [.uploads.accepted, .uploads.reasons, .sources.pooled]')" '[8,{"replay":4},6]'
}

@test "a pool that is not what ingest left stops the merge, and one of another compiler is left out" {
  uploads 6
  local pool
  pool=$("$pgokit" ingest uploads)
  printf 'x' >>"$pool"
  run -1 --separate-stderr "$pgokit" merge
  has "$stderr" 'not what ingest left there; run pgokit ingest again'
  cp "$top/fixtures/profraw/v8-clang-16-ir.profraw" "$pool"
  jq --arg hash "$(sha256sum <"$pool" | cut -d ' ' -f 1)" '.phases.ingest.sha256 = $hash' .pgokit/manifest.json >edited
  mv edited .pgokit/manifest.json
  run -0 --separate-stderr "$pgokit" merge
  has "$stderr" 'the profile from production is left out, since it is of another compiler or kind than what collect has: raw version 10, IR; raw version 8, IR'
}

@test "what uploads are held against has to be there, and instrumented" {
  uploads 6
  rm -r .pgokit/bin/instrumented
  run -2 --separate-stderr "$pgokit" ingest uploads
  has "$stderr" "prog': collect has not built it here; say --of which instrumented program the profiles are"
  run -2 --separate-stderr "$pgokit" ingest --of /bin/true uploads
  has "$stderr" 'it is not instrumented, or stripped'
  run -2 --separate-stderr "$pgokit" ingest --of
  has "$stderr" "option '--of' needs a value"
}

@test "names that begin with a dash, and a list on standard input" {
  uploads 6 ./-x
  run -0 --separate-stderr "$pgokit" ingest ./-x
  find uploads ./-x -name '*.profraw' -print0 2>/dev/null >list || true
  run -0 --separate-stderr "$pgokit" ingest - <list
  same "$(manifest '.phases.ingest.uploads | [.accepted, .known, .refused]')" '[0,12,0]'
  run -2 --separate-stderr "$pgokit" ingest -x
  has "$stderr" "unknown option '-x'"
}

@test "two at once, and those that were killed, lose and double nothing" {
  uploads 12
  local pool pid i
  pool=$("$pgokit" ingest uploads)
  cp "$pool" "${pool%/*}/ledger.jsonl" "${pool%/*}/salt" .
  for ((i = 0; i < 6; i++)); do
    rm -f -- "${pool%/*}"/*.pack "$pool"
    "$pgokit" ingest uploads >/dev/null 2>&1 &
    pid=$!
    sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" || true
  done
  "$pgokit" ingest uploads >/dev/null 2>&1 &
  pid=$!
  "$pgokit" ingest uploads >/dev/null
  wait "$pid" || true
  "$pgokit" ingest uploads >/dev/null
  cmp pool.profraw "$pool"
}

# fixtures/relcheck/share/relcheck beside both builds of relcheck, as a package would have them.
shared_package() {
  cp -R "$top/fixtures/relcheck" relcheck
  mkdir package
  cp relcheck/share/relcheck package/
  local name flags
  for name in plain counted; do
    flags=-O1
    [ "$name" = plain ] || flags='-O1 -fprofile-generate'
    make -s -C relcheck clean
    make -s -C relcheck CC="$(llvm_bin)/clang" CFLAGS="$flags" LDFLAGS="$flags" relcheck
    mv relcheck/relcheck "package/relcheck-$name"
  done
  make -s -C relcheck data
}

@test "the example: who says yes runs the counting program, and sends its counts under a drawn name" {
  shared_package
  export RELCHECK_PROFILES=$PWD/received XDG_CONFIG_HOME=$PWD/config
  local check=(package/relcheck check relcheck/data/train-small) i
  package/relcheck-plain check relcheck/data/train-small >expected
  run -0 --separate-stderr "${check[@]}"
  same "$output" "$(<expected)"
  holds ! -e received
  for i in 1 2 3 4 5; do
    XDG_CONFIG_HOME=$PWD/config$i
    package/relcheck --share-profiles yes
    run -0 --separate-stderr "${check[@]}"
    same "$output$stderr" "$(<expected)"
    run -2 package/relcheck tags relcheck/data/none"$i"
  done
  same "$(find received -name '*.profraw' | wc -l)" 10
  matches "$(find received -name '*.profraw' -printf '%P' -quit)" '^[0-9a-f]{32}/[0-9a-f]{64}.profraw$'
  run ! grep -raF "$PWD" received
  run -0 --separate-stderr "$pgokit" ingest --of package/relcheck-counted received
  same "$(manifest '.phases.ingest | [.uploads.accepted, .sources.pooled]')" '[10,5]'
  package/relcheck --share-profiles no
  "${check[@]}" >/dev/null
  same "$(find received -name '*.profraw' | wc -l)" 10
  # Nobody notices when what would take them is not there.
  XDG_CONFIG_HOME=$PWD/config1 RELCHECK_PROFILES=http://127.0.0.1:9
  run -0 --separate-stderr "${check[@]}"
  same "$output$stderr" "$(<expected)"
}
