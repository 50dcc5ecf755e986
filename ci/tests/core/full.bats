#!/usr/bin/env bats
#
# full: every phase of one real run of the demo project, then small projects in odd places.

# The variables in single quotes are those of the build and the commands.
# shellcheck disable=SC2016

load ../helper
phases_look

full() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" full "${@:2}"
}

phases() { # the phases that began, in order
  logged | sed -n 's/^== \([a-z]*\):.*/\1/p' | paste -sd ' ' -
}

@test "the demo project goes through all phases and ends with the report" {
  pipeline_once
  same "$(sed -nE 's/^[0-9:]{8} == ([a-z]+):.*/\1/p' "$piped.err" | paste -sd ' ' -)" 'collect merge optimize bench gate report'
  same "$(<"$piped.out")" "$(<"$piped/.pgokit/report/summary.md")

Report: $piped/.pgokit/report/summary.md"
  run -0 grep -E 'collect [0-9]+ s, merge [0-9]+ s, optimize [0-9]+ s, bench [0-9]+ s, gate [0-9]+ s$' "$piped.err"
}

@test "the demo project: every variant is there, each another program, each with the same answer" {
  pipeline_once
  cd "$piped/.pgokit/tree"
  same "$(cd ../bin && printf '%s\n' *)" 'baseline
instrumented
lto
pgo
pgo-bolt'
  same "$(sha256sum ../bin/*/relcheck | cut -d ' ' -f 1 | sort -u | wc -l)" 5
  ../bin/baseline/relcheck check data/mono-medium >"$BATS_TEST_TMPDIR/want"
  run -0 jq -e 'type == "object"' "$BATS_TEST_TMPDIR/want"
  local v
  for v in lto pgo pgo-bolt; do
    "../bin/$v/relcheck" check data/mono-medium >"$BATS_TEST_TMPDIR/got"
    cmp "$BATS_TEST_TMPDIR/want" "$BATS_TEST_TMPDIR/got"
  done
}

@test "the demo project: BOLT rewrote its variant, and only that" {
  pipeline_once
  local v
  for v in baseline lto pgo pgo-bolt; do
    run -0 "$(llvm_bin)/llvm-readelf" -S "$piped/.pgokit/bin/$v/relcheck"
    if [ "$v" = pgo-bolt ]; then has "$output" .note.bolt_info; else lacks "$output" .note.bolt_info; fi
  done
}

@test "the demo project: raw profiles are whole, the merged one is readable" {
  pipeline_once
  run --separate-stderr -0 "$top/build/bin/profraw-verify" "$piped/.pgokit/raw"
  same "$stderr" ''
  same "${#lines[@]}" 3
  run -0 "$(llvm_bin)/llvm-profdata" show "$piped/.pgokit/profile/merged.profdata"
  has "$output" 'Total functions: '
}

@test "the demo project: the manifest has every phase, with hashes that are true" {
  pipeline_once
  cd "$piped/.pgokit"
  run -0 jq -r '[.format, .name, (.phases | keys | join(" "))] | join("|")' manifest.json
  same "$output" 'pgokit-manifest-1|relcheck|bench collect gate merge optimize'
  same "$(jq -c '[.phases | .collect.sources[], .merge.sources[], .optimize.sources, .bench.sources, .gate.sources] | unique | map(del(.tree))' manifest.json)" \
    "[{\"commit\":\"$(git -C "$piped" rev-parse HEAD)\",\"dirty\":false}]"
  same "$(jq -r .pgokit manifest.json)" "$(<"$top/ci/VERSION")"
  run -0 jq -e '[.phases[] | has("finished")] | all' manifest.json
  same "$(jq -r .phases.merge.sha256 manifest.json)" "$(sha256sum <profile/merged.profdata | cut -d ' ' -f 1)"
  jq -r '.phases.optimize.variants[] | .sha256 + "  " + .file' manifest.json | sha256sum -c --quiet
  same "$(jq -c '[.phases.optimize.variants[].sha256]' manifest.json)" "$(jq -c '.benches[0].sha256' bench/receipt.json)"
  same "$(jq -c '.phases.collect.workloads | map(.name)' manifest.json)" "$(jq -c '.workloads.fast | map(.name)' "$piped/pgokit.json")"
}

@test "the demo project: every verdict is recomputed from its evidence, with its exit code" {
  pipeline_once
  local file count=0
  for file in "$piped"/.pgokit/gate/*..*.json; do
    run "-$(jq .verdict.exit "$file")" "$top/build/bin/bench-compare" verify "$file"
    count=$((count + 1))
  done
  holds "$count" -ge 3
}

@test "the demo project: report, verdict and manifest agree on what to ship" {
  pipeline_once
  cd "$piped/.pgokit"
  local ship
  ship=$(jq -r .ship gate/verdict.json)
  same "$(jq -r .ship report/report.json)" "$ship"
  same "$(jq -r .phases.gate.ship manifest.json)" "$ship"
  if [ "$ship" = baseline ]; then
    has "$(<report/summary.md)" '**Ship the baseline**'
  else
    has "$(<report/summary.md)" "**Ship \`$ship\`**"
  fi
  same "$(jq -c '[.benches[].name]' report/report.json)" "$(jq -c '[.benches[].name]' "$piped/pgokit.json")"
  same "$(jq -c '[.benches[] | select(.gated) | .name]' report/report.json)" \
    '["mono_small_full_check_flow","mono_medium_full_check_flow","mono_large_full_check_flow"]'
}

@test "the demo project: the line to check the result by hand runs" {
  pipeline_once
  cd "$piped/.pgokit/tree"
  eval "$(grep '^hyperfine ' ../report/summary.md) --runs 2 --style none --export-json '$BATS_TEST_TMPDIR/h.json'"
  same "$(jq -c '[.results[].command]' "$BATS_TEST_TMPDIR/h.json")" '["baseline","lto","pgo","pgo-bolt"]'
}

@test "the demo project: the job summary is that of the profile and the report" {
  pipeline_once
  cmp "$piped.summary" <(cat "$piped/.pgokit/profile/summary.md" "$piped/.pgokit/report/summary.md")
}

@test "the demo project: nothing outside .pgokit is made or changed, and git status is clean" {
  pipeline_once
  cmp "$piped.before" "$piped.after"
  same "$(git -C "$piped" status --porcelain)" ''
}

@test "--fast measures PGO without LTO on the first tier, and nothing left from before" {
  tiny_after optimize
  config_edit '.variants = ["lto"] | .workloads.comprehensive = [{name: "more", run: "false"}]'
  mkdir .pgokit/bin/lto
  cp .pgokit/bin/baseline/prog .pgokit/bin/lto/
  full 0 --fast --tier comprehensive
  same "$(jq -c '[.arms[].name]' .pgokit/bench/receipt.json)" '["baseline","pgo-nolto"]'
  same "$(jq -r .phases.collect.tier .pgokit/manifest.json)" fast
}

# The kernel takes no argument of 128 KiB: 1,200 benchmarks are more, and so are the hashes of 1,500 profiles. Here few
# are, each as long as many.
@test "more benchmarks and raw profiles than fit in one argument of a program" {
  tiny "$BATS_TEST_TMPDIR/tiny" '("# " + "x" * 70000) as $long
    | .benches = [range(2) | {name: "b\(.)_full_check_flow", run: "$PGOKIT_BINARY \(3000 + .) \($long)", shell: true}]
    | .workloads.fast[0] |= (.shell = true | .run = "$PGOKIT_BINARY 3000; cd \"${LLVM_PROFILE_FILE%/*}\"; tee -- $(seq -f a," + "y" * 180
        + "%g.profraw 700) <\"$(ls *.profraw)\" >/dev/null \($long)")'
  printf '.pgokit/\n' >.gitignore
  git init -q -b main
  git add -A
  git commit -q -m one
  full 0 --fast
  same "$(wc -l <.pgokit/profile/inputs.list)" 701
  same "$(jq '.phases.collect.hashes | length' .pgokit/manifest.json)" 701
  same "$(jq -c '[.benches[].name]' .pgokit/report/report.json)" '["b0_full_check_flow","b1_full_check_flow"]'
  # Identical programs are not measured.
  run -0 "$pgokit" gate --base HEAD --until build
  mv .pgokit/gate/build ../build
  run -0 "$pgokit" gate --measure ../build --shard 1/1
  mv .pgokit/gate/shard ../one
  run -0 "$pgokit" gate --judge ../build ../one
  for file in .pgokit/raw/001/{,run/}*.profraw; do printf '\0\0\0\0\0\0\0\0' >>"$file"; done
  run -1 --separate-stderr "$pgokit" merge
  has "$stderr" ' and 691 more; run pgokit collect again'
}

@test "--variants, --bolt, --tier and --clean" {
  tiny
  mkdir .pgokit
  touch .pgokit/old
  config_edit '.workloads.comprehensive = [{name: "more", run: "$PGOKIT_BINARY 20"}]'
  full 0 --variants baseline --bolt --tier comprehensive --budget 0.2 --clean
  same "$(jq -c '[.arms[].name]' .pgokit/bench/receipt.json)" '["baseline","pgo-bolt"]'
  same "$(jq -c '[.phases.collect.workloads[].name]' .pgokit/manifest.json)" '["train","more"]'
  has "$(logged)" 'BOLT workload more'
  holds ! -e .pgokit/old
}

@test "the first phase that fails ends it, with its exit status and its words last" {
  tiny
  config_edit '.build = "exit 3"'
  full 2
  same "$output" ''
  same "$(phases)" collect
  has "${stderr_lines[-1]}" "pgokit collect: build 'instrumented': the build command failed"
  config_edit '.build = "$CC $CFLAGS $LDFLAGS -o prog main.c" | .workloads.fast[0].run = "false"'
  full 1
  same "$(phases)" collect
  config_edit '.workloads.fast[0].run = "$PGOKIT_BINARY 3000" | .benches[0].name = "not_gated"'
  full 4 --budget 0.2
  same "$(phases)" 'collect merge optimize bench gate'
  has "${stderr_lines[-1]}" 'pgokit gate: judge '
}

@test "options that are wrong are found before anything is built" {
  tiny
  full 2 --variants pgo,o3
  has "$(messages)" "unknown variant 'o3': baseline lto lto-full sample pgo-nolto pgo-small pgo "
  full 2 --tier slow
  has "$(messages)" "unknown tier 'slow'"
  full 2 --budget soon
  same "$(messages)" "pgokit full: --budget 'soon': expected a number of seconds"
  full 2 --budget soon --fast
  holds ! -e .pgokit/tree
}

@test "a project whose path has blanks, quotes, a star, brackets, a dollar and a line break" {
  tiny "$BATS_TEST_TMPDIR/it's a "$'"dir"\n* [a-z] $HOME `id` \\ ;&|#'" ü"
  full 0 --fast --bolt
  same "$(phases)" 'collect merge optimize bench gate report'
  same "$(jq -c '[.arms[].name]' .pgokit/bench/receipt.json)" '["baseline","pgo-nolto","pgo-bolt"]'
  local line
  line=$(grep '^hyperfine ' .pgokit/report/summary.md)
  cd .pgokit/tree
  eval "$line --runs 2 --style none"
  same "$(find "$TMPDIR" -maxdepth 1 -name 'pgokit.*')" ''
}

@test "without git on the machine" {
  tiny
  PATH=$(path_without git) full 0 --fast
  lacks "$stderr" 'not found'
  same "$(jq -c '.phases.optimize.sources | [.commit, .dirty]' .pgokit/manifest.json)" '[null,null]'
}

@test "a project whose path is a pattern that also matches its neighbour" {
  tiny "$BATS_TEST_TMPDIR/ab"
  "$pgokit" collect
  tiny "$BATS_TEST_TMPDIR/a*"
  sed -i 's/"%lu\\n"/"right %lu\\n"/' main.c
  "$pgokit" collect
  same "$(<.pgokit/log/workloads.log)" 'right 215015'
}

@test "a project in a folder of a repository" {
  tiny "$BATS_TEST_TMPDIR/repo/sub"
  git -C .. init -q
  git -C .. add -A
  git -C .. commit -q -m all
  "$pgokit" collect
  same "$(jq -r '.phases.collect.sources[0].commit' .pgokit/manifest.json)" "$(git rev-parse HEAD)"
  same "$(git -C .. status --porcelain)" ''
}
