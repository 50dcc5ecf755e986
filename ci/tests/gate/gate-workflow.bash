# shellcheck shell=bash
#
# What the tests of the gate's workflow and of its comment share.

# A repository with this commit's files, whose default branch has been pushed; made once per file, and for each
# test at the same path, without which the kept base would be that of another build. Three benchmarks, two of them
# gated, by their instructions.
pushed() { # sets result
  local made=$BATS_FILE_TMPDIR/pushed here=$BATS_FILE_TMPDIR/here
  if [ ! -f "$made/result" ]; then
    rm -rf -- "$here"
    mkdir -p "$here"
    cd "$here" || return
    kit_repository repo
    project '.benches |= [.[0, 1, 3] | .metric = "instructions"]'
    run_workflow 0 '{"event": "push"}' bench-gate
    cp -- "$result" result
    rm -r state/work
    cp -R -- "$here" "$made"
  fi
  rm -rf -- "$here"
  cp -R -- "$made" "$here"
  cd "$here" || return
  result=$PWD/result
}

branch() { # <name>
  git -C repo checkout -q -b "$1"
}

project() { # <jq filter on the demo project's pgokit.json>
  jq "$1" repo/fixtures/relcheck/pgokit.json >edited
  mv edited repo/fixtures/relcheck/pgokit.json
  commit_all repo
}

# Another program, the same work.
another_version() {
  sed -i 's/^#define VERSION "1.0.0"$/#define VERSION "1.0.1"/' repo/fixtures/relcheck/src/main.c
  commit_all repo
}

# Reads so many of a thousand commits twice that it is some 3.5 % more instructions in the check flow.
more_work() {
  git -C repo apply --directory=fixtures/relcheck "$top/bench/gate-live.patch"
  sed -i 's/RECHECKED = 0 /RECHECKED = 50 /' repo/fixtures/relcheck/src/history.c
  commit_all repo
}

pull() { # <status> <keys of the event>
  run_workflow "$1" "{\"event\": \"pull_request\", $2}" bench-gate
}

# The comment of the last gate.
comment() { # <status>
  run_workflow "$1" "{\"event\": \"workflow_run\", \"run\": $(jq .run_id "$result")}" comment
}

# The texts of all comments, each under the number of its pull request.
comments() {
  jq -r '"\(.issue)\n\(.body)"' state/comments/*/comment.json
}

# The folder of the kept base, as the push left it.
kept_base() {
  local file
  file=$(grep -l '"pgokit-gate-base"' state/artifacts/*/artifact.json)
  printf '%s\n' "${file%/*}"
}

# Another commit of the default branch, that no push built.
moved_on() {
  git -C repo checkout -q main
  sed -i 's/RECHECKED = 0 /RECHECKED = 50 /' repo/fixtures/relcheck/src/history.c
  sed -i 's/^#define VERSION "1.0.0"$/#define VERSION "1.0.2"/' repo/fixtures/relcheck/src/main.c
  commit_all repo
}

# Unpacks an artifact of the last run.
artifact() { # <name> <folder>
  mkdir -p -- "$2"
  tar -xf "state/artifacts/$(of ".artifacts[] | select(.name == \"$1\") | .id")/content.tar" -C "$2"
}

# A value of what the comment is made of.
result() { # <jq filter>
  artifact pgokit-gate-result "$BATS_TEST_TMPDIR/result.d"
  jq -r "$1" "$BATS_TEST_TMPDIR/result.d/result.json"
}
