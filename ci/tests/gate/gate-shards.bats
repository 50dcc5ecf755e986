#!/usr/bin/env bats
#
# gate --until, --measure and --judge: one gate on several machines, and the base that is kept for the next
# one. Instructions are judged where nothing else is asked: they are the same on a busy machine.

# The variables in single quotes are those of the benchmarks.
# shellcheck disable=SC2016

load ../helper
load gate-base

# A change that is nearly twice the work in one of two gated benchmarks, divided and measured in two shards; made
# once. Without a loader, which takes Callgrind most of its time. Of the three folders beside it, build is what the first
# machine leaves, one and two are the shards'.
divided() {
  local made=$BATS_FILE_TMPDIR/made
  if [ ! -d "$made/two" ]; then
    tiny "$made/tiny" '.benches = [{name: "a_full_check_flow", run: "$PGOKIT_BINARY 3"}, {name: "b_full_check_flow", run: "$PGOKIT_BINARY 3000"},
      {name: "extra", run: "$PGOKIT_BINARY 4"}]
      | .benches[].metric = "instructions" | .build = "$CC $CFLAGS $LDFLAGS -static -o prog main.c"'
    repository .
    git checkout -q -b topic
    slower
    commit
    GITHUB_OUTPUT=$made/output "$pgokit" gate --base main --until build --count 9 >"$made/matrix"
    mv .pgokit/gate/build "$made/build"
    measured 1/2 "$made/one"
    measured 2/2 "$made/two"
  fi
  cp -R -- "$made/." "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR/tiny" || return
}

measured() { # <shard> <folder for what it leaves>
  "$pgokit" gate --measure ../build --shard "$1"
  mkdir -p -- "$2"
  cp -- .pgokit/gate/shard/receipt.json "$2/"
}

judge() { # <status> [folder...]
  gate "$1" --judge ../build "${@:2}"
}

edit() { # <file> <jq filter>
  jq "$2" "$1" >../edited
  cp -- ../edited "$1"
}

# --- one gate on several machines ------------------------------------------------------------------

@test "two shards are judged as one gate: the error is shared by all, and the worst is the verdict" {
  divided
  same "$(<../matrix)" '{"shard": ["1/2", "2/2"]}'
  same "$(<../output)" 'matrix={"shard": ["1/2", "2/2"]}'
  same "$(jq -c .shards ../build/build.json)" '[["a_full_check_flow","extra"],["b_full_check_flow"]]'
  GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=../summary judge 1 ../two ../one
  has "$stderr" '::error title=pgokit gate failed%3A a gated benchmark has become slower::b_full_check_flow: +'
  matches "$stderr" '::b_full_check_flow: \+[0-9.]+ %25 \[\+[0-9.]+, \+[0-9.]+\], regressed'
  same "$(verdict '[.outcome, .exit, .gated, (.benches | map([.name, .verdict]))]')" \
    '["regressed",1,2,[["a_full_check_flow","unchanged"],["extra","unchanged"],["b_full_check_flow","regressed"]]]'
  same "$(jq -s -c "map([.rules.shares, .verdict.confidence]) | $plain" .pgokit/gate/shard-*/evidence.json)" '[[2,0.99],[2,0.99]]'
  run -0 "$top/build/bin/bench-compare" verify .pgokit/gate/shard-1/evidence.json
  run -1 "$top/build/bin/bench-compare" verify .pgokit/gate/shard-2/evidence.json
  run -1 "$top/build/bin/bench-compare" verify .pgokit/gate/shard-2/report.html
  same "$(head -n 1 ../summary)" "## pgokit gate failed: a gated benchmark has become slower (\`$(jq -r .name pgokit.json)\`; the check fails)"
  same "$(grep '^### ' ../summary)" '### Shard 1: pgokit gate passed: nothing that is gated has become slower
### Shard 2: pgokit gate failed: a gated benchmark has become slower'
  has "$(<../summary)" "- base is main ($(git rev-parse --short=12 main)), head is this tree ($(git rev-parse --short=12 HEAD)), both built as baseline"
  same "$(jq -c '[.outcome, .gated, [.benches[].name]]' .pgokit/gate/result.json)" '["regressed",2,["b_full_check_flow","a_full_check_flow","extra"]]'
  same "$(jq -c '[.last.exit, .phases.gate.outcome]' .pgokit/manifest.json)" '[1,"regressed"]'
}

@test "a missing shard is no pass, and what the other has found is kept" {
  divided
  judge 4 ../one
  same "$(messages)" 'pgokit gate: warning: Shard 2 of 2 is missing, or its receipt cannot be judged, so nothing is known of b_full_check_flow'
  same "$(verdict '[.outcome, (.benches | map([.name, .verdict, .exit]))]')" \
    '["invalid",[["a_full_check_flow","unchanged",0],["extra","unchanged",0],["b_full_check_flow","invalid",4]]]'
  # It weighs more than a regression.
  judge 4 ../two
  same "$(verdict '[.outcome, .severity, (.benches | map([.exit, .severity]))]')" '["invalid",3,[[4,3],[0,0],[1,2]]]'
  same "$(jq -c '.benches | map(.exit)' .pgokit/gate/result.json)" '[4,1,0]'
  GITHUB_ACTIONS=true judge 4 ../nothing
  has "$stderr" '::error title=pgokit gate invalid%3A the comparison cannot be believed::a_full_check_flow: invalid, b_full_check_flow: invalid'
  judge 4 ../one ../two ../two
  has "$stderr" "read '../two/receipt.json': shard 2 is there twice, so neither counts"
}

@test "what a shard says is hostile: nothing but a receipt of these programs, benchmarks and rules counts" {
  local filter reason case expected='' strange=()
  divided
  while IFS=$'\t' read -r reason filter; do
    case=../strange-${#strange[@]}
    strange+=("$case")
    mkdir "$case"
    jq "$filter" ../two/receipt.json >"$case/receipt.json"
    expected+="pgokit gate: warning: read '$case/receipt.json': $reason, so it does not count"$'\n'
  done <<'CASES'
its programs are not those that were built	.arms[1].sha256 = .arms[0].sha256
its programs are not those that were built	.arms |= reverse
its programs are not those that were built	.arms[0].role = "cand"
its programs are not those that were built	.arms = []
its programs are not those that were built	del(.arms[-1])
its benchmarks are those of no shard	.benches[0].name = "$(touch x)\n::error::x"
its benchmarks are those of no shard	.benches[0].max_undetected_pct = 1e9
its benchmarks are those of no shard	.benches[0].min_effect_pct = 1e9
its benchmarks are those of no shard	.benches[0].metric = "cpu"
its benchmarks are those of no shard	.benches += .benches
its benchmarks are those of no shard	.benches = []
it is no receipt	.format = "pgokit-receipt-2"
it is no receipt	., .
it is no receipt	[.]
it is no receipt	null
it is no receipt	.benches = 1
CASES
  mkdir -p ../link ../folder/receipt.json
  ln -s ../two/receipt.json ../link
  for case in ../link ../folder; do
    expected+="pgokit gate: warning: read '$case/receipt.json': there is no such file, or it is no receipt"$'\n'
  done
  judge 4 ../one "${strange[@]}" ../link ../folder
  same "$(messages)" "${expected}pgokit gate: warning: Shard 2 of 2 is missing, or its receipt cannot be judged, so nothing is known of b_full_check_flow"
  same "$(verdict .outcome)" invalid
  # What has the shape, and no sense inside.
  edit ../two/receipt.json '.benches[0].samples = {}'
  judge 4 ../one ../two
  same "$(verdict '[.outcome, .benches[2].verdict]')" '["invalid","invalid"]'
  holds ! -e x
}

@test "the machines of a gate stand at one commit with one pgokit.json, and have the programs that were built" {
  divided
  gate 2 --measure ../build --shard 3/3
  same "$(messages)" "pgokit gate: --shard '3/3': the benchmarks were divided into 2 shards"
  mkdir ../unpacked
  tar -C ../unpacked -xf ../build/build.tar
  printf x >>../unpacked/gate/arm/head/prog
  mv ../build/build.tar ../build.tar
  tar -C ../unpacked -cf ../build/build.tar gate tree
  gate 4 --measure ../build --shard 1/2
  same "$(messages)" "pgokit gate: unpack '../build/build.tar': the program of 'head' is not the one that was built"
  printf x >../build/build.tar
  gate 4 --measure ../build --shard 1/2
  has "$(messages)" "pgokit gate: unpack '../build/build.tar': it is not what gate --until build writes"
  holds ! -e .pgokit/gate/shard
  cp ../build/build.json ../build.json
  local filter
  for filter in '.format = 1' '.shards = []' '.shards[0] = "a"' '.arms["../x"] = "y"' '.program = "../x"' '.layouts = [".1/.."]' '[.]'; do
    cp ../build.json ../build/build.json
    edit ../build/build.json "$filter"
    judge 4 ../one ../two
    same "$(messages)" "pgokit gate: read '../build/build.json': it is not what gate --until build writes"
  done
  cp ../build.json ../build/build.json
  config_edit '.gate.alpha = 0.5'
  judge 4 ../one ../two
  same "$(messages)" "pgokit gate: read '../build/build.json': it was made with another pgokit.json than the one that is here"
  git checkout -q main -- pgokit.json
  git commit -q --allow-empty -m three
  judge 4 ../one ../two
  has "$(messages)" "it is of the commit '$(git rev-parse HEAD^)', and '$(git rev-parse HEAD)' is checked out here"
  rm ../build/build.json
  judge 4 ../one ../two
  same "$(messages)" "pgokit gate: read '../build/build.json': it is not there; did the machine that builds leave it?"
}

@test "a waiver counts in the shard of its benchmark, and is not unused in the others" {
  divided
  echo '[{"benchmark": "b_full_check_flow", "max_pct": 300, "reason": "checks more", "expires": "2999-01-01"}]' >pgokit-waivers.json
  git add pgokit-waivers.json
  git commit -q -m waiver
  edit ../build/build.json ".commit = \"$(git rev-parse HEAD)\""
  judge 0 ../one ../two
  same "$(verdict '[.outcome, [.waivers[] | [.benchmark, .state]]]')" '["pass",[["b_full_check_flow","used"]]]'
}

@test "a shard that is timed has its own control and canary" {
  gate_project
  config_edit '.benches[0].metric = "cpu" | .gate.max_undetected_pct = 40 | .gate.budget_s = 10'
  commit
  slower
  commit
  gate 0 --base HEAD^ --until build
  mv .pgokit/gate/build ../build
  measured 1/1 ../one
  judge 1 ../one
  has "$output" 'self-check: control, a copy of the base: no difference in 1 of 1; canary, meant to be 40 % slower, was +'
  same "$(verdict '[.outcome, (.benches[] | .verdict, .control.ok, .canary.ok)]')" '["regressed","regressed",true,true]'
  # Without proof, no verdict.
  edit ../one/receipt.json 'del(.arms[3]) | del(.benches[].samples.canary)'
  judge 4 ../one
  has "$(messages)" 'its programs are not those that were built'
}

@test "options of one step do not go with another" {
  divided
  gate 2 --until build
  has "$(messages)" "option '--until' does not go with the choice of a variant"
  gate 2 --base main --until end
  same "$(messages)" "pgokit gate: --until 'end': expected find, base or build"
  gate 2 --measure ../build
  same "$(messages)" 'pgokit gate: --measure needs --shard I/N'
  gate 2 --measure ../build --shard 3/2
  same "$(messages)" "pgokit gate: --shard '3/2': expected I/N, I from 1 to N"
  gate 2 --base main --count 257
  same "$(messages)" "pgokit gate: --count '257': expected 1 to 256"
  gate 2 --judge ../build --budget 3 ../one
  has "$(messages)" "option '--budget' does not go with --judge"
  gate 2 ../build
  has "$(messages)" "what is '../build'?"
}

# --- the base that is kept -------------------------------------------------------------------------

@test "a base that was built is taken by the next gate, unless something about it is another" {
  gate_project
  export LOG=$BATS_TEST_TMPDIR/log
  config_edit '.build = "echo built >>\"$LOG\"; " + .build | .benches[0] += {run: "$PGOKIT_BINARY 3", metric: "instructions"}'
  commit
  gate 0 --base main --until base
  same "$output" "$PWD/.pgokit/base"
  same "$(<"$LOG")" built
  reworded
  against 0
  has "$(logged)" 'the base was built before: its programs are taken as they are kept'
  same "$(<"$LOG")" $'built\nbuilt'
  # By name, on GitHub: a checkout may bring along what lies there.
  mv .pgokit/base ../kept
  chmod -x ../kept/base # as artifacts are
  GITHUB_ACTIONS=true against 0 --kept ../kept
  has "$stderr" 'its programs are taken as they are kept'
  same "$(wc -l <"$LOG")" 3
  cp -R ../kept .pgokit/base
  GITHUB_ACTIONS=true against 0
  lacks "$stderr" 'its programs are taken'
  same "$(wc -l <"$LOG")" 5
  CFLAGS=-O1 against 0
  has "$(logged)" 'the base that is kept is of another commit, kit, compiler or flags: it is built again'
}

@test "a kept base that is not what its record says is built again" {
  local damage
  gate_project
  reworded
  gate 0 --base main --until base
  # Each gate keeps what it built.
  for damage in 'printf x >>.pgokit/base/base' 'rm .pgokit/base/base' \
    'mv .pgokit/base/base x && ln -s "$PWD/x" .pgokit/base/base' "sed -i 's/\"base\": \"./\"base\": \"x/' .pgokit/base/base.json" \
    'echo "{" >.pgokit/base/base.json' 'echo null >.pgokit/base/base.json'; do
    eval "$damage"
    against 0
    lacks "$(logged)" 'its programs are taken'
    has "$(logged)" 'build base: '
    same "$(verdict .outcome)" pass
  done
}
