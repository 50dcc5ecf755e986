#!/usr/bin/env bats
#
# gate --until find: which run's artifact is a base that may be taken, asked as a step of a workflow asks.

load ../helper
load ../runner

# A repository whose push left a base. The record of the run is GitHub's, so the tests change it as if the run had
# been another.
repository() {
  tiny repo
  git init -q -b main
  cd ..
  workflow find <<YAML
on: [workflow_dispatch]
jobs:
  job:
    runs-on: ubuntu-24.04
    permissions: {actions: read, contents: read}
    outputs: {id: "\${{ steps.find.outputs.artifact-id }}", run: "\${{ steps.find.outputs.run-id }}"}
    steps:
      - {uses: "@CHECKOUT@", with: {fetch-depth: 0}}
      - id: find
        env: {GH_TOKEN: "\${{ github.token }}"}
        run: '"$pgokit" gate --base HEAD --until find'
YAML
  workflow bench-gate <<'YAML'
on: {push: {}}
jobs:
  job:
    runs-on: ubuntu-24.04
    steps:
      - run: echo base >f
      - {uses: "@UPLOAD@", with: {name: pgokit-gate-base, path: f, retention-days: 30}}
YAML
  run_workflow 0 '{"event": "push"}' bench-gate
}

setup() {
  made_once repository
}

find_base() {
  run_workflow 0 '{"event": "workflow_dispatch"}' find
}

# None, and the record put back.
none() { # <jq filter on the record of the push>
  local file before
  file=$(grep -l '"push"' state/runs/*/run.json)
  before=$(<"$file")
  jq "$1" <<<"$before" >"$file"
  find_base
  same "$(of '.jobs[0].outputs | .id + .run')" ''
  has "$(log_of job 02)" "no run of bench-gate.yml has kept $(git -C repo rev-parse --short=12 HEAD); the base is built here"
  printf '%s\n' "$before" >"$file"
}

@test "the artifact of the push of that very commit to the default branch, by id" {
  find_base
  same "$(of '.jobs[0].outputs | .id + " " + .run')" "$(jq -r '"\(.id) \(.run_id)"' state/artifacts/*/artifact.json)"
  none '.event = "pull_request"'
  none '.event = "workflow_dispatch"'
  none '.head_branch = "topic"'
  none '.head_repository.id = 7'
  none '.path = ".github/workflows/other.yml"'
  none '.conclusion = "failure"'
  none '.head_sha |= gsub("[0-7]"; "8")'
}

@test "where nobody may ask, the base is built, which is no failure" {
  sed -i 's/actions: read, //' repo/.github/workflows/find.yml
  commit_all repo
  find_base
  same "$(of '.jobs[0].outputs | .id + .run')" ''
  has "$(log_of job 02)" 'find the base that was kept: GitHub did not tell of it; the base is built here'
  same "$(of '[.jobs[0].annotations[] | select(.level == "error")] | length')" 0
}
