#!/usr/bin/env bats
#
# choose: what a release ships, of the program whose speed depends on its profile alone: it is trained on
# adding, which PGO makes several times as fast, and gains nothing in mixing.

# The variables in single quotes are those of the benchmark.
# shellcheck disable=SC2016

load ../helper

# The project in git, and beside it a good profile as an artifact.
project() {
  cp -R "$top/fixtures/dispatch" .
  cd dispatch || return
  weekly_artifact ../artifact
}

setup() {
  made_once project
  cd dispatch || return
}

choose() { # <status> [option...]
  run --separate-stderr "-$1" env GITHUB_OUTPUT="$BATS_TEST_TMPDIR/outputs" GITHUB_STEP_SUMMARY="$BATS_TEST_TMPDIR/summary" \
    "$pgokit" choose "${@:2}"
}

# An output of the step.
output_of() { # <name>
  sed -n "s/^$1=//p" "$BATS_TEST_TMPDIR/outputs"
}

on_stale() { # <collect|lto|fail>: with a profile that was tampered with
  config_edit ".release.on_stale = \"$1\""
  printf x >>../artifact/profile/merged.profdata
}

@test "a win that is real ships, with proof, built from the profile that was given" {
  config_edit '.release.layouts = 4'
  choose 0 --profile latest --last ../artifact
  same "$output" "$PWD/.pgokit/ship/dispatch"
  same "$("$output" add 50)" "$(.pgokit/bin/pgo/dispatch add 50)"
  same "$("$(llvm_bin)/llvm-nm" "$output" 2>/dev/null)" ''
  same "$(output_of binary) $(output_of variant)" "$output pgo"
  matches "$(output_of why)" '^pgo: [0-9.]+ % less time than lto, measured once more beside a control and a canary, in [234] layouts of each \(those of lto differ by [0-9.]+ %\)$'
  same "$(jq -r .phases.optimize.profile .pgokit/manifest.json)" "$(sha256sum <../artifact/profile/merged.profdata | cut -c 1-64)"
  has "$(<"$BATS_TEST_TMPDIR/summary")" '**Ships `pgo`**: pgo: '
  has "$(<"$BATS_TEST_TMPDIR/summary")" 'layouts of both; those of `lto` differ by '
  has "$(<"$BATS_TEST_TMPDIR/summary")" 'The profile is the last one of the weekly collection.'
  "$pgokit" package --version v1
  (cd .pgokit/dist && sha256sum -c --quiet SHA256SUMS)
  same "$(ls .pgokit/dist)" 'SHA256SUMS
dispatch-v1-manifest.json
dispatch-v1-proof.json
dispatch-v1-receipt.json
dispatch-v1-report.html
dispatch-v1-sbom.cdx.json
dispatch-v1-x86_64-linux.tar.gz'
  "$top/build/bin/bench-compare" verify .pgokit/dist/dispatch-v1-proof.json
  "$pgokit" verify-release --unattested .pgokit/dist
  same "$(tar -xzOf .pgokit/dist/dispatch-v1-x86_64-linux.tar.gz dispatch-v1-x86_64-linux/pgokit-manifest.json | jq -r '.variant, .why')" \
    "pgo
$(output_of why)"
}

@test "a win that is none does not: plain LTO, and why; without a profile one is collected" {
  config_edit '.release.layouts = 1 | .benches[0].run = "$PGOKIT_BINARY mix 3000000"'
  choose 0 --profile latest --last '' --no-last 'there was no run' --budget 1
  same "$(output_of variant)" lto
  like "$(output_of why)" 'pgo: @(slower in|not faster|a gain of)*'
  has "$(messages)" 'warning: No profile of the weekly collection was good enough: there was no run; collecting afresh (config: release.on_stale)'
  has "$(<"$BATS_TEST_TMPDIR/summary")" 'No profile of the weekly collection was good enough: there was no run. It was collected for this release instead.'
  "$pgokit" package --version v1
  same "$(tar -xzOf .pgokit/dist/dispatch-v1-x86_64-linux.tar.gz dispatch-v1-x86_64-linux/pgokit-manifest.json | jq -r .variant)" lto
  holds ! -e .pgokit/dist/dispatch-v1-proof.json
}

@test "a win that cannot be proven once more does not ship" {
  # In the proof alone there is a control; here it fails.
  config_edit '.release.layouts = 1 | .benches[0] |= (.shell = true
    | .run = "case $PGOKIT_BINARY in */arm/ctrl/*) exit 3 ;; esac; $PGOKIT_BINARY add 3000000 >/dev/null")'
  choose 0 --profile latest --last ../artifact --budget 1
  same "$(output_of variant)" lto
  same "$(output_of why)" 'pgo: measured once more, the comparison is invalid'
  has "$(messages)" "warning: judge 'pgo' against 'lto' once more: the comparison is invalid, so 'lto' stays"
  same "$(jq -c '[.ship, .steps[0].chosen]' .pgokit/gate/verdict.json)" '["lto",false]'
}

@test "a profile that is refused: plain LTO, or the end, as configured, and the reason" {
  on_stale fail
  choose 1 --profile latest --last ../artifact
  same "$(messages | tail -n 1)" "pgokit choose: choose a variant: no profile of the weekly collection is good enough: profile/merged.profdata is not the one that its manifest records: it was changed, or is of another run (config: release.on_stale is \"fail\")"
  holds ! -e .pgokit/bin
  on_stale lto
  choose 0 --profile latest --last ../artifact --budget 1 --variant pgo
  same "$(output_of variant)" lto
  same "$(output_of why)" 'No profile of the weekly collection was good enough: profile/merged.profdata is not the one that its manifest records: it was changed, or is of another run'
  holds ! -e .pgokit/bin/pgo
}

@test "a profile that fits by its records, but not for the compiler: what is configured for one that is refused" {
  # The merged profile is of a source that has changed; the records are made to fit it.
  (
    cd "$BATS_TEST_TMPDIR"
    cp -R dispatch older
    cd older
    sed -i 's/sum = op->run(sum, i);/if (sum == 12345) exit(3); else &/' main.c
    "$pgokit" collect
    "$pgokit" merge
    cp .pgokit/profile/merged.profdata ../artifact/profile
    jq --arg sha "$(sha256sum <.pgokit/profile/merged.profdata | cut -c 1-64)" '.phases.merge.sha256 = $sha' ../artifact/manifest.json >edited
    mv edited ../artifact/manifest.json
  )
  config_edit '.release |= . + {on_stale: "fail", layouts: 1}'
  choose 1 --profile latest --last ../artifact
  starts "$(messages | tail -n 1)" "pgokit choose: choose a variant: no profile of the weekly collection is good enough: check 'pgo': the profile is stale: only "
  holds ! -e .pgokit/ship
  config_edit '.release.on_stale = "collect"'
  choose 0 --profile latest --last ../artifact
  same "$(output_of variant)" pgo
  like "$(<"$BATS_TEST_TMPDIR/summary")" "*No profile of the weekly collection was good enough: check 'pgo': the profile is stale: *. It was collected for this release instead.*"
  holds "$(jq -r .phases.optimize.profile .pgokit/manifest.json)" != "$(sha256sum <../artifact/profile/merged.profdata | cut -c 1-64)"
}

@test "what is asked for has to be there to be had" {
  choose 2 --variant baseline
  same "$(messages)" 'pgokit choose: --variant baseline: a release ships lto or what beats it'
  choose 2 --variant fast
  choose 2 --tier most
  choose 2 --profile newest
  choose 2 --profile latest
  same "$(messages)" 'pgokit choose: --profile latest: where is it? --last names its folder'
  choose 2 --budget 1h
  holds ! -e .pgokit
}
