#!/usr/bin/env bats
#
# The weekly workflow, run whole on the small project: what the jobs hand to each other, what is kept, and
# what a week is that brings nothing.

# The variables in single quotes are those of the workloads.
# shellcheck disable=SC2016

load ../helper
load ../runner

# Where collect.yml has its project.
collected=fixtures/relcheck

# A repository with this commit's files, whose weekly run succeeded once.
week() {
  kit_repository repo
  (tiny "repo/$collected" '.workloads.fast = [{name: "check-small", run: "$PGOKIT_BINARY 3000"},
    {name: "check-medium", run: "$PGOKIT_BINARY 4000"}, {name: "tags-medium", run: "$PGOKIT_BINARY 5000"}]')
  commit_all repo
  run_workflow 0 '{"event": "workflow_dispatch", "inputs": {"tier": "fast"}}' collect
  cp -- "$result" first.json
  rm -r state/work
}

setup() {
  made_once week
}

project() { # <jq filter on pgokit.json>
  jq "$1" "repo/$collected/pgokit.json" >edited
  mv edited "repo/$collected/pgokit.json"
  commit_all repo
}

profile() { # <folder>: what the last profile artifact has
  local id
  id=$(of '[.artifacts[] | select(.name | startswith("pgokit-profile-"))] | last | .id')
  mkdir -p "$1"
  tar -xf "$(find state -path "*/$id/*" -name '*.tar' | head -n 1)" -C "$1"
}

@test "a week with two shards: one profile of all workloads, kept 30 days and attested" {
  result=$PWD/first.json
  same "$(of '[.artifacts[] | [.name, .retention_days]] | sort | tojson')" '[["pgokit-profile-fast",30],["pgokit-shard-0",3],["pgokit-shard-1",3]]'
  profile got
  same "$(jq -c '.phases | [.collect.partial, [.collect.workloads[].name], .merge.profile_status]' got/manifest.json)" \
    '[false,["check-small","check-medium","tags-medium"],"fresh"]'
  same "$(sha256sum <got/profile/merged.profdata | cut -c 1-64)" "$(jq -r .phases.merge.sha256 got/manifest.json)"
  has "$(<got/profile/summary.md)" '| `check-medium` | 1      | '
  same "$(of '.attestations[].subjects[] | "\(.name) \(.digest)"')" "manifest.json sha256:$(sha256sum <got/manifest.json | cut -c 1-64)
merged.profdata sha256:$(sha256sum <got/profile/merged.profdata | cut -c 1-64)"
}

@test "the next week: what is missing is named, what is there is kept, whatever fails later, and compared with the last" {
  project '.workloads.fast[1] += {needs: "false", optional: true}'
  printf '    - {shell: bash, run: exit 7}\n' >>repo/.github/actions/merge/action.yml
  commit_all repo
  run_workflow 1 '{"event": "workflow_dispatch", "inputs": {"tier": "fast"}}' collect
  profile got
  same "$(jq -c '.phases.collect | [.partial, .skipped, [.workloads[].name]]' got/manifest.json)" \
    '[true,["check-medium"],["check-small","tags-medium"]]'
  has "$(<got/profile/summary.md)" '**Partial:** skipped `check-medium`.'
  has "$(log_of merge 04)" '100 % of its counts are of functions that have not changed'
}

@test "a week whose workloads leave nothing carries the last profile, with its date" {
  project '.workloads.fast = [{name: "nothing", run: "true"}]'
  # Where there are no attestations, the run counts all the same.
  run_workflow 0 '{"event": "workflow_dispatch", "inputs": {"tier": "fast"}, "private": true}' collect
  same "$(of '.jobs[] | select(.id == "attest") | .conclusion')" failure
  profile got
  same "$(jq -r .phases.merge.profile_status got/manifest.json)" carried
  has "$(<got/profile/summary.md)" 'CARRIED FORWARD'
  # With all that it was made of, as the record has it.
  same "$(jq -c '[.phases.collect.workloads[].name]' got/manifest.json)" '["check-small","check-medium","tags-medium"]'
  same "$(jq -r '.phases.collect.hashes[]' got/manifest.json | sort)" "$(sha256sum got/raw/*/*.profraw | cut -c 1-64 | sort)"
}

@test "a week in which the program counts far less carries the last profile; a run by hand adopts the new one" {
  sed -i "s|atoi(.*) : 1);|atoi(argv[1]) / 100 : 1);|" "repo/$collected/main.c"
  commit_all repo
  run_workflow 0 '{"event": "workflow_dispatch", "inputs": {"tier": "fast"}}' collect
  profile got
  same "$(jq -r .phases.merge.profile_status got/manifest.json)" carried
  has "$(log_of merge 04)" "workload 'check-small' has "
  run_workflow 0 '{"event": "workflow_dispatch", "inputs": {"tier": "fast", "adopt": true}}' collect
  profile adopted
  same "$(jq -r .phases.merge.profile_status adopted/manifest.json)" fresh
}

@test "with collect.on_empty fail such a week is red, and no profile is uploaded" {
  project '.workloads.fast = [{name: "nothing", run: "true"}] | .collect.on_empty = "fail"'
  run_workflow 1 '{"event": "workflow_dispatch", "inputs": {"tier": "fast"}}' collect
  same "$(of '[.artifacts[].name] | sort | tojson')" '["pgokit-diagnosis","pgokit-shard-0"]'
}

@test "the setup of a job builds the tools from a fresh checkout" {
  rm -rf repo
  kit_files repo
  workflow <<'YAML'
on: workflow_dispatch
permissions: {contents: read}
jobs:
  job:
    runs-on: ubuntu-24.04
    env: {CFLAGS: -O0}
    steps:
      - uses: "@CHECKOUT@"
      - uses: ./.github/actions/setup
      - run: ls build/bin && build/bin/profraw-verify --version
YAML
  run_workflow 0
  has "$(log_of job 03)" "profraw-verify (pgokit) $(<"$top/ci/VERSION")"
  for tool in "$top"/tools/*.c; do
    tool=${tool##*/}
    has "$(log_of job 03)" "${tool%.c}"
  done
}
