#!/usr/bin/env bats
#
# The gate of pull requests, run whole on the small project: what the jobs hand to each other, what is kept, and
# what a pull request is told. Instructions are judged, which are the same on a busy machine.

# The variables in single quotes are those of the benchmarks, and what must not be run.
# shellcheck disable=SC2016

load ../helper
load ../runner
load gate-workflow

setup() {
  pushed
}

@test "a push keeps the base: a pull request that changes no program takes it, and is not measured" {
  same "$(of '.jobs[] | "\(.name) \(.conclusion)"')" $'keep the base success\nbuild skipped\nmeasure skipped\ndecide skipped'
  same "$(of '[.artifacts[] | "\(.name) \(.retention_days)"] | join(" ")')" 'pgokit-gate-base 30'
  branch topic
  reworded
  pull 0 '"head": "topic", "number": 7'
  has "$(log_of build 03)" 'the base was built before: its programs are taken as they are kept'
  same "$(result '[.outcome, (.benches | map(.verdict) | unique)] | tojson')" '["pass",["identical"]]'
  # What is compared with what.
  has "$(of '.jobs[] | select(.name == "gate").summaries[]')" "base is HEAD^1 ($(git -C repo rev-parse --short=12 main)), head is this tree ($(of '.sha[:12]')), both built as baseline"
  holds ! -e state/caches
  comment 0
  has "$(comments)" '### pgokit gate passed: nothing that is gated has become slower'
}

@test "a pull request that changes the code and not the speed passes" {
  branch topic
  another_version
  pull 0 '"head": "topic", "number": 7'
  same "$(result '[.outcome, (.benches | map([.gated, .verdict]) | sort)] | tojson')" '["pass",[[false,"unchanged"],[true,"unchanged"],[true,"unchanged"]]]'
  same "$(of '[.artifacts[] | [.name, .retention_days]] | sort | tojson')" \
    '[["pgokit-gate",30],["pgokit-gate-build",3],["pgokit-gate-result",3],["pgokit-gate-shard-0",3]]'
  artifact pgokit-gate got
  run -0 "$top/build/bin/bench-compare" verify got/shard-1/evidence.json
}

@test "3 % more instructions fail, in two shards; the comment names the benchmarks, until nothing builds any more" {
  branch topic
  more_work
  pull 1 '"head": "topic", "number": 7, "vars": {"PGOKIT_GATE_SHARDS": "2"}'
  same "$(of '.jobs[] | "\(.name) \(.conclusion)"')" $'base skipped\nbuild success\nmeasure 1/2 success\nmeasure 2/2 success\ngate failure'
  matches "$(of '.jobs[] | select(.name == "gate").annotations | tojson')" 'a_full_check_flow: \+.*, b_full_check_flow: \+'
  has "$(of '.jobs[] | select(.name == "gate").annotations[].title')" 'pgokit gate failed: a gated benchmark has become slower'
  same "$(result '[.outcome, [.benches[] | select(.exit == 1) | .name, (.change_pct > 3 and .change_pct < 4.5)]] | tojson')" \
    '["regressed",["a_full_check_flow",true,"b_full_check_flow",true]]'
  artifact pgokit-gate got
  # Each shard judges as one of all.
  same "$(jq -s -c 'map(.rules.shares)' got/shard-*/evidence.json)" '[2,2]'
  run -1 "$top/build/bin/bench-compare" verify got/shard-2/evidence.json
  comment 0
  has "$(comments)" '### pgokit gate failed: a gated benchmark has become slower'
  has "$(comments)" '| `b_full_check_flow` | +'
  # What does not build is red, and has the same comment, which says that there is no result.
  project '.build = "echo no compiler today >&2; false"'
  pull 1 '"head": "topic", "number": 7'
  same "$(of '.jobs[] | "\(.name) \(.conclusion)"')" $'base skipped\nbuild failure\nmeasure skipped\ngate failure'
  comment 0
  same "$(comments | grep -c '^<!-- pgokit: bench-gate.yml -->$')" 1
  has "$(comments)" '### pgokit gate has no result'
  has "$(comments)" 'The run ended with `failure`. That is not a pass; its log says more.'
}

@test "a shard that is missing is no pass, and is named" {
  branch topic
  another_version
  project '.benches[1].prepare = "kill -9 $PPID"'
  pull 1 '"head": "topic", "number": 7, "vars": {"PGOKIT_GATE_SHARDS": "2"}'
  same "$(of '.jobs[] | "\(.name) \(.conclusion)"')" $'base skipped\nbuild success\nmeasure 1/2 success\nmeasure 2/2 failure\ngate failure'
  has "$(log_of gate 05)" 'Shard 2 of 2 is missing, or its receipt cannot be judged, so nothing is known of b_full_check_flow'
  has "$(log_of gate 05)" 'exit code 4'
  # What the other one found is not lost.
  same "$(result '[.outcome, (.benches | map([.name, .verdict]))] | tojson')" \
    '["invalid",[["b_full_check_flow","invalid"],["a_full_check_flow","unchanged"],["extra","unchanged"]]]'
}

@test "a kept base that is damaged, or that a pull request brings along, is built again" {
  local kept record
  kept=$(kept_base)
  branch topic
  # Such a base in the checkout itself, with a record that is right.
  mkdir -p "repo/$gated/.pgokit/base"
  tar -xf "$kept/content.tar" -C "repo/$gated/.pgokit/base"
  printf 'x' >>"repo/$gated/.pgokit/base/base"
  record=$(sha256sum <"repo/$gated/.pgokit/base/base" | cut -c 1-64)
  jq --arg hash "$record" '.sha256.base = $hash' "repo/$gated/.pgokit/base/base.json" >edited
  cp edited "repo/$gated/.pgokit/base/base.json"
  git -C repo add -f "$gated/.pgokit/base"
  commit_all repo
  # The push's own, damaged since.
  printf x >>"$kept/content.tar"
  pull 0 '"head": "topic", "number": 7'
  lacks "$(log_of build 03)" 'its programs are taken'
  has "$(log_of build 03)" 'build base: '
  same "$(result .outcome)" pass
}

@test "what others changed meanwhile is not blamed on a pull request, whatever base its event names" {
  local old
  old=$(git -C repo rev-parse main)
  branch topic
  reworded
  moved_on
  pull 0 "\"head\": \"topic\", \"number\": 7, \"payload\": {\"pull_request\": {\"number\": 7, \"base\": {\"sha\": \"$old\"}, \"head\": {\"sha\": \"$(git -C repo rev-parse topic)\"}}}"
  same "$(result '[.outcome, .base, (.benches | map(.verdict) | unique)] | tojson')" "[\"pass\",\"$(git -C repo rev-parse main)\",[\"identical\"]]"
}

@test "a merge queue gets its verdict as well" {
  branch topic
  reworded
  run_workflow 0 '{"event": "merge_group", "head": "topic", "number": 7}' bench-gate
  same "$(of '.jobs[] | "\(.name) \(.conclusion)"')" $'base skipped\nbuild success\nmeasure 1/1 success\ngate success'
  has "$(log_of build 03)" 'the base was built before: its programs are taken as they are kept'
  same "$(result '[.outcome, .base, .pull] | tojson')" "[\"pass\",\"$(git -C repo rev-parse main)\",null]"
}

@test "a fork whose names are injections: nothing is run, and its own pull request is told, in code spans" {
  local name
  git clone -q repo fork
  # Pull request 7 is somebody else's, of a branch with the same name.
  branch 'x;$(touch${IFS}pwned)`touch${IFS}pwned`'
  printf 'on: pull_request\njobs: {job: {runs-on: ubuntu-24.04, steps: [{run: echo}]}}\n' | workflow
  run_workflow 0 '{"event": "pull_request", "head": "x;$(touch${IFS}pwned)`touch${IFS}pwned`", "number": 7}'
  git -C fork checkout -q -b 'x;$(touch${IFS}pwned)`touch${IFS}pwned`'
  name=$'$(touch pwned)`touch pwned`\n::error::owned\n##[error]${{ github.token }} | </td><script> [a](http://b) @octocat #7 \u202e_full_check_flow'
  jq --arg name "$name" '.benches += [{name: $name, run: "$PGOKIT_BINARY 100", metric: "instructions"}]
    | .gate.min_effect_pct = 0.6' "fork/$gated/pgokit.json" >edited
  mv edited "fork/$gated/pgokit.json"
  commit_all fork $'$(touch pwned)\n::error::owned'
  pull 0 '"head": "x;$(touch${IFS}pwned)`touch${IFS}pwned`", "number": 8, "title": "$(touch pwned)", "head_repository": {"name": "mallory/project", "path": "'"$PWD"'/fork"}'
  same "$(of '[.jobs[].annotations[]?.message | select(test("owned"))] | length')" 0
  comment 0
  same "$(jq -s -c 'map(.issue)' state/comments/*/comment.json)" '[8]'
  has "$(comments)" "| \`\$(touch pwned)'touch pwned' ::error::owned ##[error]\${{ github.token }} \\| </td><script> [a](http://b) @octocat #7 "
  has "$(comments)" '- `gate.min_effect_pct is 0.6, in '
  same "$(find . -name 'pwned*')" ''
  lacks "$(comments)" ghs_
}
