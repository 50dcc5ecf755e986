#!/usr/bin/env bats
#
# attested: a profile from elsewhere counts when the workflow that collects vouches for these very bytes. The runner's gh
# stands in for GitHub's: it knows what its own replacement of actions/attest recorded.

# The variables in single quotes are those of workflows.
# shellcheck disable=SC2016

load ../helper
load ../runner

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  mkdir -p last/profile
  printf 'profile\n' >last/profile/merged.profdata
  attests collect
  verifies '{attestations: read}'
  manifest "$(head)"
}

head() {
  git -C repo rev-parse main
}

# A workflow of this name that attests what is in last/.
attests() { # <name>
  workflow "$1" <<YAML
on: workflow_dispatch
jobs:
  job:
    runs-on: ubuntu-24.04
    permissions: {id-token: write, attestations: write}
    steps:
      - {uses: "$(pin actions/attest)", with: {subject-path: "$PWD/last/manifest.json\n$PWD/last/profile/merged.profdata\n$PWD/last/keep/*"}}
YAML
}

# A job with these permissions that verifies what is there.
verifies() { # <permissions>
  workflow <<YAML
on: {workflow_dispatch: {inputs: {options: {type: string}}}}
jobs:
  job:
    runs-on: ubuntu-24.04
    permissions: $1
    outputs: {reason: "\${{ steps.x.outputs.reason }}"}
    steps:
      - id: x
        env: {GH_TOKEN: "\${{ github.token }}", OPTIONS: "\${{ inputs.options }}"}
        run: "'$pgokit' attested \$OPTIONS '$PWD/last'"
YAML
}

manifest() { # <commit that the profile was made of>
  jq -n --arg commit "$1" '{phases: {merge: {sources: [{$commit, dirty: false, tree: null}]}}}' >last/manifest.json
}

attested() { # <status> [option...]
  run_workflow "$1" "$(jq -n --arg options "${*:2}" '{event: "workflow_dispatch", inputs: {$options}}')"
}

refused() { # <file> <why>
  attested 1 --commit "$(head)"
  has "$stderr" "no attestation vouches for '$1': $2"
  has "$stderr" 'Collect again (the job attest of collect.yml has to succeed); where the repository'"'s plan has no attestations, set its variable PGOKIT_ATTEST to false"
}

@test "what collect.yml attested on the default branch, of this commit" {
  mkdir last/keep
  printf '{}\n' >last/keep/profile.json
  run_workflow 0 '' collect
  attested 0 --commit "$(head)"
  has "$(log_of job 01)" "attested by collect.yml on main: the profile, made of $(head)"
  printf ' ' >>last/keep/profile.json
  refused keep/profile.json 'by collect.yml on main, of the commit'
}

@test "a missing attestation is no pass" {
  refused manifest.json "by collect.yml on main, of the commit $(git -C repo rev-parse --short=12 main), gh says: gh: HTTP 404: Not Found: no attestations found for sha256:"
  has "$(of '.jobs[0].outputs.reason')" "no attestation vouches for 'manifest.json'"
}

@test "another signer's is refused: a workflow of another name, and another branch" {
  attests other
  manifest "$(head)"
  run_workflow 0 '' other
  refused manifest.json 'by collect.yml on main'
  has "$stderr" 'no attestation matches what is asked'
  git -C repo branch side
  run_workflow 0 '{"event": "workflow_dispatch", "ref": "side"}' collect
  refused manifest.json 'by collect.yml on main'
}

@test "one of another commit is refused: of the run, and of what the profile was made of" {
  run_workflow 0 '' collect
  attested 1 --commit 0123456789012345678901234567890123456789
  has "$stderr" "no attestation vouches for 'manifest.json': by collect.yml on main, of the commit 012345678901"
  manifest 0123456789012345678901234567890123456789
  run_workflow 0 '' collect
  refused profile/merged.profdata 'by collect.yml on main, of the commit 012345678901'
  printf '{}\n' >last/manifest.json
  run_workflow 0 '' collect
  refused manifest.json 'it does not say of which commit the profile was made'
}

@test "a changed byte is refused, and a link" {
  run_workflow 0 '' collect
  printf 'Profile\n' >last/profile/merged.profdata
  refused profile/merged.profdata 'by collect.yml on main'
  ln -sf /etc/passwd last/profile/merged.profdata
  refused profile/merged.profdata 'it is not there'
}

@test "one that was carried forward has the attestation of its own commit, and its manifest that of the run" {
  local first
  first=$(head)
  run_workflow 0 '' collect
  commit_all repo
  jq '.carried = true' last/manifest.json >edited
  mv edited last/manifest.json
  run_workflow 0 '' collect
  attested 0 --commit "$(head)"
  has "$(log_of job 01)" "made of $first"
  # Without that of its own commit, nothing says that the later run's was not another one's profile.
  rm -r "state/attestations/$(jq -s 'min_by(.id).id' state/attestations/*/attestation.json)"
  refused profile/merged.profdata "by collect.yml on main, of the commit ${first:0:12}"
}

@test "without the permission to ask it is no pass; with PGOKIT_ATTEST false nothing is asked, and that is said" {
  run_workflow 0 '' collect
  verifies '{contents: read}'
  refused manifest.json 'by collect.yml on main'
  has "$stderr" 'it needs attestations: read'
  rm -r state/attestations
  attested 0 --attest false --commit "$(head)"
  has "$(of '.jobs[0].annotations[].message')" 'nothing is, since PGOKIT_ATTEST is false'
}
