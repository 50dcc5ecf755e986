#!/usr/bin/env bats
#
# The workflow runner's events and its `gh`: what starts a run, what a run may do, and what is seen
# of it from the next one.

# What looks like variables here is the workflows' own.
# shellcheck disable=SC2016

load ../helper
load ../runner

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

# One job that shows what it was told, on every event.
show_workflow() {
  workflow <<'YAML'
name: show
on:
  push: {branches: [main, "rel/**"], tags: ["v*"]}
  schedule: [{cron: "0 0 * * 0"}]
  pull_request: {branches: [main]}
  workflow_dispatch:
    inputs:
      tier: {type: choice, options: [fast, exhaustive], default: fast}
      dry: {type: boolean, default: true}
      word: {type: string, required: true}
permissions: {contents: write, id-token: write}
jobs:
  job:
    runs-on: ubuntu-24.04
    steps:
      - {uses: "@CHECKOUT@", with: {persist-credentials: false}}
      - run: |
          echo "$GITHUB_EVENT_NAME $GITHUB_REF base=$GITHUB_BASE_REF head=$GITHUB_HEAD_REF secret=$KEY"
          jq -c "$FILTER" "$GITHUB_EVENT_PATH"
        env: {KEY: "${{ secrets.KEY }}", FILTER: "${{ vars.FILTER || '.' }}"}
YAML
}

told() { # <status> <event>
  run_workflow "$1" "$2"
  log_of job 02 | sed '1,/##\[endgroup\]/d'
}

@test "schedule: the default branch, the cron line, and no repository in the payload" {
  show_workflow
  same "$(told 0 '{"event": "schedule"}')" 'schedule refs/heads/main base= head= secret=
{"schedule":"0 0 * * 0"}'
  run_workflow 2 '{"event": "schedule", "schedule": "1 1 * * 1"}'
  has "$stderr" "schedule '1 1 * * 1' is none of its own"
}

@test "workflow_dispatch: inputs by type, defaults, required, choices" {
  show_workflow
  sed -i 's|jq -c.*|echo "${{ inputs.tier }} ${{ inputs.dry \&\& 1 }} ${{ inputs.word }} ${{ github.event.inputs.dry == '"'true'"' }}"|' repo/.github/workflows/w.yml
  commit_all repo
  same "$(told 0 '{"event": "workflow_dispatch", "inputs": {"word": "x"}}')" 'workflow_dispatch refs/heads/main base= head= secret=
fast 1 x true'
  has "$(told 0 '{"event": "workflow_dispatch", "inputs": {"word": "x", "dry": false, "tier": "exhaustive"}}')" 'exhaustive false x false'
  run_workflow 2 '{"event": "workflow_dispatch"}'
  has "$stderr" "input 'word' is required"
  run_workflow 2 '{"event": "workflow_dispatch", "inputs": {"word": "x", "tier": "all"}}'
  has "$stderr" "input 'tier': 'all' is none of fast,exhaustive"
  run_workflow 2 '{"event": "workflow_dispatch", "inputs": {"other": "x"}}'
  has "$stderr" "the workflow has no input 'other'"
}

@test "push: branches and tags by their filters" {
  show_workflow
  git -C repo branch rel/1/x
  git -C repo branch other
  git -C repo tag v1
  git -C repo tag x1
  has "$(told 0 '{"event": "push"}')" 'push refs/heads/main'
  has "$(told 0 '{"event": "push", "ref": "rel/1/x"}')" 'push refs/heads/rel/1/x'
  has "$(told 0 '{"event": "push", "ref": "v1"}')" 'push refs/tags/v1'
  run_workflow 2 '{"event": "push", "ref": "other"}'
  has "$stderr" "branch 'other' is filtered out"
  run_workflow 2 '{"event": "push", "ref": "x1"}'
  has "$stderr" "tag 'x1' is filtered out"
}

@test "pull_request: the merge of both sides, with the workflow file of that merge" {
  show_workflow
  git -C repo switch -q -c topic
  touch repo/of-topic && commit_all repo
  git -C repo switch -q main
  touch repo/of-main && commit_all repo
  local event='{"event": "pull_request", "number": 7, "head": "topic", "secrets": {"KEY": "k"},
    "vars": {"FILTER": "[.number, .action, .pull_request.head.repo.fork, .pull_request.base.ref]"}}'
  same "$(told 0 "$event")" 'pull_request refs/pull/7/merge base=main head=topic secret=***
[7,"synchronize",false,"main"]'
  holds -e state/work/project/project/of-topic
  holds -e state/work/project/project/of-main
  same "$(jq -r .head_sha state/runs/*/run.json)" "$(git -C repo rev-parse topic)"
  git -C repo branch base
  run_workflow 2 "${event/\"topic\"/\"topic\", \"base\": \"base\"}"
  has "$stderr" "branch 'base' is filtered out"
  run_workflow 2 "${event/\"topic\"/\"topic\", \"action\": \"closed\"}"
  has "$stderr" "action 'closed' is none of opened,synchronize,reopened"
}

@test "a pull request that cannot be merged has no run" {
  show_workflow
  git -C repo switch -q -c topic
  echo 1 >repo/f && commit_all repo
  git -C repo switch -q main
  echo 2 >repo/f && commit_all repo
  run_workflow 2 '{"event": "pull_request", "head": "topic"}'
  has "$stderr" 'merge-tree'
}

@test "a pull request from a fork: no secrets, a token that only reads, no id-token" {
  show_workflow
  git clone -q repo fork
  git -C fork switch -q -c 'x;touch${IFS}owned'
  touch fork/theirs && commit_all fork
  local event='{"event": "pull_request", "head": "x;touch${IFS}owned", "secrets": {"KEY": "k"}, "vars": {"FILTER": ".pull_request.head.repo.full_name"},
    "head_repository": {"name": "mallory/project", "path": "'$PWD'/fork"}}'
  run_workflow 0 "$event"
  has "$(log_of job 02)" 'pull_request refs/pull/1/merge base=main head=x;touch${IFS}owned secret=
"mallory/project"'
  same "$(of '.jobs[0].permissions | tostring')" '{"contents":"read"}'
  holds -e state/work/project/project/theirs
}

# A run w for a fork's pull request, and a workflow after it with these steps.
after_fork() { # <permissions> <steps, a line each>
  workflow <<'YAML'
name: w
on: pull_request
jobs:
  job: {runs-on: ubuntu-24.04, steps: [{run: echo 1 >f}, {uses: "@UPLOAD@", with: {name: r, path: f}}]}
YAML
  git clone -q repo fork
  git -C fork switch -q -c topic
  commit_all fork
  run_workflow 0 '{"event": "pull_request", "number": 3, "head": "topic", "head_repository": {"name": "mallory/project", "path": "fork"}}'
  {
    printf 'name: after\non: {workflow_run: {workflows: [w]}}\njobs:\n  job:\n    permissions: {%s}\n    runs-on: ubuntu-24.04\n    steps:\n' "$1"
    printf '      - %s\n' "${@:2}"
  } | workflow after
}

@test "workflow_run: the default branch, with secrets, and what it knows of the fork's run" {
  after_fork 'actions: read' 'run: echo "$GITHUB_REF ${{ secrets.KEY != null && secrets.KEY == vars.KEY }} ${{ github.event.workflow_run.conclusion }} ${{ toJSON(github.event.workflow_run.pull_requests) }}" >>"$GITHUB_STEP_SUMMARY"'
  run_workflow 0 '{"event": "workflow_run", "secrets": {"KEY": "k"}, "vars": {"KEY": "k"}}' after
  same "$(of '.jobs[0].summaries[0]')" 'refs/heads/main true success []'
}

@test "workflow_run: checking out the fork's code is refused" {
  after_fork 'contents: read' '{uses: "@CHECKOUT@", with: {persist-credentials: false, ref: "${{ github.event.workflow_run.head_sha }}"}}'
  run_workflow 1 '{"event": "workflow_run"}' after
  has "$(log_of job 01)" 'Refusing to check out the code of a pull request from a fork'
}

@test "gh api: finds the pull request of a commit and the artifact of a run, comments once and changes it" {
  after_fork 'pull-requests: write, actions: read' \
    'env: {GH_TOKEN: "${{ github.token }}", R: "${{ github.repository }}", RUN: "${{ github.event.workflow_run.id }}", SHA: "${{ github.event.workflow_run.head_sha }}"}
        run: |
          n=$(gh api "repos/$R/commits/$SHA/pulls" --jq ".[].number")
          gh api "repos/$R/actions/runs/$RUN/artifacts" --jq ".artifacts[] | [.name, .expired] | @csv" >>"$GITHUB_STEP_SUMMARY"
          id=$(gh api --paginate "repos/$R/issues/$n/comments" --jq ".[] | select(.user.login == \"github-actions[bot]\").id")
          if [ -z "$id" ]; then gh api "repos/$R/issues/$n/comments" -f body="first" --silent
          else gh api -X PATCH "repos/$R/issues/comments/$id" -F body=@- --silent <<<"second"; fi'
  run_workflow 0 '{"event": "workflow_run"}' after
  same "$(of '.jobs[0].summaries[0]')" '"r",false'
  same "$(jq -r '"\(.issue) \(.body)"' state/comments/*/comment.json)" '3 first'
  run_workflow 0 '{"event": "workflow_run", "run": 1001}' after
  same "$(jq -r .body state/comments/*/comment.json)" second
}

@test "gh api: a call without the permission, the token, or of another repository is refused" {
  after_fork 'contents: read' \
    'run: gh api "repos/local/project/pulls" 2>&1 | tee -a "$GITHUB_STEP_SUMMARY"' \
    'run: gh api "$CALL" 2>&1 | tee -a "$GITHUB_STEP_SUMMARY"
        env: {GH_TOKEN: "${{ github.token }}", CALL: repos/local/project/pulls}' \
    'run: gh api "repos/some/other/pulls" 2>&1 | tee -a "$GITHUB_STEP_SUMMARY"
        env: {GH_TOKEN: "${{ github.token }}"}' \
    'run: gh api "repos/local/project" 2>&1 | tee -a "$GITHUB_STEP_SUMMARY"
        env: {GH_TOKEN: guessed}'
  run_workflow 0 '{"event": "workflow_run"}' after
  same "$(of '.jobs[0].summaries | add')" 'gh: To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable.
gh: Resource not accessible by integration (HTTP 403): it needs pull-requests: read
gh: Not Found (HTTP 404)
gh: HTTP 401: Bad credentials'
}

@test "a call of gh that is not known ends the run, even where the step goes on" {
  after_fork 'actions: read' 'run: gh repo delete || true
        env: {GH_TOKEN: "${{ github.token }}"}'
  run_workflow 2 '{"event": "workflow_run"}' after
  has "$stderr" "gh repo is not known here"
  run_workflow 2 '{"event": "workflow_run"}' after # once more, and not for the note of before
}

@test "gh api: the runs of a workflow, newest first, by branch, event and conclusion" {
  steps <<'YAML'
- run: exit ${{ inputs.code }}
YAML
  sed -i 's/^on: .*/on: {workflow_dispatch: {inputs: {code: {type: string, default: "0"}}}, push: }/' repo/.github/workflows/w.yml
  git -C repo branch side
  commit_all repo
  run_workflow 0
  run_workflow 1 '{"event": "workflow_dispatch", "inputs": {"code": "1"}}'
  run_workflow 0
  workflow list <<'YAML'
on: workflow_dispatch
jobs:
  job:
    permissions: {actions: read, contents: read}
    runs-on: ubuntu-24.04
    steps:
      - env: {GH_TOKEN: "${{ github.token }}"}
        run: |
          gh api "repos/$GITHUB_REPOSITORY/actions/workflows/w.yml/runs?status=success&branch=main&event=workflow_dispatch&per_page=20&exclude_pull_requests=true" \
            --jq '[.total_count, .workflow_runs[].run_number] | @csv' >>"$GITHUB_STEP_SUMMARY"
          gh api "repos/$GITHUB_REPOSITORY/compare/side...main" --jq '"\(.status) \(.ahead_by)"' >>"$GITHUB_STEP_SUMMARY"
YAML
  run_workflow 0 '' list
  same "$(of '.jobs[0].summaries[0]')" '2,3,1
ahead 2'
}

@test "gh release: a draft for a tag that is there, published once, then never changed" {
  workflow <<'YAML'
on: workflow_dispatch
jobs:
  job:
    permissions: {contents: write}
    runs-on: ubuntu-24.04
    env: {GH_TOKEN: "${{ github.token }}", GH_REPO: "${{ github.repository }}"}
    steps:
      - run: echo 1 >a.tar; echo sum >SHA256SUMS
      - {run: gh release create v9 --draft --verify-tag a.tar, continue-on-error: true, id: notag}
      - run: test ${{ steps.notag.outcome }} = failure
      - run: gh release create v1 --draft --verify-tag --title 'One' --notes-file - a.tar <<<'What is new'
      - run: gh release upload v1 SHA256SUMS
      - run: gh release edit v1 --draft=false
      - {run: gh release upload v1 a.tar --clobber, continue-on-error: true, id: late}
      - run: test ${{ steps.late.outcome }} = failure; rm a.tar; gh release download v1 -p a.tar; test "$(cat a.tar)" = 1
YAML
  git -C repo tag v1
  run_workflow 0
  same "$(jq -r '[.tag_name, .name, .body, .draft, (.assets | keys | join(","))] | tostring' state/releases/*/release.json)" \
    '["v1","One","What is new\n",false,"SHA256SUMS,a.tar"]'
  sed -i 's/contents: write/contents: read/' repo/.github/workflows/w.yml
  commit_all repo
  rm -r state/releases
  run_workflow 1
  has "$(log_of job 04)" 'it needs contents: write'
}

@test "gh attestation verify: of this file, by this workflow, from this ref, of this commit" {
  workflow <<YAML
on: workflow_dispatch
jobs:
  job:
    permissions: {id-token: write, attestations: write}
    runs-on: ubuntu-24.04
    env: {GH_TOKEN: "\${{ github.token }}"}
    steps:
      - run: echo 1 >f; echo '{}' >p; echo 2 >g
      - {uses: "$(pin actions/attest)", with: {subject-path: f, predicate-type: x/y, predicate-path: p}}
      - env: {W: local/project/.github/workflows/w.yml}
        run: |
          good=(-R "\$GITHUB_REPOSITORY" --predicate-type x/y --signer-workflow "\$W" --source-ref refs/heads/main --source-digest "\$GITHUB_SHA" --deny-self-hosted-runners)
          refused() { if gh attestation verify "\$1" "\${good[@]}" "\${@:2}"; then exit 1; fi; }
          gh attestation verify f "\${good[@]}" --format json | jq -e '.[0].verificationResult.statement.predicateType == "x/y"'
          refused g
          refused f --signer-workflow=local/project/.github/workflows/x.yml
          refused f --source-ref=refs/heads/other
          refused f --source-digest=0
          refused f --predicate-type=z
          echo 3 >>f
          refused f
YAML
  run_workflow 0
}

@test "a description of an event with a key that is not known is refused" {
  show_workflow
  run_workflow 2 '{"event": "push", "number": 1}'
  has "$stderr" "'number' is no key of push"
  run_workflow 2 '{"event": "release"}'
  has "$stderr" "event 'release' is not known here"
  workflow other <<<'{on: {push: {paths: [x]}}, jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: echo}]}}}'
  run_workflow 2 '{"event": "push"}' other
  has "$stderr" 'on.push.paths is not carried out here'
  run_workflow 2 '{"event": "schedule"}' other
  has "$stderr" 'the workflow is not started by schedule'
}
