#!/usr/bin/env bats
#
# publish: what it takes as a release and what not, as a step of a run with the right to make one.

# The backquotes are Markdown's.
# shellcheck disable=SC2016

load ../helper
load ../runner

# A repository with a tag, and what a build made of it.
setup() {
  cd "$BATS_TEST_TMPDIR" || return
  workflow <<YAML
on: {workflow_dispatch: {inputs: {options: {type: string}}}}
jobs:
  job:
    runs-on: ubuntu-24.04
    permissions: {contents: write}
    steps:
      - env: {GH_TOKEN: "\${{ github.token }}", OPTIONS: "\${{ inputs.options }}"}
        run: eval "'$pgokit' publish \$OPTIONS '$PWD/dist'"
YAML
  git -C repo tag -a -m v1 v1
  mkdir dist
  printf 'tar\n' >dist/p-v1-x86_64-linux.tar.gz
  printf '{}\n' >dist/p-v1-receipt.json
  sums
}

sums() {
  (cd dist && sha256sum -- *.gz *.json >SHA256SUMS)
  digest=$(sha256sum <dist/SHA256SUMS | cut -c 1-64)
}

publish() { # <status> [option...]
  run_workflow "$1" "$(jq -n --arg options "--tag v1 --commit $(git -C repo rev-parse HEAD) --digest $digest ${*:2}" \
    '{event: "workflow_dispatch", inputs: {$options}}')"
}

refused() { # <why> [option...]
  publish 1 "${@:2}"
  has "$stderr" "pgokit publish: $1"
  holds ! -e state/releases
}

@test "a draft with all files, then the release; the notes are text, whatever the words are" {
  publish 0 "--what 'pgo: <b>*fast*</b> @all'"
  same "$(jq -c '.draft, .tag_name, (.assets | keys)' state/releases/*/release.json)" 'false
"v1"
["SHA256SUMS","p-v1-receipt.json","p-v1-x86_64-linux.tar.gz"]'
  same "$(jq -r .body state/releases/*/release.json)" '`p-v1-x86_64-linux.tar.gz`: pgo: \<b\>\*fast\*\</b\> \@all

```
sha256sum -c SHA256SUMS
```'
  publish 1
  has "$stderr" "release 'v1': there is a release of it already"
}

# A measurement beside a competitor, of a program so many times as fast.
competed() { # <file> <ahead|even|behind> <ratio>
  jq -n --arg standing "$2" --argjson ratio "$3" '{format: "pgokit-compete-1", name: "p", variant: "lto", sha256: "", lacking: [], behind: [],
    benches: [{name: "flow", competitors: [{name: "rival", version: "1.0", cold: null,
      warm: {ratio: $ratio, low: ($ratio - 0.1), high: ($ratio + 0.1), standing: $standing, rounds: 9, hyperfine: null, project_s: 1, competitor_s: 1}}]}]}' >"$1"
}

# A release that is there, with a measurement of its own.
earlier() {
  mkdir -p state/releases/1/assets
  printf '{"id": 1, "tag_name": "v0", "draft": false, "assets": {"p-v0-compete.json": {}}}' >state/releases/1/release.json
  competed state/releases/1/assets/p-v0-compete.json ahead 2
}

body() {
  jq -rs 'max_by(.id).body' state/releases/*/release.json
}

@test "the notes name a competitor that the last release beat and this one does not" {
  earlier
  competed dist/p-v1-compete.json behind 0.5
  sums
  publish 0
  has "$(body)" '- **Since v0: fallen behind rival 1.0 in flow (warm), which it beat before: 2.00x, and now 0.50x \[0.40, 0.60\]**'
}

@test "a release without that measurement says so; one that is still ahead has nothing to say; nonsense is refused" {
  earlier
  publish 0
  has "$(body)" '- **Its competitors were not measured, as those of v0 were**'
  rm -r state/releases
  earlier
  competed dist/p-v1-compete.json ahead 3
  sums
  publish 0
  lacks "$(body)" rival
  rm -r state/releases
  printf '{}' >dist/p-v1-compete.json
  sums
  refused "publish '$PWD/dist/p-v1-compete.json': it is no result of pgokit compete"
}

@test "--check publishes nothing" {
  publish 0 --check
  holds ! -e state/releases
}

@test "files that are not those that were made: refused" {
  printf 'tampered\n' >dist/p-v1-x86_64-linux.tar.gz
  refused "publish '$PWD/dist': a file is not what SHA256SUMS says"
  (cd dist && sha256sum -- *.gz *.json >SHA256SUMS)
  refused "publish '$PWD/dist': SHA256SUMS is not the one that was made with the files"
  sums
  printf x >dist/more
  refused "publish '$PWD/dist': there is something else in it than SHA256SUMS says: "
  rm dist/more
  rm dist/p-v1-receipt.json
  ln -s /etc/passwd dist/p-v1-receipt.json
  refused "publish '$PWD/dist': there is something else in it than SHA256SUMS says: "
  rm dist/p-v1-receipt.json
  printf '%064d  ../x\n' 0 >>dist/SHA256SUMS
  digest=$(sha256sum <dist/SHA256SUMS | cut -c 1-64)
  refused "publish '$PWD/dist': SHA256SUMS has a line that is no checksum of a file here"
  rm dist/p-v1-x86_64-linux.tar.gz
  printf '{}' >dist/a.json
  (cd dist && sha256sum a.json >SHA256SUMS)
  digest=$(sha256sum <dist/SHA256SUMS | cut -c 1-64)
  refused "publish '$PWD/dist': expected one tarball, found: none"
}

@test "a tag that has moved since the build, or a draft that is left: refused" {
  local built
  built=$(git -C repo rev-parse HEAD)
  commit_all repo
  git -C repo tag -f v1
  refused "publish '$PWD/dist': the tag 'v1' stands on $(git -C repo rev-parse --short=12 HEAD), and the files are of ${built:0:12}" "--commit $built"
  mkdir -p state/releases/1
  printf '{"id": 1, "tag_name": "v1", "draft": true, "assets": {}}' >state/releases/1/release.json
  publish 1
  has "$stderr" "release 'v1': there is a release of it already, or a draft that an earlier run left"
}
