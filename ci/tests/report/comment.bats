#!/usr/bin/env bats
#
# pgokit comment, in its workflow: which pull request is told, and what a run may make it say. A pull request
# runs its own workflow file, so that a stranger's run leaves whatever the stranger likes.

# The variables in single quotes are jq's, and the backticks Markdown's.
# shellcheck disable=SC2016

load ../helper
load ../runner

repository() {
  kit_files repo ci/pgokit ci/VERSION ci/commands ci/lib ci/data .github
}

setup() {
  made_once repository
}

# A fork's pull request whose run leaves the files of the folder `left` as the result; nothing where there is none.
strange() { # [number: 8] [workflow: bench-gate] [name of the fork's owner: mallory] [exit status of the run: 0]
  local fork=${3:-mallory} upload='' end=''
  [ "${4:-0}" = 0 ] || end=', {run: exit 1}'
  [ -d "$fork" ] || git clone -q repo "$fork"
  git -C "$fork" checkout -q -B topic
  rm -rf -- "${fork:?}/left"
  if [ -d left ]; then
    cp -RP left "$fork/left"
    upload=", {uses: $(pin actions/upload-artifact), with: {name: pgokit-gate-result, path: left}}"
  fi
  printf 'name: bench-gate\non: pull_request\njobs:\n  job:\n    runs-on: ubuntu-24.04\n    steps: [{uses: %s}%s%s]\n' \
    "$(pin actions/checkout)" "$upload" "$end" >"$fork/.github/workflows/${2:-bench-gate}.yml"
  commit_all "$fork"
  run_workflow "${4:-0}" "{\"event\": \"pull_request\", \"number\": ${1:-8}, \"head\": \"topic\",
    \"head_repository\": {\"name\": \"$fork/project\", \"path\": \"$PWD/$fork\"}}" "${2:-bench-gate}"
}

comment() { # <status> [run]
  run_workflow "$1" "{\"event\": \"workflow_run\", \"run\": ${2:-$(jq .run_id "$result")}}" comment
}

# The comments, a line each: pull request, who wrote it, and its headline.
comments() {
  [ ! -d state/comments ] || jq -r '[.issue, .user.login, (.body | split("\n")[1])] | @tsv' state/comments/*/comment.json
}

# A result as the gate leaves it.
left() { # [jq filter]
  mkdir -p left
  jq -n '{format: "pgokit-gate-result-1", outcome: "regressed", base: ("0" * 40), variant: "baseline", gated: 1, alpha: 0.01,
    self_check: null, benches: [{name: "x_full_check_flow", gated: true, verdict: "regressed", exit: 1, rounds: 9,
      change_pct: 3.14159, low_pct: 2, high_pct: 4}], left_out: 0, notes: []} | '"${1:-.}" >left/result.json
}

failed=$'8\tgithub-actions[bot]\t### pgokit gate failed: a gated benchmark has become slower (the check fails)'
none=$'8\tgithub-actions[bot]\t### pgokit gate has no result (the check fails)'

@test "one comment, that the next run changes; nobody else's is touched" {
  left
  strange
  mkdir -p state/comments/5
  printf '{"id": 5, "issue": 8, "user": {"login": "mallory"}, "body": "<!-- pgokit: bench-gate.yml -->\\nmine"}' >state/comments/5/comment.json
  comment 0
  same "$(comments)" "$failed"$'\n8\tmallory\tmine'
  has "$(cat state/comments/*/comment.json)" '| `x_full_check_flow` | +3.14 % | [+2.00, +4.00] | 9      | **regressed** |'
  # More than a word of a command line can have.
  left '.outcome = "pass" | .notes = [range(30) | "\ud834\udd1e" * 500] | .benches = [range(100) as $i | .benches[0] | .name = "\ud834\udd1e" * 200]'
  holds "$(stat -c %s left/result.json)" -gt 131072
  strange
  comment 0
  same "$(comments | sed -n 1p)" $'8\tgithub-actions[bot]\t### pgokit gate passed: nothing that is gated has become slower (the check passes)'
  same "$(comments | wc -l)" 2
}

@test "the pull request is the one of the run's repository and branch, or none" {
  local first
  left
  # The same branch and the same commit in another fork, and somebody else's number in the artifact.
  strange 9 bench-gate eve
  left '.notes = ["#9 @eve"]'
  strange 8
  first=$(jq .run_id "$result")
  comment 0
  same "$(comments)" "$failed"
  # One that has gone on since: the run is not about it any more.
  rm -r state/comments
  echo more >mallory/more
  strange 8
  comment 0 "$first"
  has "$(log_of comment 02)" "find the pull request of run $first: none is open whose head is the run's; nothing is written"
  same "$(comments)" ''
  # The same head in two pull requests, and a run that does not say for which it was.
  git -C repo branch stable main
  run_workflow 0 "{\"event\": \"pull_request\", \"number\": 10, \"head\": \"topic\", \"base\": \"stable\",
    \"head_repository\": {\"name\": \"mallory/project\", \"path\": \"$PWD/mallory\"}}" bench-gate
  comment 0
  has "$(log_of comment 02)" 'there are several (8,10); nothing is written'
  same "$(comments)" ''
}

@test "of the pull requests of one branch, the run's own; it cannot name another's" {
  left '.pull = 10'
  strange 8
  comment 0
  has "$(log_of comment 02)" "it was for #10, which is not open any more; nothing is written"
  same "$(comments)" ''
  git -C repo branch stable main
  run_workflow 0 "{\"event\": \"pull_request\", \"number\": 10, \"head\": \"topic\", \"base\": \"stable\",
    \"head_repository\": {\"name\": \"mallory/project\", \"path\": \"$PWD/mallory\"}}" bench-gate
  comment 0
  same "$(comments)" "${failed/8/10}"
  left '.pull = 1'
  strange 8
  comment 0
  same "$(comments)" "${failed/8/10}"
}

@test "passed is said of a run that succeeded, not of one whose artifact says so" {
  left '.outcome = "pass" | .benches[0] |= (.verdict = "unchanged" | .exit = 0)'
  strange 8 bench-gate mallory 1
  comment 0
  same "$(comments)" $'8\tgithub-actions[bot]\t### pgokit gate did not pass: the run failed beside its measurement (the check fails)'
  has "$(jq -r .body state/comments/*/comment.json)" 'The run ended with `failure`, although nothing that was measured has become slower; its log says more.'
  lacks "$(jq -r .body state/comments/*/comment.json)" passe
}

@test "a token of somebody else's finds its own comment" {
  local token=ghs_of_an_app gate
  mkdir -p state/tokens state/comments/5
  jq -n '{permissions: {actions: "read", "pull-requests": "write"}, login: "app[bot]", clockOffset: 0,
    repository: {id: 1, full_name: "local/project", default_branch: "main"}}' >"state/tokens/$(printf %s "$token" | sha256sum | cut -c 1-64).json"
  printf '{"id": 5, "issue": 8, "user": {"login": "github-actions[bot]"}, "body": "<!-- pgokit: bench-gate.yml -->\\nearlier"}' >state/comments/5/comment.json
  sed -i 's/run-id:/token: "${{ secrets.APP }}"\n          run-id:/' repo/.github/workflows/comment.yml
  commit_all repo
  left
  strange
  gate=$(jq .run_id "$result")
  for _ in 1 2; do
    run_workflow 0 "{\"event\": \"workflow_run\", \"run\": $gate, \"secrets\": {\"APP\": \"$token\"}}" comment
  done
  same "$(comments | sort)" $'8\tapp[bot]\t### pgokit gate failed: a gated benchmark has become slower (the check fails)\n8\tgithub-actions[bot]\tearlier'
}

@test "a run of another file that takes the gate's name is not the gate's" {
  left
  strange 8 evil
  comment 1
  has "$(log_of comment 02)" "is no run of bench-gate.yml for a pull request that has ended"
  same "$(comments)" ''
}

@test "an artifact that is not what a gate leaves: the job is red, and the comment says no more than that" {
  local dir
  # No artifact at all is what a gate leaves that could not build, say.
  strange
  comment 0
  same "$(comments)" "$none"
  left
  cp left/result.json left/more.json
  strange
  comment 1
  has "$(log_of comment 02)" 'there is something else in it than result.json; the comment says that there is no result'
  rm left/more.json
  left '.notes = ["@eve"] | .number = 9'
  strange
  comment 1
  has "$(log_of comment 02)" 'result.json is not of the shape that a gate leaves'
  same "$(comments)" "$none"
  lacks "$(cat state/comments/*/comment.json)" eve
  head -c 300000 /dev/zero >left/result.json
  strange
  comment 1
  has "$(log_of comment 02)" ': it is too large;'
  # A zip can be small, and what is in it large.
  dir=$(dirname "$(grep -l pgokit-gate-result state/artifacts/*/artifact.json | sort | tail -n 1)")
  jq '.size_in_bytes = 1000' "$dir/artifact.json" >edited
  cp edited "$dir/artifact.json"
  comment 1 "$(jq .run_id edited)"
  has "$(log_of comment 02)" 'result.json is too large, or damaged'
  # A link is not followed.
  left
  mv left/result.json whole.json
  ln -s "$PWD/whole.json" left/result.json
  tar -C left -cf "$dir/content.tar" .
  comment 1 "$(jq .run_id edited)"
  has "$(log_of comment 02)" 'result.json is not of the shape that a gate leaves'
  same "$(comments)" "$none"
}

# --- the shape and the text, without a run ---------------------------------------------------------

shaped() { # <file>: the result, if it is one
  jq -n -c "$(<"$top/ci/lib/report/result.jq")"' [inputs] | select(length == 1) | .[0] | result' "$1" 2>/dev/null
}

text() { # <result as JSON> [how the run ended: failure]
  jq -r --argjson run '{"head_sha": "0123456789abcdef", "conclusion": "'"${2:-failure}"'"}' --arg workflow w \
    --arg unfit '' --arg url u --argjson max 65536 --rawfile outcomes "$top/ci/data/outcomes.tsv" "$(cat -- "$top"/ci/lib/report/{markdown,result,said,comment}.jq)" <<<"$1"
}

@test "every field of a result has its shape, and there is no other field" {
  local filter filters each taken
  left
  holds -n "$(shaped left/result.json)"
  # The first one is fine.
  filters=('.benches[0].verdict = "layout-suspect"'
    '.name = ""' '.name = 1' '.name = ("x" * 101)' '.format = "x"' '.outcome = "great"' '.outcome = null' '.base = "0123"' '.base += "\n"' '.variant = ""' '.gated = -1'
    '.gated = 1.5' '.left_out = "1"' '.alpha = 1e300' '.alpha = nan' '.alpha = null' '.self_check = ("x" * 501)' '.more = 1' 'del(.notes)'
    '.notes = "x"' '.notes = [1]' '.notes = ["x" * 501]' '.notes = [range(31) | "x"]' '.benches = {}' '.benches = [range(101) as $i | .benches[0]]'
    '.benches[0].name = 1' '.benches[0].name = ""' '.benches[0].name = ("x" * 201)' '.benches[0].verdict = "**"' '.benches[0].verdict = "<b>"' '.benches[0].verdict = "a b"' '.benches[0].verdict = "-a"'
    '.benches[0].verdict = "a\n"' '.benches[0].verdict = "a.b"' '.benches[0].verdict = "é"' '.benches[0].verdict = ("x" * 21)' '.benches[0].verdict = ""'
    '.benches[0].verdict = null' '.benches[0].exit = 2'
    '.pull = "8"' '.pull = 1.5' '.benches[0].gated = "yes"' '.benches[0].rounds = "9"' '.benches[0].change_pct = "1"' '.benches[0].low_pct = 1e9' '.benches[0].x = 1'
    'del(.benches[0].rounds)' '[.]' '., .' 'null' '1' 'empty')
  # All in one start of jq.
  printf -v each '[$fit[0] | %s], ' "${filters[@]}"
  taken=$(jq -n -r --slurpfile fit left/result.json "$(<"$top/ci/lib/report/result.jq")"'
    ['"${each%, }"'] | to_entries[] | select(.value | length == 1 and [try (.[0] | result) catch empty] != []) | .key')
  same "$(for filter in $taken; do printf '%s\n' "${filters[filter]}"; done)" "${filters[0]}"
  for filter in '{' '' '[[[' "$(printf '[%.0s' {1..20000})"; do
    printf '%s' "$filter" >left/result.json
    same "$(shaped left/result.json)" ''
  done
}

@test "first what came out, of which project, and whether the check fails; then what decided, and what to do next" {
  left '.name = "a`b" | .benches = [range(7) as $i | .benches[0] | .name = "b\($i)"] + [.benches[0] | .name = "free" | .gated = false]'
  same "$(text "$(shaped left/result.json)" | sed -n 2,14p)" '### pgokit gate failed: a gated benchmark has become slower (`a'"'"'b`; the check fails)

Decided by

- `b0`: +3.14 % [+2.00, +4.00], regressed
- `b1`: +3.14 % [+2.00, +4.00], regressed
- `b2`: +3.14 % [+2.00, +4.00], regressed
- `b3`: +3.14 % [+2.00, +4.00], regressed
- `b4`: +3.14 % [+2.00, +4.00], regressed
- and 2 more

'"$(awk -F'\t' '$1 == "regressed" { print $4 }' "$top/ci/data/outcomes.tsv")"

  left '.outcome = "invalid" | .benches[0] |= (.verdict = "invalid" | .exit = 4 | .change_pct = null | .low_pct = null | .high_pct = null)'
  has "$(text "$(shaped left/result.json)")" '- `x_full_check_flow`: invalid'
}

@test "bench-compare and the comment say the same of the same verdict" {
  local outcome
  "$top/build/bin/bench-run" --seed 1 --rounds 20 --warmup 1 --bench full_check_flow -o receipt.json --arm a='sleep 0.001' --arm b='sleep 0.03'
  for outcome in 'a b' 'b a'; do
    "$top/build/bin/bench-compare" --base "${outcome% *}" --cand "${outcome#* }" --project tiny --markdown md --json receipt.json >verdict.json || true
    jq '{format: "pgokit-gate-result-1", outcome, name: "tiny", base: ("0" * 40), variant: "lto", gated, alpha: 0.01, self_check: null, left_out: 0, notes: [],
      benches: [.benches[] | {name, gated, verdict, exit, rounds, change_pct, low_pct, high_pct}]}' verdict.json >result.json
    # Each in its own escaping.
    same "$(text "$(shaped result.json)" success | sed -n '2,/^|/p' | grep -v '^|' | grep .)" \
      "$(sed 's/<code>/`/g; s|</code>|`|g; s/&#95;/_/g' md | sed '/^`a` -> \|^`b` -> /,$d' | grep .)"
  done
}

@test "the largest result is a comment that GitHub takes, and none of its texts is markup" {
  local body
  left '.benches = [range(100) as $i | .benches[0] | .name = ("`|<" * 66)] | .notes = [range(30) | "`\n# x" * 100]
    | .self_check = ("`@a " * 125)'
  body=$(text "$(shaped left/result.json)")
  holds "${#body}" -gt 20000
  holds "${#body}" -le 65536
  # What is left of each line without its code spans.
  lacks "$(sed -E 's/`[^`]*`//g' <<<"$body" | grep -v '^<!-- pgokit: w -->$')" '<'
  same "$(grep -c '^#' <<<"$body")" 1
  lacks "$(sed -E 's/`[^`]*`//g' <<<"$body")" @
}
