# shellcheck shell=bash
#
# What the tests of the workflow runner, and those of workflows in it, share: a repository with
# workflows, an event, a run of them, and what it left. All lie in the test's own folder.

runner=$top/ci/tests/runner/run

# The pins that the runner's local replacements were made after, as `name@commit`.
pin() { # <action>
  sed -nE "s|^  \"$1\": \{.*sha: \"([0-9a-f]{40})\".*|$1@\1|p" "$top/ci/tests/runner/actions/index.mjs"
}

# A repository with this commit's files.
kit_files() { # <folder> [pathspec...]
  git init -q -b main "$1"
  git -C "$top" ls-files -z --cached --others --exclude-standard -- "${@:2}" |
    tar -C "$top" --null -cf - -T - | tar -C "$1" -xf -
  commit_all "$1"
}

# The same without demo projects, on a machine that has all that a job installs and makes, for each would ask and
# make anew.
kit_repository() { # <folder>
  kit_files "$1" ci .github ':!ci/tests'
  printf '#!/bin/sh\n' >"$1/ci/setup"
  printf 'all:\n' >"$1/Makefile"
  ln -s -- "$top/build" "$1/build"
  git -C "$1" add -f build
  commit_all "$1"
}

commit_all() { # <repository> [message]
  git -C "$1" add -A
  git -C "$1" commit -q --allow-empty -m "${2:-change}"
}

# A workflow file from standard input, in the repository `repo`; UPPER-CASE words @CHECKOUT@,
# @UPLOAD@ and @DOWNLOAD@ become the pinned actions.
workflow() { # [name: w]
  [ -d repo ] || git init -q -b main repo
  mkdir -p repo/.github/workflows
  sed -e "s|@CHECKOUT@|$(pin actions/checkout)|; s|@UPLOAD@|$(pin actions/upload-artifact)|" \
    -e "s|@DOWNLOAD@|$(pin actions/download-artifact)|" >"repo/.github/workflows/${1:-w}.yml"
  commit_all repo
}

# Steps of a job that anyone may start.
steps() { # steps on standard input, each line as it is below `steps:`
  {
    printf 'name: w\non: workflow_dispatch\npermissions: {contents: read}\njobs:\n  job:\n    runs-on: ubuntu-24.04\n    steps:\n'
    sed 's/^/      /'
  } | workflow w
}

# Runs the workflow in what happened, and keeps the path of the result in $result.
run_workflow() { # <status> [event as JSON] [name] [option...]
  local event=${2:-'{"event": "workflow_dispatch"}'} name=${3:-w}
  printf '%s\n' "$event" >event.json
  run "-$1" --separate-stderr "$runner" --repo repo --event event.json \
    --workflow ".github/workflows/$name.yml" --state state "${@:4}"
  result=$output
}

# A value of the result.
of() { # <jq filter>
  jq -r "$1" "$result"
}

# The log of a step, by its number.
log_of() { # <job, as the folder is called> <number>
  cat -- "${result%/*}/log/$1/$2"-*.txt
}
