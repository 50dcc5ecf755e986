#!/usr/bin/env bats
#
# The workflow runner's composite actions, and its replacements of GitHub's own.

# What looks like variables here is the workflows' own.
# shellcheck disable=SC2016

load ../helper
load ../runner

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

# A composite action from standard input.
action() { # <path in the repository>
  mkdir -p "repo/$1"
  cat >"repo/$1/action.yml"
  git -C repo add -A
}

@test "a composite action: inputs with defaults, outputs, its own path, nested, its environment" {
  git init -q -b main repo
  action a/outer <<'YAML'
name: outer
description: calls another
inputs:
  word: {description: w, required: true}
  more: {description: m, default: "${{ github.actor }}"}
outputs:
  said: {description: s, value: "${{ steps.in.outputs.said }}"}
runs:
  using: composite
  steps:
    - {run: 'test -f "$GITHUB_ACTION_PATH/action.yml"; echo "SET=${{ inputs.word }}" >>"$GITHUB_ENV"', shell: bash}
    - {id: in, uses: ./a/inner, with: {text: "${{ inputs.word }} ${{ inputs.more }} ${{ env.GIVEN }}"}}
YAML
  action a/inner <<'YAML'
name: inner
description: says it
inputs:
  text: {description: t, required: true}
outputs:
  said: {description: s, value: "${{ steps.x.outputs.said }}"}
runs:
  using: composite
  steps:
    - {id: x, shell: sh, env: {TEXT: "${{ inputs.text }}"}, run: 'echo "said=$TEXT ${INPUT_TEXT-no INPUT}" >>"$GITHUB_OUTPUT"'}
YAML
  steps <<'YAML'
- uses: @CHECKOUT@
  with: {persist-credentials: false}
- id: a
  uses: ./a/outer
  with: {word: hello}
  env: {GIVEN: step}
- run: echo "${{ steps.a.outputs.said }}, $SET, ${GIVEN-not GIVEN}" >>"$GITHUB_STEP_SUMMARY"
YAML
  run_workflow 0
  same "$(of '.jobs[0].summaries[0]')" 'hello octocat step no INPUT, hello, not GIVEN'
}

@test "a composite action that fails: the rest of it is skipped, its outputs are there, the step fails" {
  git init -q -b main repo
  action a <<'YAML'
name: a
description: fails
outputs: {made: {description: m, value: "${{ steps.m.outputs.made }}"}}
runs:
  using: composite
  steps:
    - {id: m, shell: bash, run: 'echo made=half >>"$GITHUB_OUTPUT"; exit 1'}
    - {shell: bash, run: echo never}
    - {if: failure(), shell: bash, run: 'echo "status ${{ github.action_status }}"'}
YAML
  steps <<'YAML'
- uses: @CHECKOUT@
  with: {persist-credentials: false}
- {id: a, uses: ./a}
- {if: always(), run: 'test "${{ steps.a.outcome }} ${{ steps.a.outputs.made }}" = "failure half"'}
YAML
  run_workflow 1
  same "$(of '[.jobs[0].steps[1].steps[].conclusion, .jobs[0].steps[2].conclusion] | join(" ")')" 'failure skipped success success'
  has "$(log_of job 02)" 'status failure'
}

@test "an action that is wrongly called or that does not run here is an error" {
  git init -q -b main repo
  action a <<<'{name: a, description: d, inputs: {x: {description: x, required: true}}, runs: {using: composite, steps: [{run: echo, shell: bash}]}}'
  action js <<<'{name: a, description: d, runs: {using: node24, main: x.js}}'
  action noshell <<<'{name: a, description: d, runs: {using: composite, steps: [{run: echo}]}}'
  local uses said
  while IFS='|' read -r uses said; do
    printf -- '- {uses: "@CHECKOUT@", with: {persist-credentials: false}}\n- {uses: %s}\n' "$uses" | steps
    run_workflow 2
    has "$stderr" "$said"
  done <<'CASES'
./a|uses './a': input 'x' is required
./a, with: {x: 1, y: 2}|uses './a': it has no input 'y'
./js|runs.using 'node24'; only composite actions run here
./noshell|shell
CASES
  steps <<<'- uses: ./a'
  run_workflow 1
  has "$(log_of job 01)" 'is the repository checked out?'
}

@test "an action of another repository, by commit, from the copy that was given" {
  git init -q -b main kit
  mkdir -p kit/act kit/ci
  echo 'echo from the kit' >kit/ci/x
  cat >kit/act/action.yml <<'YAML'
name: act
description: finds its own files
runs:
  using: composite
  steps:
    - {shell: bash, run: 'bash "$GITHUB_ACTION_PATH/../ci/x" >>"$GITHUB_STEP_SUMMARY"; echo "${{ github.action_repository }}" >>"$GITHUB_STEP_SUMMARY"'}
YAML
  commit_all kit
  local sha
  sha=$(git -C kit rev-parse HEAD)
  echo changed >kit/ci/x
  commit_all kit
  steps <<<"- uses: octo/kit/act@$sha"
  run_workflow 0 '' w --remote octo/kit=kit
  same "$(of '.jobs[0].summaries[0]')" 'from the kit
octo/kit'
  steps <<<'- uses: octo/kit/act@main'
  run_workflow 2 '' w --remote octo/kit=kit
  has "$stderr" "only a commit's hash says what would run"
}

@test "checkout: one commit or all, a branch or a tag, a path; needs contents: read" {
  steps <<'YAML'
- {uses: "@CHECKOUT@", with: {persist-credentials: false}}
- run: |
    test "$(git rev-list --count HEAD)" = 1; test "$(git rev-parse HEAD)" = "$GITHUB_SHA"; test "$(git branch --show-current)" = main
- {uses: "@CHECKOUT@", with: {persist-credentials: false, fetch-depth: 0, ref: v1, path: old}}
- run: '[ "$(git rev-list --count --all)" -gt 1 ]; [ -e first ]; [ ! -e second ]; git tag | grep -qx v1'
  working-directory: old
- {uses: "@CHECKOUT@", with: {persist-credentials: false, fetch-depth: 0, path: whole}}
- run: '[ "$(git -C whole rev-list --count main)" -gt 1 ]; [ "$(git -C whole branch --show-current)" = main ]'
- {uses: "@CHECKOUT@", with: {persist-credentials: false, path: ../out}, continue-on-error: true, id: out}
- run: test ${{ steps.out.outcome }} = failure
YAML
  touch repo/first && commit_all repo && git -C repo tag v1
  touch repo/second && commit_all repo
  run_workflow 0
  sed -i 's/{contents: read}/{}/' repo/.github/workflows/w.yml
  commit_all repo
  run_workflow 1
  has "$(log_of job 01)" 'the token has no permission contents: read'
}

@test "checkout leaves no credential unless it is told to, which is its default" {
  steps <<'YAML'
- {uses: "@CHECKOUT@", with: {persist-credentials: "${{ inputs.keep }}"}}
- run: git config --get-all http.https://github.com/.extraheader || echo none
YAML
  sed -i 's/^on: .*/on: {workflow_dispatch: {inputs: {keep: {type: boolean}}}}/' repo/.github/workflows/w.yml
  commit_all repo
  run_workflow 0 '{"event": "workflow_dispatch", "inputs": {"keep": false}}'
  has "$(log_of job 02)" none
  run_workflow 0 '{"event": "workflow_dispatch", "inputs": {"keep": true}}'
  has "$(log_of job 02)" 'AUTHORIZATION: basic'
}

@test "artifacts: up and down again, without modes and hidden files, with digest and end" {
  steps <<'YAML'
- run: mkdir -p out/sub; echo 1 >out/a; echo 2 >out/sub/b; chmod +x out/a; echo 3 >out/.hidden; ln -s a out/link
- id: up
  uses: @UPLOAD@
  with: {name: box, path: out, retention-days: 30}
- {uses: "@DOWNLOAD@", with: {name: box, path: in}}
- run: cd in; [ "$(find . -type f | sort | xargs)" = './a ./link ./sub/b' ]; [ ! -x a ]; [ "$(cat sub/b)" = 2 ]; [ -n "${{ steps.up.outputs.artifact-digest }}" ]
YAML
  run_workflow 0 '{"event": "workflow_dispatch", "now": "2026-03-01T00:00:00Z"}'
  same "$(of '.artifacts[0] | [.name, .retention_days, .created_at[0:10], .expires_at[0:10], .digest[0:7]] | join(" ")')" \
    'box 30 2026-03-01 2026-03-31 sha256:'
}

@test "an artifact's name is given once in a run; overwrite says otherwise" {
  steps <<'YAML'
- run: echo 1 >f
- {uses: "@UPLOAD@", with: {name: box, path: f}}
- {uses: "@UPLOAD@", with: {name: box, path: f}, continue-on-error: true, id: again}
- run: test ${{ steps.again.outcome }} = failure
- {uses: "@UPLOAD@", with: {name: box, path: f, overwrite: true}}
YAML
  run_workflow 0
  has "$(log_of job 03)" '(409) Conflict'
  same "$(of '.artifacts | length')" 1
  run_workflow 0 # another run, another box
}

@test "an artifact of nothing: a warning, an error or silence; bad names are refused" {
  steps <<'YAML'
- {uses: "@UPLOAD@", with: {name: a, path: none}}
- {uses: "@UPLOAD@", with: {name: b, path: none, if-no-files-found: error}, continue-on-error: true}
- {uses: "@UPLOAD@", with: {name: c, path: none, if-no-files-found: ignore}}
- {uses: "@UPLOAD@", with: {name: a/b, path: .}, continue-on-error: true}
- run: 'touch "x:y"'
- {uses: "@UPLOAD@", with: {name: d, path: "x:y"}, continue-on-error: true}
YAML
  run_workflow 0
  same "$(of '[.jobs[0].steps[].outcome] | join(" ")')" 'success failure success failure success failure'
  same "$(of '.artifacts | length')" 0
}

@test "several artifacts: by pattern, each in its folder or merged; paths begin where patterns part" {
  steps <<'YAML'
- run: mkdir -p p/q; echo 1 >p/q/1; echo 2 >p/2
- {uses: "@UPLOAD@", with: {name: s-1, path: "p/q/*"}}
- {uses: "@UPLOAD@", with: {name: s-2, path: "p/2\np/q/1\n!p/q/none"}}
- {uses: "@DOWNLOAD@", with: {pattern: "s-*", path: each}}
- {uses: "@DOWNLOAD@", with: {pattern: "s-*", path: all, merge-multiple: true}}
- {uses: "@DOWNLOAD@", with: {name: absent}, continue-on-error: true, id: no}
- run: '[ "$(find each all -type f | sort | xargs)" = "all/1 all/2 all/q/1 each/s-1/1 each/s-2/2 each/s-2/q/1" ]; test ${{ steps.no.outcome }} = failure'
YAML
  run_workflow 0
}

@test "an artifact of another run needs its id, a token and actions: read" {
  steps <<'YAML'
- run: echo kept >f
- {uses: "@UPLOAD@", with: {name: box, path: f, retention-days: 7}}
YAML
  run_workflow 0 '{"event": "workflow_dispatch", "now": "2026-03-01T00:00:00Z"}'
  workflow get <<'YAML'
on: workflow_dispatch
jobs:
  yes:
    runs-on: ubuntu-24.04
    permissions: {actions: read}
    steps:
      - {uses: "@DOWNLOAD@", with: {name: box, run-id: 1001, github-token: "${{ github.token }}"}}
      - run: test "$(cat f)" = kept
  no:
    runs-on: ubuntu-24.04
    permissions: {}
    steps:
      - {uses: "@DOWNLOAD@", with: {name: box, run-id: 1001, github-token: "${{ github.token }}"}}
YAML
  run_workflow 1 '{"event": "workflow_dispatch", "now": "2026-03-02T00:00:00Z"}' get
  same "$(of '[.jobs[].conclusion] | join(" ")')" 'success failure'
  has "$(log_of no 01)" 'no permission actions: read'
  # Seven days later it is gone.
  run_workflow 1 '{"event": "workflow_dispatch", "now": "2026-03-08T00:00:01Z"}' get
  has "$(log_of yes 01)" 'has expired'
}

@test "an artifact that was changed on its way is not taken" {
  steps <<'YAML'
- run: echo 1 >f
- {uses: "@UPLOAD@", with: {name: box, path: f}}
- run: echo >>"$(ls -d "$RUNNER_TEMP"/../../artifacts/*/content.tar)"
- {uses: "@DOWNLOAD@", with: {name: box}}
YAML
  run_workflow 1
  has "$(log_of job 04)" 'digest mismatch'
}

# Restores or saves the folder c, and says what it found.
cache_workflow() { # [more of the job]
  local cache
  cache=$(pin actions/cache)
  workflow cache <<YAML
on: {workflow_dispatch: {inputs: {key: {type: string}}}, pull_request: {}, workflow_run: {workflows: [w]}}
jobs:
  job:
    ${1-}
    runs-on: ubuntu-24.04
    steps:
      - {id: c, uses: $cache, with: {path: c, key: "k-\${{ inputs.key || 'pr' }}", restore-keys: k-}}
      - run: |
          echo "\${{ steps.c.outputs.cache-hit }}|\$(cat c/by 2>/dev/null)" >>"\$GITHUB_STEP_SUMMARY"
          mkdir -p c; echo "\${{ inputs.key || 'pr' }} \$GITHUB_REF" >c/by
YAML
}

cache_run() { # <status> <event>: what was found
  run_workflow "$1" "$2" cache
  of '.jobs[0].summaries[0]'
}

@test "cache: saved at the end of a job that went well, found by key or prefix, never changed" {
  cache_workflow
  local a='{"event": "workflow_dispatch", "inputs": {"key": "a"}}'
  same "$(cache_run 0 "$a")" '|'
  same "$(cache_run 0 "$a")" 'true|a refs/heads/main'
  same "$(cache_run 0 "${a/\"a\"/\"b\"}")" 'false|a refs/heads/main'
  same "$(cache_run 0 "${a/\"a\"/\"c\"}")" 'false|b refs/heads/main'
}

@test "cache: a branch and a pull request read the default branch's and write their own" {
  cache_workflow
  git -C repo branch side
  git -C repo branch fork
  same "$(cache_run 0 '{"event": "workflow_dispatch", "ref": "side", "inputs": {"key": "s"}}')" '|'
  same "$(cache_run 0 '{"event": "workflow_dispatch", "inputs": {"key": "a"}}')" '|'
  local fork='{"event": "pull_request", "head": "fork", "head_repository": {"name": "mallory/project", "path": "'$PWD'/repo"}}'
  same "$(cache_run 0 "$fork")" 'false|a refs/heads/main'
  # The first found its own entry; the default branch does not see it.
  same "$(cache_run 0 "$fork")" 'true|pr refs/pull/1/merge'
  same "$(cache_run 0 '{"event": "workflow_dispatch", "inputs": {"key": "pr"}}')" 'false|a refs/heads/main'
}

@test "cache-mode: none and read write nothing, none reads nothing; workflow_run only reads" {
  local a='{"event": "workflow_dispatch", "inputs": {"key": "a"}}'
  cache_workflow 'cache-mode: read # no more'
  same "$(cache_run 0 "$a")" '|'
  cache_workflow
  same "$(cache_run 0 "$a")" '|'
  cache_workflow 'cache-mode: none'
  run_workflow 0 "$a" cache
  same "$(of '.jobs[0] | .summaries[0], .cache_mode')" '|

none'
  cache_workflow
  steps <<<'- run: echo'
  run_workflow 0
  same "$(cache_run 0 '{"event": "workflow_run"}')" 'false|a refs/heads/main'
  same "$(cat state/caches/*/cache.json | jq -r .key)" k-a
  cache_workflow 'cache-mode: sometimes'
  run_workflow 2 "$a" cache
  has "$stderr" "cache-mode 'sometimes'; known are write, read, write-only, none"
}

@test "attest: what is said of which file, only with the rights to say it" {
  workflow <<YAML
on: workflow_dispatch
jobs:
  yes:
    permissions: {id-token: write, attestations: write}
    runs-on: ubuntu-24.04
    steps:
      - run: echo 1 >f; echo '{"days":7}' >p; test -n "\$ACTIONS_ID_TOKEN_REQUEST_TOKEN"
      - {id: a, uses: "$(pin actions/attest)", with: {subject-path: f, predicate-type: x/y, predicate-path: p}}
      - run: test -s "\${{ steps.a.outputs.bundle-path }}"
      - {uses: "$(pin actions/attest-build-provenance)", with: {subject-path: f}}
  no:
    permissions: {attestations: write}
    runs-on: ubuntu-24.04
    steps:
      - run: echo 1 >f; test -z "\${ACTIONS_ID_TOKEN_REQUEST_TOKEN-}"
      - {uses: "$(pin actions/attest)", with: {subject-path: f}}
YAML
  run_workflow 1
  same "$(of '[.jobs[].conclusion] | join(" ")')" 'success failure'
  has "$(log_of no 02)" 'no permission id-token: write'
  same "$(of '.attestations[] | [.subjects[0].name, .predicate_type, .predicate.days, .source_ref] | join(" ")')" \
    'f x/y 7 refs/heads/main
f https://slsa.dev/provenance/v1  refs/heads/main'
}
