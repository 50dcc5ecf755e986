#!/usr/bin/env bats
#
# The workflow history, run whole on the small project: a push is measured and recorded, a collection too, by a job that
# may do nothing else.

# The variables in single quotes are those of the workloads.
# shellcheck disable=SC2016

load ../helper
load ../runner

# Where the workflows have their project.
project=fixtures/relcheck

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  kit_repository repo
  (tiny "repo/$project" '.benches[0].metric = "instructions" | .build = "$CC $CFLAGS $LDFLAGS -static -o prog main.c" | del(.gate)')
  commit_all repo
  printf 'const char version[] __attribute__((used)) = "1";\n' >>"repo/$project/main.c"
  commit_all repo
}

recorded() { # <jq expression of a line>
  git -C state/repo.git cat-file blob pgokit-history:tiny.jsonl | jq -c "$1"
}

@test "each push and each collection leave a line, and the page shows them" {
  local first
  first=$(git -C repo rev-parse HEAD^)
  run_workflow 0 '{"event": "push"}' history
  same "$(of '.jobs[] | "\(.id) \(.permissions | tojson)"')" \
    'measure {"contents":"read","actions":"read"}
record {"contents":"write","actions":"read"}'
  same "$(recorded '[.kind, .base, .benches[0].metric]')" "[\"gate\",\"$first\",\"instructions\"]"
  rm -r state/work
  # The next is held against the same base; a regression is recorded, and stops nobody.
  sed -i 's/sum += steps((unsigned)i);/sum += steps((unsigned)i) + (i % 28 ? 0 : steps((unsigned)i + 1) >> 20);/' "repo/$project/main.c"
  commit_all repo
  run_workflow 0 '{"event": "push"}' history
  same "$(recorded 'select(.commit == "'"$(git -C repo rev-parse HEAD)"'") | [.base, .benches[0].verdict, .benches[0].change_pct > 2]')" \
    "[\"$first\",\"regressed\",true]"
  rm -r state/work
  run_workflow 0 '{"event": "workflow_dispatch", "inputs": {"tier": "fast"}}' collect
  rm -r state/work
  run_workflow 0 '{"event": "workflow_run"}' history
  same "$(of '[.jobs[] | [.id, .conclusion]]' | jq -c .)" '[["measure","skipped"],["record","success"]]'
  same "$(recorded '.kind' | sort | uniq -c | tr -s ' ' | xargs)" '2 gate 1 profile'
  has "$(git -C state/repo.git cat-file blob pgokit-history:tiny.html)" '<title>History: tiny</title>'
}
