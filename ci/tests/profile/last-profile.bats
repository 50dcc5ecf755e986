#!/usr/bin/env bats
#
# last-profile: which run's profile counts, asked as a step of a workflow asks.

load ../helper
load ../runner

# A repository whose collection ran once and left a profile. The record of the run and of the artifact are GitHub's,
# so the tests change them as if the run had been another.
collected() {
  workflow collect <<'YAML'
on: {workflow_dispatch: {}, schedule: [{cron: "0 0 * * 0"}]}
jobs:
  job:
    runs-on: ubuntu-24.04
    steps:
      - run: echo profile >f
      - {uses: "@UPLOAD@", with: {name: pgokit-profile-comprehensive, path: f, retention-days: 30}}
YAML
  run_workflow 0 '{"event": "schedule"}' collect
  tiny project
  cd ..
  workflow find <<YAML
on: {workflow_dispatch: {inputs: {options: {type: string}}}}
jobs:
  job:
    runs-on: ubuntu-24.04
    permissions: {actions: read}
    outputs: {id: "\${{ steps.find.outputs.artifact-id }}", reason: "\${{ steps.find.outputs.reason }}"}
    steps:
      - id: find
        env: {GH_TOKEN: "\${{ github.token }}", OPTIONS: "\${{ inputs.options }}"}
        run: '"$pgokit" -C "$PWD/project" last-profile \$OPTIONS'
YAML
}

setup() {
  made_once collected
}

find_profile() { # <status> [options of last-profile]
  run_workflow "$1" "$(jq -n --arg options "${2-}" '{event: "workflow_dispatch", inputs: {$options}}')" find
}

# Refused, and the record put back.
refused() { # <run|artifact> <jq filter>
  local file before
  file=$(printf '%s\n' state/"$1"s/*/"$1".json | head -n 1)
  before=$(<"$file")
  jq "$2" <<<"$before" >"$file"
  find_profile 1
  has "$stderr" 'pgokit last-profile: find a profile: no successful run of collect.yml on main in the last 30 days has one'
  printf '%s\n' "$before" >"$file"
}

@test "the newest good run's, by id, whatever event started it" {
  find_profile 0
  same "$(of '.jobs[0].outputs.id')" "$(jq .id state/artifacts/*/artifact.json)"
  run_workflow 0 '{"event": "workflow_dispatch"}' collect
  find_profile 0
  same "$(of '.jobs[0].outputs.id')" "$(jq .id state/artifacts/*/artifact.json | sort -n | tail -n 1)"
}

@test "of another repository, branch, workflow or event, failed or too old: none" {
  refused run '.head_repository.id = 7'
  refused run '.head_branch = "topic"'
  refused run '.path = ".github/workflows/other.yml"'
  refused run '.event = "pull_request"'
  refused run '.event = "push"'
  refused run '.conclusion = "failure"'
  refused run '.created_at = "2026-01-01T00:00:00Z"'
}

@test "an artifact that has expired or has another name: none" {
  refused artifact '.expires_at = "2026-01-01T00:00:00Z"'
  refused artifact '.name = "pgokit-shard-0"'
}

@test "a run that was started again has one of each attempt: the newest" {
  local id
  id=$(jq .id state/artifacts/*/artifact.json)
  cp -R "state/artifacts/$id" state/artifacts/9999
  jq '.id = 9999' "state/artifacts/$id/artifact.json" >state/artifacts/9999/artifact.json
  find_profile 0
  same "$(of '.jobs[0].outputs.id')" 9999
}

@test "a newer one of a lower tier does not take the place of a higher one, which may be too old" {
  local id run newest
  id=$(jq .id state/artifacts/*/artifact.json)
  run_workflow 0 '{"event": "workflow_dispatch"}' collect
  newest=state/artifacts/$(jq .id state/artifacts/*/artifact.json | sort -n | tail -n 1)/artifact.json
  jq '.name = "pgokit-profile-fast"' "$newest" >new
  mv new "$newest"
  find_profile 0
  same "$(of '.jobs[0].outputs.id')" "$id"
  run=$(jq .workflow_run.id "state/artifacts/$id/artifact.json")
  jq '.created_at = "2026-01-01T00:00:00Z"' "state/runs/$run/run.json" >new
  mv new "state/runs/$run/run.json"
  find_profile 0
  same "$(of '.jobs[0].outputs.id')" "$(jq .id "$newest")"
  # What was carried is as old as its profile, which its run is not.
  jq '.name = "pgokit-profile-carried"' "state/artifacts/$id/artifact.json" >new
  mv new "state/artifacts/$id/artifact.json"
  jq --arg made "$(date -u +%FT%TZ)" '.created_at = $made' "state/runs/$run/run.json" >new
  mv new "state/runs/$run/run.json"
  find_profile 0
  same "$(of '.jobs[0].outputs.id')" "$(jq .id "$newest")"
  jq '.name = "other"' "$newest" >new
  mv new "$newest"
  find_profile 0
  same "$(of '.jobs[0].outputs.id')" "$id"
}

@test "--optional: none is no failure, and the reason is an output" {
  find_profile 0 '--optional --workflow weekly.yml'
  same "$(of '.jobs[0].outputs | .id + "|" + .reason')" '|no successful run of weekly.yml on main in the last 30 days has one'
  find_profile 1 '--workflow ../collect.yml'
  find_profile 1 '--max-age 91'
}
