#!/usr/bin/env bats
#
# pgokit history: lines of runs on a branch, appended once whatever happens; trends; other people's data.

# The variables in single quotes are those of the build.
# shellcheck disable=SC2016

load ../helper

# The small project with three commits and an origin, after a gate of the last against the first, and a merge.
measured() {
  # Counted, not timed: what a busy machine takes decides nothing here.
  tiny project '.benches[0].metric = "instructions" | .build = "$CC $CFLAGS $LDFLAGS -static -o prog main.c"'
  printf '.pgokit/\n' >.gitignore
  git init -q -b main
  git init -q --bare ../origin.git
  git remote add origin ../origin.git
  git add -A
  git commit -q -m one # in the same second as two, maybe: the base comes first
  git tag one
  sed -i 's/unsigned long sum = 0;/unsigned long sum = 0;\n\tfor (volatile int k = 0; k < 90000; k++)\n\t\t;/' main.c
  git commit -q -a -m two
  run "$pgokit" gate --base one --budget 2
  same "$status" 1
  "$pgokit" collect
  "$pgokit" merge
}

setup() {
  made_once measured
  cd project || return
  unset GITHUB_RUN_ID GH_TOKEN
}

history() { # <status> [argument...]
  run --separate-stderr "-$1" "$pgokit" history "${@:2}"
}

branch() { # <file>
  git -C ../origin.git cat-file blob "pgokit-history:$1"
}

# Lines of some commits after the first, as gates of a program that becomes 5 % slower at the tenth.
lines() { # <how many>
  jq -cn --argjson n "$1" 'def at: "2026-03-\(. + 10)T12:00:00Z"; def commit: "\(. + 10)c0ffee\(. + 10)";
    range(1; $n + 1) | . as $i | (if $i >= 10 then 5 else 0 end + ([0.1, -0.2, 0.15, 0, -0.1][$i % 5])) as $pct
    | {format: "pgokit-history-1", id: "r\($i)", kind: "gate", date: ($i | at), commit: ($i | commit), committed: ($i | at),
       base: (0 | commit), base_committed: (0 | at), confidence: 0.98, machine: {cpu: "a CPU"},
       benches: [{name: "x <b>", metric: "wall", unit: "", better: "lower", base: 0.01, head: (10000 + 100 * $pct | round / 1000000),
         change_pct: $pct, low_pct: ($pct - 0.4), high_pct: ($pct + 0.4)}]}'
}

@test "what a gate and a merge left is added, once, and is shown with its page" {
  history 0 --lines
  same "$(jq -r .kind <<<"$output")" $'gate\nprofile'
  same "$(jq -r 'select(.kind == "gate") | [.commit, .base, .confidence, (.benches[0] | .name, .metric, .better, .verdict, .base > 0)] | @tsv' <<<"$output")" \
    "$(git rev-parse HEAD)"$'\t'"$(git rev-parse one)"$'\t0.98\tfull_check_flow\tinstructions\tlower\tregressed\ttrue'
  same "$(jq -c 'select(.kind == "gate").benches[1] | [.name, .unit, .base > 1000, .head > 1000]' <<<"$output")" '["size of the program","bytes",true,true]'
  same "$(jq -c 'select(.kind == "profile") | [.commit, .status, .counts > 1000, .functions_hit, .total_pct]' <<<"$output")" \
    "[\"$(git rev-parse HEAD)\",\"fresh\",true,2,null]"
  history 0 --append
  has "$(logged)" "added 2 lines to 'pgokit-history'"
  same "$(git -C ../origin.git ls-tree --name-only pgokit-history)" $'tiny.html\ntiny.jsonl'
  has "$(branch tiny.html)" '<title>History: tiny</title>'
  history 0 --append
  has "$(logged)" "the branch 'pgokit-history' has these lines"
  same "$(branch tiny.jsonl | wc -l)/$(git -C ../origin.git rev-list --count pgokit-history)" 2/1
  history 0 --html page.html
  like "${lines[0]}" 'benchmark * runs  since * change  CPU'
  like "${lines[1]}" 'full_check_flow (instructions) *   1  * +*.* %  *'
  like "$(grep -o '<h1>.*</h1>' page.html)" '*</span> in the history of tiny</h1>'
  # The tree stays as it is, and so does the clone.
  same "$(git status --porcelain)" '?? page.html'
  same "$(git rev-parse --is-shallow-repository)" false
  holds ! -e .git/FETCH_HEAD
}

@test "three at once, one of them killed as it pushes and run again: nothing is lost or doubled" {
  local i third pids=()
  for i in 1 2 3; do
    git clone -q ../origin.git "../machine$i" 2>/dev/null
    git -C "../machine$i" pull -q "$PWD" main
    cp -R .pgokit "../machine$i/"
  done
  # The branch takes no push as long as there is a file hold; who pushes meanwhile leaves held.
  printf '#!/bin/sh\n[ ! -e ../hold ] || : >../held\nwhile [ -e ../hold ]; do sleep 0.02; done\n' >../origin.git/hooks/pre-receive
  chmod +x ../origin.git/hooks/pre-receive
  : >../hold
  GITHUB_RUN_ID=103 setsid "$pgokit" -C ../machine3 history --append >/dev/null 2>&1 &
  third=$!
  for i in {1..500}; do [ -e ../held ] || sleep 0.02; done
  kill -KILL -- "-$third"
  wait "$third" || true
  rm ../hold
  for i in 1 2; do
    GITHUB_RUN_ID=10$i "$pgokit" -C "../machine$i" history --append >/dev/null 2>"../said$i" &
    pids+=($!)
  done
  wait "${pids[0]}"
  wait "${pids[1]}"
  GITHUB_RUN_ID=103 run -0 "$pgokit" -C ../machine3 history --append
  GITHUB_RUN_ID=101 run -0 "$pgokit" -C ../machine1 history --append
  same "$(branch tiny.jsonl | grep -c '"kind":"profile"')" 1 # the same profile is one line, whoever brings it
  same "$(branch tiny.jsonl | jq -r 'select(.kind == "gate").id' | sed 's/-[0-9a-f]*$//' | sort)" $'gate-101\ngate-102\ngate-103'
}

@test "changes are found, and what is not of the form is left out and named" {
  lines 20 >h.jsonl
  history 0 --json --from h.jsonl
  same "$(jq -c '[.runs, (.series[] | [.name, .cpu, .runs, (.change_pct | round), [.changes[] | [.commit, .over, .worse, (.pct | round)]]])]' <<<"$output")" \
    '[20,["x <b>","a CPU",20,5,[["20c0ffee20",1,true,5]]]]'
  history 0 --html page.html --from h.jsonl
  has "$(<page.html)" '<h1><span class="mark bad">1 change</span> in the history of tiny</h1>'
  has "$(<page.html)" 'x &#60;b&#62;'
  lacks "$(<page.html)" 'x <b>'
  {
    printf '%s\n' nonsense '{"format": "pgokit-history-1", "id": "r1"}' '[1]' '' '{"format": "other"}'
    lines 1 | jq -c '.id = "r21" | .benches[0].change_pct = 1e300'
    lines 1 | jq -c '.id = "r22" | .committed = "yesterday"'
    lines 1
  } >>h.jsonl
  history 0 --json --from h.jsonl
  same "$(jq -c '[.runs, .left_out]' <<<"$output")" '[20,7]'
  same "$(grep -c 'bench-history: read .*: line 2[1-8] is left out: ' <<<"$stderr")" 7
  ends "${stderr_lines[-1]}" 'line 28 is left out: an earlier line has its id'
  # Another CPU is another series.
  lines 20 | jq -c 'if .id > "r2" then .machine.cpu = "another" else . end' >h2.jsonl
  history 0 --json --from h2.jsonl
  same "$(jq -c '[.series[] | [.cpu, .runs]] | sort' <<<"$output")" '[["a CPU",12],["another",8]]'
  : >h.jsonl
  history 1 --from h.jsonl
  same "$(messages | tail -n 1 | sed "s|'.*'|h|")" 'bench-history: read h: there is no run in it'
}

@test "a line is of the commit that was measured, and of none where the tree had changes" {
  local was
  was=$(git rev-parse HEAD)
  git commit -q --allow-empty -m later
  history 0 --lines
  same "$(jq -r 'select(.kind == "gate").commit' <<<"$output")" "$was"
  jq '.phases.gate.dirty = true' .pgokit/manifest.json >edited
  mv edited .pgokit/manifest.json
  history 1 --lines
  has "$(messages)" 'what was measured has changes that are in no commit'
}

@test "a branch that is not there, or that others have spoiled" {
  git -C ../origin.git update-ref -d refs/heads/pgokit-history 2>/dev/null || true
  history 1
  same "$(messages)" "pgokit history: read the history: origin has no branch 'pgokit-history' yet; pgokit history --append makes it, as history.yml does"
  tip='' index=$(mktemp)
  rm -- "$index"
  printf 'not json, no end of line' >spoiled
  git push -q origin "$(GIT_INDEX_FILE=$index sh -c "git update-index --add --cacheinfo 100644,$(git hash-object -w spoiled),tiny.jsonl && git commit-tree -m x \$(git write-tree)"):refs/heads/pgokit-history"
  history 0 --append
  same "$(branch tiny.jsonl | sed -n 1p)" 'not json, no end of line'
  same "$(branch tiny.jsonl | sed 1d | jq -r .kind)" $'gate\nprofile'
  history 0
  has "$stderr" "line 1 is left out: "
  mkdir empty
  history 1 --append empty
  same "$(messages)" "pgokit history: read '$PWD/empty': there is nothing of a gate --base, and no merged profile"
}

@test "github-action-benchmark's data, both ways" {
  cat >data.js <<'DATA'
window.BENCHMARK_DATA = {"lastUpdate": 1, "repoUrl": "https://example.org/x", "entries": {"Go": [
  {"commit": {"id": "AAAAAAA1aaaaaaaa", "timestamp": "2026-01-05T10:00:00+02:00", "message": "m"}, "date": 1767600000000, "tool": "go",
   "benches": [{"name": "BenchmarkX", "value": 12.5, "unit": "ns/op", "extra": "1 times"}, {"name": "BenchmarkN", "value": 0, "unit": "ns/op"}]},
  {"commit": {"id": "bbbbbbb2", "timestamp": "2026-01-06T10:00:00Z", "message": "m"}, "date": 1767700000000, "tool": "customBiggerIsBetter",
   "benches": [{"name": "rate", "value": 5, "unit": "1/s"}]}]}}
DATA
  history 0 --import data.js
  same "$(jq -c '[.kind, .commit, .committed, .benches]' <<<"$output")" \
    '["value","aaaaaaa1aaaaaaaa","2026-01-05T08:00:00Z",[{"name":"BenchmarkX","unit":"ns/op","value":12.5,"better":"lower"}]]
["value","bbbbbbb2","2026-01-06T10:00:00Z",[{"name":"rate","unit":"1/s","value":5,"better":"higher"}]]'
  printf '%s\n' "$output" >h.jsonl
  history 0 --from h.jsonl
  has "$output" '(without a base)'
  history 0 --export --from h.jsonl
  same "$(jq -c '[.entries | to_entries[] | [.key, .value[0].tool, .value[0].benches]]' <<<"$output")" \
    '[["tiny","customSmallerIsBetter",[{"name":"BenchmarkX","value":12.5,"unit":"ns/op"}]],["tiny (higher is better)","customBiggerIsBetter",[{"name":"rate","value":5,"unit":"1/s"}]]]'
  lines 2 >h.jsonl
  history 0 --export --from h.jsonl
  same "$(jq -c '[.entries.tiny[].benches[0]]' <<<"$output")" \
    '[{"name":"x <b>","value":0.00998,"unit":"s","extra":"-0.2 % against 10c0ffee10"},{"name":"x <b>","value":0.010015,"unit":"s","extra":"0.15 % against 10c0ffee10"}]'
  printf '[]' >data.js
  history 2 --import data.js
  ends "$(messages)" "it is not what github-action-benchmark keeps (data.js)"
}
