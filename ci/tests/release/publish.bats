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
