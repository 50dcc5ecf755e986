# shellcheck shell=bash
# shellcheck disable=SC2016 # the variables in single quotes are those of the benchmarks
#
# What the tests of the gate's workflow and of its comment share.

# Where bench-gate.yml has its project.
gated=fixtures/relcheck

# A repository with this commit's files, whose default branch has been pushed; made once per file, and for each
# test at the same path, without which the kept base would be that of another build. The project is the small one,
# with three benchmarks, two of them gated, by their instructions, and without a loader, which takes Callgrind most of
# its time.
pushed() { # sets result
  local made=$BATS_FILE_TMPDIR/pushed here=$BATS_FILE_TMPDIR/here
  if [ ! -f "$made/result" ]; then
    rm -rf -- "$here"
    mkdir -p "$here"
    cd "$here" || return
    kit_repository repo
    (tiny "repo/$gated" '.benches = [{name: "a_full_check_flow", run: "$PGOKIT_BINARY 3000"},
      {name: "b_full_check_flow", run: "$PGOKIT_BINARY 4000"}, {name: "extra", run: "$PGOKIT_BINARY 2"}]
      | .benches[].metric = "instructions" | .build = "$CC $CFLAGS $LDFLAGS -static -o prog main.c" | del(.gate)')
    commit_all repo
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

project() { # <jq filter on pgokit.json>
  jq "$1" "repo/$gated/pgokit.json" >edited
  mv edited "repo/$gated/pgokit.json"
  commit_all repo
}

# No other program.
reworded() {
  echo 'A word.' >>"repo/$gated/README.md"
  commit_all repo
}

# Another program, the same work.
another_version() {
  echo 'const char version[] __attribute__((used)) = "another version";' >>"repo/$gated/main.c"
  commit_all repo
}

# The same output for some 3.5 % more instructions.
more_work() {
  sed -i 's/sum += steps((unsigned)i);/sum += steps((unsigned)i) + (i % 28 ? 0 : steps((unsigned)i + 1) >> 20);/' "repo/$gated/main.c"
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
  more_work
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
