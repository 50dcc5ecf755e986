#!/usr/bin/env bats
#
# The checks of workflows: clean on this repository's, and each of them seen to find something.

# What looks like variables here is the workflows' own.
# shellcheck disable=SC2016

load ../helper
load ../runner

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

@test "this repository's workflows and the JavaScript that runs them are clean" {
  run -0 "$top/ci/lint" --workflows
}

check_file() { # <status> <file>, its text on standard input
  mkdir -p "$(dirname -- "$2")"
  cat >"$2"
  run --separate-stderr "-$1" "$top/ci/tests/runner/check" "$2"
}

# A workflow that nothing is wrong with, and what a test changes in it.
good() { # [sed script]
  printf '%s\n' 'name: x' 'on: push' 'permissions: {}' 'cache-mode: none' 'jobs:' '  a:' '    name: a' \
    '    runs-on: ubuntu-24.04' '    timeout-minutes: 5' '    steps:' "      - uses: $(pin actions/checkout) # v7" \
    '        with: {persist-credentials: false}' '      - run: echo "$X"' '        env: {X: "${{ github.sha }}"}' | sed "${1-}"
}

@test "check: a good workflow has no findings; a file that is not there is trouble" {
  good | check_file 0 .github/workflows/x.yml
  same "$output$stderr" ''
  run --separate-stderr -2 "$top/ci/tests/runner/check" none.yml
  has "$stderr" 'check: ENOENT'
}

@test "check: a script of several lines, an expression in one, a job without a limit" {
  good 's/echo "$X"/echo "${{ github.sha }}"/; /timeout/d' >x
  check_file 1 .github/workflows/x.yml <x
  same "$output" ".github/workflows/x.yml:6:3: job 'a' has no timeout-minutes [rule]
.github/workflows/x.yml:12:9: an expression in a script; hand it over through env [rule]"
  good 's/run: .*/run: |\n          a\n          b/' >x
  check_file 1 .github/workflows/x.yml <x
  same "$output" '.github/workflows/x.yml:13:9: a script of several lines; put it in ci/ [rule]'
}

@test "check: what actionlint and the language service know" {
  local script said
  while IFS='|' read -r script said; do
    good "$script" >x
    check_file 1 .github/workflows/x.yml <x
    has "$output" "$said"
  done <<'CASES'
s/ubuntu-24.04/ubuntu-99/|label "ubuntu-99" is unknown.
s/github.sha/github.shaa/|property "shaa" is not defined
s/github.sha/steps.no.outputs.x/|Context access might be invalid: no [language service]
s/persist-credentials/persist/|Invalid action input 'persist' [language service]
s/run: /run-it: /|Unexpected value 'run-it' [language service]
s/on: push/on: {schedule: [{cron: "61 * * * *"}]}/|Invalid cron
CASES
}

@test "check: a composite action, and how it is called" {
  check_file 1 .github/actions/a/action.yml <<<'{name: a, description: a, inputs: {x: {description: x, required: true}},
    runs: {using: composite, steps: [{run: echo}]}}'
  has "$output" 'Required property is missing: shell [language service]'
  good 's|uses: .*|uses: ./.github/actions/a|; s/persist-credentials/y/' >x
  check_file 1 .github/workflows/x.yml <x
  has "$output" "Invalid action input 'y'"
  has "$output" 'Missing required input `x`'
  good 's|uses: .*|uses: ./.github/actions/b|' >x
  check_file 1 .github/workflows/x.yml <x
  has "$output" "Unable to resolve action \`./.github/actions/b\`"
}

@test "zizmor finds a script injection, a kept credential, an action that is not pinned, missing permissions" {
  local script said
  mkdir -p w/.github/workflows
  while IFS='|' read -r script said; do
    good "/cache-mode/d; $script" >w/.github/workflows/x.yml
    run "$top/build/zizmor/bin/zizmor" --offline --no-progress --quiet --persona=auditor w
    has "$output" "$said"
    holds "$status" -ge 11
  done <<'CASES'
s/echo "$X"/echo ${{ github.head_ref }}/|[template-injection]
s/persist-credentials: false/fetch-depth: 1/|[artipacked]
s/@[0-9a-f]*/@v7/|[unpinned-uses]
/permissions/d|[excessive-permissions]
s/on: push/on: pull_request_target/|[dangerous-triggers]
CASES
}
