#!/usr/bin/env bats
#
# The workflow runner: jobs, conditions, matrices, outputs, environments, shells, workflow commands.
# What it says is taken for GitHub's word by the tests of the workflows.

# What looks like variables here is the workflows' own.
# shellcheck disable=SC2016

load ../helper
load ../runner

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

@test "-h explains itself; a missing option is named" {
  run --separate-stderr -0 "$runner" -h
  has "${lines[0]}" 'Summary: run a GitHub workflow file'
  run --separate-stderr -2 "$runner" --repo .
  same "$stderr" 'run: --event is needed; see run -h'
}

@test "packages that are not there are named; what is made of them is made anew when their list changes" {
  cp -R "$top/ci/tests/runner" ./
  rm -r runner/node_modules
  local copy=$PWD/runner/run
  run --separate-stderr -2 "$copy" --repo .
  same "$stderr" "run: load 'node_modules': not installed, or of an earlier lock file; run ci/setup --tests"
  mkdir runner/node_modules
  ln -s "$top/ci/tests/runner/node_modules/"* runner/node_modules
  run --separate-stderr -2 "$copy" --repo .
  same "$stderr" 'run: --event is needed; see run -h'
  echo 'export { x } from "x";' >>runner/core/packages.mjs
  run --separate-stderr -2 "$copy" --repo .
  has "$stderr" "run: bundle '$PWD/runner/core/packages.mjs': "
  has "$stderr" 'Could not resolve "x"'
}

@test "jobs run in the order of their needs and hand their outputs on" {
  workflow <<'YAML'
on: workflow_dispatch
jobs:
  last:
    needs: [first]
    runs-on: ubuntu-24.04
    steps:
      - run: test "$GOT" = "one two"
        env: {GOT: "${{ needs.first.outputs.word }} two"}
  first:
    runs-on: ubuntu-24.04
    outputs: {word: "${{ steps.say.outputs.word }}"}
    steps:
      - id: say
        run: echo word=one >>"$GITHUB_OUTPUT"
YAML
  run_workflow 0
  same "$(of '[.conclusion, .jobs[].id] | join(" ")')" 'success first last'
}

@test "a failing step fails the job and the run; what follows is skipped but for always and failure" {
  steps <<'YAML'
- run: exit 3
- run: echo never
- if: failure()
  run: echo failed
- if: always()
  run: echo always
- if: success() || github.actor == 'octocat'
  run: echo who
YAML
  run_workflow 1
  same "$(of '.conclusion, ([.jobs[].steps[].conclusion] | join(" "))')" 'failure
failure skipped success success success'
  has "$(log_of job 01)" '##[error]Process completed with exit code 3.'
}

@test "continue-on-error: the outcome is failure, the conclusion success" {
  steps <<'YAML'
- id: bad
  continue-on-error: true
  run: exit 1
- run: test "${{ steps.bad.outcome }} ${{ steps.bad.conclusion }}" = "failure success"
YAML
  run_workflow 0
}

@test "what needs a failed or skipped job is skipped, however far down; always() and results override" {
  workflow <<'YAML'
on: workflow_dispatch
jobs:
  bad: {runs-on: ubuntu-24.04, steps: [{run: exit 1}]}
  off: {if: false, runs-on: ubuntu-24.04, steps: [{run: exit 1}]}
  after_bad: {needs: bad, runs-on: ubuntu-24.04, steps: [{run: exit 1}]}
  after_off: {needs: off, if: always(), runs-on: ubuntu-24.04, steps: [{run: echo}]}
  grandchild: {needs: after_off, runs-on: ubuntu-24.04, steps: [{run: exit 1}]}
  report:
    needs: [bad, after_bad, off]
    if: failure()
    runs-on: ubuntu-24.04
    steps:
      - run: test "${{ join(needs.*.result, ' ') }}" = "failure skipped skipped"
  not_cancelled:
    needs: bad
    if: ${{ !cancelled() && needs.bad.result == 'failure' }}
    runs-on: ubuntu-24.04
    steps: [{run: echo}]
YAML
  run_workflow 1
  same "$(of '[.jobs[] | "\(.id)=\(.conclusion)"] | join(" ")')" \
    'bad=failure off=skipped after_bad=skipped after_off=success grandchild=skipped report=success not_cancelled=success'
}

@test "a run of which every job is skipped has nothing to do" {
  workflow <<<'{on: workflow_dispatch, jobs: {a: {if: false, runs-on: ubuntu-24.04, steps: [{run: exit 1}]}}}'
  run_workflow 0
  same "$(of .conclusion)" skipped
}

@test "a job's continue-on-error keeps the run green" {
  workflow <<<'{on: workflow_dispatch, jobs: {a: {continue-on-error: true, runs-on: ubuntu-24.04, steps: [{run: exit 1}]},
    b: {needs: a, runs-on: ubuntu-24.04, steps: [{run: echo}]}}}'
  run_workflow 0
  same "$(of '[.jobs[].conclusion] | join(" ")')" 'failure success'
}

@test "a matrix from an output: one job each, with names; the last output that says something counts" {
  workflow <<'YAML'
on: workflow_dispatch
jobs:
  plan:
    runs-on: ubuntu-24.04
    outputs: {m: "${{ steps.m.outputs.m }}"}
    steps:
      - id: m
        run: echo 'm={"shard":[1,2],"include":[{"shard":2,"extra":"x"},{"shard":9}]}' >>"$GITHUB_OUTPUT"
  work:
    needs: plan
    strategy: {matrix: "${{ fromJSON(needs.plan.outputs.m) }}"}
    runs-on: ubuntu-24.04
    outputs: {seen: "${{ steps.s.outputs.seen }}"}
    steps:
      - id: s
        run: echo "seen=${{ matrix.shard }}${{ matrix.extra }} ${{ strategy.job-index }}/${{ strategy.job-total }}" >>"$GITHUB_OUTPUT"
  end:
    needs: work
    runs-on: ubuntu-24.04
    steps: [{run: 'test "${{ needs.work.outputs.seen }}" = "9 2/3"'}]
YAML
  run_workflow 0
  same "$(of '[.jobs[1:4][] | "\(.name)=\(.outputs.seen)"] | join(", ")')" 'work (1)=1 0/3, work (2, x)=2x 1/3, work (9)=9 2/3'
}

@test "a matrix: product, exclude, fail-fast, and none of it left is a failure" {
  workflow <<'YAML'
on: workflow_dispatch
jobs:
  fast:
    strategy:
      matrix: {a: [1, 2], b: [x, y], exclude: [{a: 1, b: x}]}
    runs-on: ubuntu-24.04
    steps: [{run: 'test ${{ matrix.a }}${{ matrix.b }} = 1y'}]
  slow:
    strategy: {fail-fast: false, matrix: {a: [1, 2]}}
    runs-on: ubuntu-24.04
    steps: [{run: 'test ${{ matrix.a }} = 2'}]
  empty:
    strategy: {matrix: {a: "${{ fromJSON('[]') }}"}}
    runs-on: ubuntu-24.04
    steps: [{run: echo}]
YAML
  run_workflow 1
  same "$(of '[.jobs[] | "\(.name)=\(.conclusion)"] | join(", ")')" \
    'fast (1, y)=success, fast (2, x)=failure, fast (2, y)=cancelled, slow (1)=failure, slow (2)=success, empty=failure'
  has "$stderr" "matrix 'a': the list is empty"
}

@test "env of workflow, job and step, and GITHUB_ENV for the steps after" {
  workflow <<'YAML'
on: workflow_dispatch
env: {A: w, B: w, C: w, D: w}
jobs:
  j:
    env: {B: j, C: j, D: j}
    runs-on: ubuntu-24.04
    steps:
      - run: echo D=file >>"$GITHUB_ENV"; echo "$A$B$C$D" >>"$GITHUB_STEP_SUMMARY"
        env: {C: "s${{ env.A }}"}
      - run: echo "$A$B$C$D ${{ env.D }}" >>"$GITHUB_STEP_SUMMARY"
YAML
  run_workflow 0
  same "$(of '.jobs[0].summaries | add')" 'wjswj
wjjfile file'
}

@test "shells: none is bash -e, bash has pipefail, sh and a line of one's own, and defaults" {
  workflow <<'YAML'
on: workflow_dispatch
defaults: {run: {shell: "bash --noprofile --norc -euo pipefail {0}"}}
jobs:
  plain:
    defaults: {run: {working-directory: sub}}
    runs-on: ubuntu-24.04
    steps:
      - {run: mkdir sub, working-directory: .}
      - run: '[ "${PWD##*/}" = sub ]; [[ $- == *u* ]]'
      - {run: 'false | true', shell: bash, continue-on-error: true, id: piped}
      - {run: 'test "${{ steps.piped.outcome }}" = failure', shell: sh}
YAML
  run_workflow 0
  steps <<<'- run: "false | true; [ -n \"${-//[^e]/}\" ]"'
  run_workflow 0
  steps <<<'- {run: echo, shell: fish}'
  run_workflow 2
  same "$stderr" "$(printf "job job\nrun: shell 'fish' is not known here")"
}

@test "an expression in a script becomes its text: what it injects runs" {
  steps <<'YAML'
- run: echo "${{ inputs.name }}"
- run: echo "$NAME" >>"$GITHUB_STEP_SUMMARY"
  env: {NAME: "${{ inputs.name }}"}
YAML
  sed -i 's/^on: .*/on: {workflow_dispatch: {inputs: {name: {type: string}}}}/' repo/.github/workflows/w.yml
  commit_all repo
  run_workflow 0 '{"event": "workflow_dispatch", "inputs": {"name": "$(touch owned)\"; touch owned2; echo \""}}'
  holds -e state/work/project/project/owned
  holds -e state/work/project/project/owned2
  same "$(of '.jobs[0].summaries[0]')" '$(touch owned)"; touch owned2; echo "'
}

@test "GITHUB_OUTPUT: lines, delimiters; what is neither fails the step" {
  steps <<'YAML'
- id: a
  run: |
    { echo 'one=1=1'; echo 'many<<END'; echo 'l<<1'; echo l2; echo END; echo 'one=2'; } >>"$GITHUB_OUTPUT"
- run: test "$A" = "$(printf '2/l<<1\nl2')"
  env: {A: "${{ steps.a.outputs.one }}/${{ steps.a.outputs.many }}"}
- {run: 'echo nothing >>"$GITHUB_OUTPUT"', continue-on-error: true}
- {run: 'echo "a<<E" >>"$GITHUB_OUTPUT"', continue-on-error: true}
- {run: 'echo NODE_OPTIONS=x >>"$GITHUB_ENV"', continue-on-error: true}
YAML
  run_workflow 0
  same "$(of '[.jobs[0].steps[].outcome] | join(" ")')" 'success success failure failure failure'
  has "$(log_of job 03)" "GITHUB_OUTPUT: invalid format 'nothing'"
  has "$(log_of job 04)" "matching delimiter not found 'E'"
}

@test "GITHUB_PATH goes in front, for the steps after" {
  steps <<'YAML'
- run: |
    mkdir -p "$RUNNER_TEMP/bin"; printf '#!/bin/sh\necho mine\n' >"$RUNNER_TEMP/bin/date"; chmod +x "$RUNNER_TEMP/bin/date"
    echo "$RUNNER_TEMP/bin" >>"$GITHUB_PATH"; [ "$(date)" != mine ]
- run: test "$(date)" = mine
YAML
  run_workflow 0
}

@test "a summary of more than 1 MiB is dropped, with an error, and the step goes on" {
  steps <<<'- run: head -c 1048577 /dev/zero | tr "\0" x >>"$GITHUB_STEP_SUMMARY"'
  run_workflow 0
  same "$(of '.jobs[0].summaries | length')" 0
  same "$(of '.jobs[0].annotations[0].message')" 'GITHUB_STEP_SUMMARY: 1025 KiB; at most 1024 KiB are shown, so nothing is'
}

@test "workflow commands: annotations, masks, groups, and both forms of them" {
  steps <<'YAML'
- run: |
    echo "::error file=a.c,line=3,title=T%2C::one%0Atwo"
    echo "said ##[warning file=b]three"
    echo "::add-mask::hidden-word"
    echo "a hidden-word b"
    echo "::group::G"; echo "::unknown::x"
YAML
  run_workflow 0
  same "$(of '[.jobs[0].annotations[] | [.level, .file, .title, .message] | join("|")] | join("\n")')" 'error|a.c|T,|one
two
warning|b||three'
  has "$(log_of job 01)" 'a *** b
##[group]G
::unknown::x'
}

@test "stop-commands: nothing is a command until the token comes" {
  steps <<'YAML'
- id: a
  run: |
    echo "::stop-commands::t0ken"
    echo "::set-output name=x::injected"; echo "::error::no"; echo "##[error]no"
    echo "::t0ken::"
    echo "::set-output name=y::given"
- run: test "${{ steps.a.outputs.x }}${{ steps.a.outputs.y }}" = given
YAML
  run_workflow 0
  same "$(of '.jobs[0].annotations | length')" 0
}

@test "what a step prints can give an output, and cannot set a variable" {
  steps <<'YAML'
- {id: a, run: 'echo "::set-output name=x::printed"'}
- run: test "${{ steps.a.outputs.x }}" = printed
- run: 'echo "::set-env name=BAD::1"'
YAML
  run_workflow 1
  has "$(log_of job 03)" "the 'set-env' command is disabled"
}

@test "a step has no secret that it was not given, and logs and outputs hide those it was" {
  workflow <<'YAML'
on: workflow_dispatch
jobs:
  a:
    runs-on: ubuntu-24.04
    outputs: {leak: "${{ steps.s.outputs.leak }}", fine: x}
    steps:
      - run: if env | grep -e s3cret -e ghs_; then exit 1; fi
      - {id: s, env: {KEY: "${{ secrets.KEY }}"}, run: 'echo "got $KEY"; echo "leak=$KEY" >>"$GITHUB_OUTPUT"; echo "$KEY" >>"$GITHUB_STEP_SUMMARY"'}
YAML
  run_workflow 0 '{"event": "workflow_dispatch", "secrets": {"KEY": "s3cret"}}'
  has "$(log_of a 02)" 'got ***'
  same "$(of '.jobs[0].outputs | keys | join(" ")')" fine
  same "$(of '.jobs[0].summaries[0]')" '***'
}

@test "nothing of the caller's environment reaches a step" {
  steps <<<'- run: if env | grep -e MY_TOKEN -e BASH_ENV -e "^A B"; then exit 1; fi'
  MY_TOKEN=x BASH_ENV=/dev/null run_workflow 0
}

@test "timeouts: of a step is a failure, of a job cancels it, and always() still runs" {
  workflow <<'YAML'
on: workflow_dispatch
jobs:
  step:
    runs-on: ubuntu-24.04
    steps:
      - {run: sleep 30, timeout-minutes: 0.005}
      - {if: failure(), run: echo}
  job:
    timeout-minutes: 0.01
    runs-on: ubuntu-24.04
    steps:
      - run: sleep 30
      - run: echo never
      - {if: always(), run: 'sleep 1; echo still here'}
      - {if: cancelled(), run: 'echo "${{ job.status }}"'}
YAML
  run_workflow 1
  same "$(of '[.jobs[] | .conclusion, (.steps[].conclusion)] | join(" ")')" \
    'failure failure success cancelled cancelled skipped success success'
  has "$(log_of job 04)" cancelled
}

@test "an interrupt cancels the run: the step is stopped, later jobs do not start" {
  workflow <<'YAML'
on: workflow_dispatch
jobs:
  a: {runs-on: ubuntu-24.04, steps: [{run: 'touch "$RUNNER_TEMP/../../begun"; sleep 30'}, {if: always(), run: echo}]}
  b: {needs: a, runs-on: ubuntu-24.04, steps: [{run: echo}]}
  c: {needs: a, if: always(), runs-on: ubuntu-24.04, steps: [{run: echo}]}
YAML
  echo '{"event": "workflow_dispatch"}' >event.json
  "$runner" --repo repo --event event.json --workflow .github/workflows/w.yml --state state >out 2>err 3>&- &
  local pid=$!
  for _ in $(seq 100); do
    [ ! -e state/begun ] || break
    sleep 0.1
  done
  kill -INT "$pid"
  local status=0
  wait "$pid" || status=$?
  same "$status" 1
  same "$(result=$(<out) of '[.jobs[] | "\(.id)=\(.conclusion)"] | join(" ")')" 'a=cancelled b=cancelled c=success'
}

@test "what a step leaves running ends with the job" {
  steps <<'YAML'
- run: setsid sleep 300 >/dev/null 2>&1 & echo $! >"$RUNNER_TEMP/../../pid"
- run: kill -0 "$(cat "$RUNNER_TEMP/../../pid")"
YAML
  run_workflow 0
  # Gone, or dead and not yet collected by its new parent.
  local pid
  pid=$(<state/pid)
  run cat "/proc/$pid/status"
  [ "$status" != 0 ] || has "$output" 'State:	Z'
}

@test "concurrency, permissions, environment, labels and run-name are recorded" {
  workflow <<'YAML'
name: full
run-name: by ${{ github.actor }}
on: workflow_dispatch
permissions: {contents: read}
concurrency: {group: "g-${{ github.ref }}", cancel-in-progress: false}
jobs:
  a:
    runs-on: [ubuntu-24.04]
    environment: release
    permissions: {actions: read}
    concurrency: one
    steps: [{run: echo}]
  b: {runs-on: ubuntu-24.04, steps: [{run: echo}]}
YAML
  run_workflow 0
  same "$(of '.concurrency.group, .run_name, (.jobs[] | [.permissions, .environment, .concurrency.group] | tostring)')" 'g-refs/heads/main
by octocat
[{"actions":"read"},"release","one"]
[{"contents":"read"},null,null]'
}

@test "a protected environment lets only its branches in, and gives its own secrets" {
  workflow <<'YAML'
on: workflow_dispatch
jobs:
  a: {runs-on: ubuntu-24.04, environment: {name: release}, steps: [{run: 'test "$K" = env', env: {K: "${{ secrets.K }}"}}]}
YAML
  git -C repo branch other
  local rules='"secrets": {"K": "all"}, "environments": {"release": {"branches": ["main"], "secrets": {"K": "env"}}}'
  run_workflow 0 "{\"event\": \"workflow_dispatch\", $rules}"
  run_workflow 1 "{\"event\": \"workflow_dispatch\", \"ref\": \"other\", $rules}"
  has "$(of '.jobs[0].annotations[0].message')" "Branch 'other' is not allowed to deploy to release"
}

@test "every job begins with an empty workspace, at the same path" {
  workflow <<'YAML'
on: workflow_dispatch
jobs:
  a: {runs-on: ubuntu-24.04, outputs: {at: "${{ steps.p.outputs.at }}"}, steps: [{id: p, run: 'touch f ~/g; echo "at=$PWD" >>"$GITHUB_OUTPUT"'}]}
  b: {needs: a, runs-on: ubuntu-24.04, steps: [{run: '[ ! -e f ]; [ ! -e ~/g ]; [ "$PWD" = "${{ needs.a.outputs.at }}" ]'}]}
YAML
  run_workflow 0
}

@test "hashFiles, contains, format and the rest are GitHub's" {
  steps <<'YAML'
- run: mkdir d; echo a >d/x.c; echo b >d/y.c; echo c >d/z.h
- if: hashFiles('**/*.c') != '' && hashFiles('**/*.c', '!d/y.c') != hashFiles('**/*.c') && hashFiles('none') == ''
  run: echo "${{ format('{0}-{1}', 'a', toJSON(fromJSON('[1]')[0])) }} ${{ contains('Hello', 'ell') }}" >>"$GITHUB_STEP_SUMMARY"
YAML
  run_workflow 0
  same "$(of '.jobs[0].summaries[0]')" 'a-1 true'
}

@test "what is not known is an error: keys, actions, pins, functions, machines" {
  local body said
  while IFS='|' read -r body said; do
    workflow <<<"{on: workflow_dispatch, jobs: {a: {runs-on: ubuntu-24.04, $body}}}"
    run_workflow 2
    has "$stderr" "$said"
  done <<'CASES'
steps: [{run: echo}], nonsense: 1|Unexpected value 'nonsense'
steps: [{run: echo}], container: alpine|job 'a': 'container' is not carried out here
steps: [{run: echo}], services: {}|'services' is not carried out here
steps: [{run: echo, background: true}]|Unexpected value 'background'
steps: [{if: false, uses: some/action@3d3c42e5aac5ba805825da76410c181273ba90b1}]|no local replacement, and no copy given of 'some/action'
steps: [{if: false, uses: actions/checkout@v7}]|the local replacement was made after actions/checkout@
steps: [{uses: docker://alpine}]|uses 'docker://alpine' is not known here
steps: [{uses: $/actions/x}]|is not known here
steps: [{run: "echo ${{ nope.x }}"}]|Unrecognized named-value: 'nope'
steps: [{run: "echo ${{ always() }}"}]|Unrecognized function: 'always'
steps: [{run: echo}]}, b: {needs: c, runs-on: ubuntu-24.04, steps: [{run: echo}]|Job 'b' depends on unknown job 'c'
CASES
  workflow <<<'{on: workflow_dispatch, jobs: {a: {runs-on: macos-26, steps: [{run: echo}]}}}'
  run_workflow 2
  has "$stderr" "runs-on 'macos-26'; this machine stands for ubuntu-latest"
  workflow <<<'{on: workflow_dispatch, jobs: {a: {uses: ./.github/workflows/x.yml}}}'
  run_workflow 2
  has "$stderr" "job 'a': 'uses' is not carried out here"
}

@test "names and output of steps reach the terminal without control characters" {
  steps <<<'- {name: "a\e[31m\rb", run: "printf \"x\\033[2Jy\\n\"; exit 1"}'
  run_workflow 1
  has "$stderr" 'failure   a?[31m?b'
  has "$stderr" '| x?[2Jy'
}

@test "two runs at a time in one state are refused" {
  steps <<<'- run: echo'
  mkdir -p state/lock
  run_workflow 2
  has "$stderr" 'another run is at work in this state'
}
