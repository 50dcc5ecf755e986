#!/usr/bin/env bats
#
# The release, run whole on a program whose speed depends on its profile alone (fixtures/dispatch), after a
# weekly collection.

# The variables in single quotes are those of the benchmark.
# shellcheck disable=SC2016

load ../helper
load ../runner

# A repository with this commit's files, whose weekly run succeeded, and a tag.
week() {
  kit_repository repo
  mkdir repo/fixtures
  cp -R "$top/fixtures/dispatch" repo/fixtures
  sed -i 's|fixtures/relcheck #|fixtures/dispatch #|' repo/.github/workflows/{collect,release}.yml
  project '.release.layouts = 1'
  run_workflow 0 '{"event": "schedule"}' collect
  rm -r state/work
  git -C repo tag v1.0
}

setup() {
  made_once week
}

release() { # <status> <tag> [more keys of the event]
  run_workflow "$1" "$(jq -n --arg tag "$2" "{event: \"workflow_dispatch\", inputs: {tag: \$tag}} * ${3-{\}}")" release
}

project() { # <jq filter on the program's pgokit.json>
  jq "$1" repo/fixtures/dispatch/pgokit.json >edited
  mv edited repo/fixtures/dispatch/pgokit.json
  commit_all repo
}

# The release of a tag and its files, in $published.
published() { # <tag>
  local file
  for file in state/releases/*/release.json; do
    [ "$(jq -r .tag_name "$file")" != "$1" ] || published=${file%/*}
  done
  same "$(jq .draft "$published/release.json")" false
  (cd "$published/assets" && sha256sum -c --quiet SHA256SUMS)
}

conclusions() {
  of '[.jobs[] | "\(.id) \(.conclusion)"] | join(", ")'
}

# What the tarball's manifest says.
packed() { # <tag> <jq filter>
  tar -xzOf "$published/assets/dispatch-$1-x86_64-linux.tar.gz" "dispatch-$1-x86_64-linux/pgokit-manifest.json" | jq -r "$2"
}

# A release with another manifest, and all that goes with it made to fit.
forge() { # <folder> <jq filter>
  local stem tarball=("$1"/*-x86_64-linux.tar.gz)
  stem=${tarball[0]%-x86_64-linux.tar.gz}
  jq "$2" "$stem-manifest.json" >forged
  mkdir unpacked
  tar -xzf "${tarball[0]}" -C unpacked
  jq -f "$top/ci/lib/release/sbom.jq" forged >"$stem-sbom.cdx.json"
  jq --arg name "${stem##*/}-sbom.cdx.json" --arg hash "$(sha256sum <"$stem-sbom.cdx.json" | cut -c 1-64)" '.beside[$name] = $hash' forged |
    tee "$stem-manifest.json" >"$(echo unpacked/*/pgokit-manifest.json)"
  LC_ALL=C tar -C unpacked --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
    --mtime="@$(jq '.date | fromdateiso8601' forged)" -cf - "$(ls unpacked)" | gzip -n9 >"${tarball[0]}"
  (cd "$1" && rm -f -- *.intoto.jsonl SHA256SUMS && sha256sum -- * >../sums && mv ../sums SHA256SUMS)
}

# What anybody who downloads the release would ask, in a run: verify-release with these words. Sets output.
verified() { # <status> <folder> [option...]
  workflow <<YAML
name: w
on: workflow_dispatch
permissions: {}
jobs:
  job:
    runs-on: ubuntu-24.04
    permissions: {contents: read, attestations: read}
    steps:
      - uses: @CHECKOUT@
      - run: ci/pgokit verify-release --repo "\$GITHUB_REPOSITORY" ${*:3} $2
        env:
          GH_TOKEN: \${{ github.token }}
YAML
  run_workflow "$1"
  output=$(log_of job 02)
}

@test "a win that is real: PGO from the weekly profile, with checksums, proof and attestation; once" {
  # The default branch has gone on: a run of it would attest its own commit.
  local commit
  commit=$(git -C repo rev-parse v1.0)
  commit_all repo
  release 1 v1.0
  has "$stderr" "release 'v1.0': it stands on ${commit:0:12}, and this run is of $(git -C repo rev-parse --short=12 main), which an attestation would name; start the workflow on the tag"
  release 0 v1.0 '{ref: "v1.0"}'
  published v1.0
  same "$(ls "$published/assets")" 'SHA256SUMS
dispatch-v1.0-manifest.json
dispatch-v1.0-proof.json
dispatch-v1.0-receipt.json
dispatch-v1.0-report.html
dispatch-v1.0-sbom.cdx.json
dispatch-v1.0-x86_64-linux.intoto.jsonl
dispatch-v1.0-x86_64-linux.tar.gz'
  same "$(packed v1.0 .variant)" pgo
  same "$(packed v1.0 '[.profile.sources[], .sources] | unique | map("\(.commit) \(.dirty)")[]')" "$commit false"
  same "$(of '.attestations[] | .source_ref, .source_digest, (.subjects | length)')" "refs/tags/v1.0
$commit
6"
  same "$(jq -r '.subjects[] | "\(.digest | ltrimstr("sha256:"))  \(.name)"' "$published/assets/dispatch-v1.0-x86_64-linux.intoto.jsonl")" \
    "$(<"$published/assets/SHA256SUMS")"
  has "$(jq -r .body "$published/release.json")" '`dispatch-v1.0-x86_64-linux.tar.gz`: pgo (pgo: '
  matches "$(jq -r .body "$published/release.json")" 'gh attestation verify dispatch-v1.0-x86_64-linux.tar.gz -R [^ ]+ --signer-workflow [^ ]+/.github/workflows/release.yml'
  # Only the job that runs nothing of the project could sign and publish.
  same "$(of '.jobs[] | select(.permissions["id-token"] == "write" or .permissions.contents == "write") | "\(.id) \(.environment)"')" \
    'publish release'
  release 1 v1.0 '{ref: "v1.0"}'
  same "$(conclusions)" 'tag failure, build skipped, publish skipped'
  has "$stderr" "release 'v1.0': there is a release of it already"
  # Whoever downloads it asks who made it; another signer, and files that fit each other but are of nobody's run, are none.
  cp -R "$published/assets" downloaded
  verified 0 "$PWD/downloaded"
  has "$output" "of $commit, attested by "
  verified 1 "$PWD/downloaded" --signer-workflow '"$GITHUB_REPOSITORY/.github/workflows/collect.yml"'
  has "$output" "is not attested by"
  forge downloaded ".sources.commit = \"$(git -C repo rev-parse HEAD)\""
  run -0 --separate-stderr "$pgokit" verify-release --unattested downloaded
  verified 1 "$PWD/downloaded"
  has "$output" "of the commit $(git -C repo rev-parse --short=12 HEAD^), gh says: "
}

@test "a win that is none: plain LTO, and the notes say why" {
  project '.benches[0].run = "$PGOKIT_BINARY mix 3000000" | .gate.budget_s = 1'
  git -C repo tag v1.1
  release 0 v1.1 '{vars: {PGOKIT_ATTEST: "false"}}'
  published v1.1
  same "$(packed v1.1 .variant)" lto
  matches "$(jq -r .body "$published/release.json")" ': lto \(pgo: (slower in|not faster|a gain of)'
  has "$(of '[.jobs[] | select(.id == "build") | .summaries[]] | join("")')" '**Ships `lto`**: pgo: '
  # Where there are no attestations, that is said.
  same "$(of '.attestations | length')" 0
  has "$(log_of publish 03)" 'warning: publish '"'v1.1'"': without an attestation'
}

@test "a profile that was changed on its way is refused, and nothing is published" {
  project '.release.on_stale = "fail"'
  git -C repo tag v1.2
  local id
  id=$(jq -r 'select(.name == "pgokit-profile-comprehensive") | .id' state/artifacts/*/artifact.json)
  printf x >>"state/artifacts/$id/content.tar"
  release 1 v1.2
  same "$(conclusions)" 'tag success, build failure, publish skipped'
  has "$(log_of build 03)" 'no profile of the weekly collection is good enough: its artifact could not be had, or is not what its digest says'
  holds ! -e state/releases
}

@test "a profile that nobody vouches for, or another workflow, is refused, and what to do is said" {
  project '.release.on_stale = "fail"'
  git -C repo tag v1.4
  jq '.signer_workflow |= sub("collect"; "other")' state/attestations/*/attestation.json >edited
  mv edited "$(echo state/attestations/*/attestation.json)"
  release 1 v1.4
  has "$(log_of build 03)" "no attestation vouches for 'manifest.json': by collect.yml on main, of the commit $(git -C repo rev-parse --short=12 main^)"
  has "$(log_of build 03)" "set its variable PGOKIT_ATTEST to false"
  rm -r state/attestations
  release 1 v1.4
  has "$(log_of build 03)" "no profile of the weekly collection is good enough: no attestation vouches for 'manifest.json'"
  holds ! -e state/releases
}

@test "a profile that was carried forward for too long is refused, and plain LTO ships, as configured" {
  project '.release.on_stale = "lto" | .gate.budget_s = 1'
  git -C repo tag v1.3
  # As if the weekly run had carried it.
  local artifact
  artifact=$(dirname "$(grep -l '"pgokit-profile-comprehensive"' state/artifacts/*/artifact.json)")
  mkdir week
  tar -xf "$artifact/content.tar" -C week
  jq --arg made "$(date -u -d '35 days ago' +%FT%TZ)" '.phases.merge.profile_status = "carried" | (.phases.merge, .phases.collect).made = $made' \
    week/manifest.json >edited
  mv edited week/manifest.json
  tar -C week -cf "$artifact/content.tar" .
  jq --arg digest "sha256:$(sha256sum <"$artifact/content.tar" | cut -c 1-64)" '.digest = $digest' "$artifact/artifact.json" >edited
  mv edited "$artifact/artifact.json"
  release 0 v1.3 '{vars: {PGOKIT_ATTEST: "false"}}'
  published v1.3
  same "$(packed v1.3 .variant)" lto
  like "$(packed v1.3 .why)" 'No profile of the weekly collection was good enough: it was made on * and carried forward since: 35 days ago*'
  has "$(of '[.jobs[].annotations[] | select(.level == "warning") | .message] | join(" ")')" 'plain LTO ships (config: release.on_stale)'
}

@test "another branch, and tags that are not there, not of the default branch or no names: refused before anything is built" {
  local tag
  git -C repo checkout -q -b side
  commit_all repo side
  git -C repo tag v2.0
  release 1 v1.0 '{ref: "side"}'
  has "$stderr" "release 'v1.0': this run is of 'refs/heads/side', and only the default branch, 'main', and the tag itself release"
  release 1 v2.0
  has "$stderr" "release 'v2.0': it stands on $(git -C repo rev-parse --short=12 side), which is no commit of the default branch, 'main'"
  release 1 v3.0
  has "$stderr" "release 'v3.0': there is no such tag here"
  for tag in -h '$(touch /tmp/x)"; id'; do
    release 1 "$tag"
    has "$stderr" "release '$tag': expected the name of a tag of letters, digits and . _ + - (at most 100)"
    same "$(conclusions)" 'tag failure, build skipped, publish skipped'
  done
}

@test "the action optimize in somebody's release matrix: one leg has the PGO program, the others are as they were" {
  local kit
  mv repo kit
  rm -r state
  kit=$(git -C kit rev-parse HEAD)
  mkdir repo
  git -C repo init -q -b main
  cp -R "$top/fixtures/dispatch/." repo
  workflow release <<YAML
on: workflow_dispatch
permissions: {contents: read, actions: read}
jobs:
  build:
    strategy:
      matrix:
        include: [{target: x86_64-linux, os: ubuntu-24.04}, {target: other, os: ubuntu-22.04}]
    runs-on: \${{ matrix.os }}
    steps:
      - uses: @CHECKOUT@
        with: {fetch-depth: 0}
      - run: cc -O2 -o dispatch main.c ops.c
      - if: matrix.target == 'x86_64-linux'
        uses: octo/pgokit/.github/actions/setup@$kit
      - if: matrix.target == 'x86_64-linux'
        id: pgo
        uses: octo/pgokit/.github/actions/optimize@$kit
      - if: matrix.target == 'x86_64-linux'
        run: cp "\$BINARY" dispatch
        env: {BINARY: "\${{ steps.pgo.outputs.binary }}"}
      - {uses: "@UPLOAD@", with: {name: "dispatch-\${{ matrix.target }}", path: dispatch}}
      - run: echo "\$TARGET \$VARIANT \$WHY" >>"\$GITHUB_STEP_SUMMARY"
        env: {TARGET: "\${{ matrix.target }}", VARIANT: "\${{ steps.pgo.outputs.variant }}", WHY: "\${{ steps.pgo.outputs.why }}"}
YAML
  run_workflow 0 '{"event": "workflow_dispatch", "repository": "somebody/dispatch"}' release --remote octo/pgokit=kit
  same "$(of '[.artifacts[].name] | join(" ")')" 'dispatch-x86_64-linux dispatch-other'
  starts "$(of '.jobs[0].summaries[-1]')" 'x86_64-linux pgo pgo: '
  same "$(of '.jobs[1].summaries[-1]')" 'other  '
  has "$(of '[.jobs[0].annotations[].message] | join("")')" 'no successful run of collect.yml on main in the last 30 days has one; collecting afresh'
}
