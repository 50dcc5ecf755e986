#!/usr/bin/env bats
# bench-run: arms that are built trees, which take turns at one path.

load ../helper

# A project of two files in each tree: say prints its path, and what the tree has in answer.
trees() { # <answer of the base> <answer of the candidate>
  local arm
  mkdir here
  for arm in base cand ctrl slow; do
    mkdir -p "trees/$arm"
    # shellcheck disable=SC2016 # of the script
    printf '#!/bin/sh\necho "$(pwd -P) $(cat answer)"\n' >"trees/$arm/say"
    chmod +x "trees/$arm/say"
    echo "$1" >"trees/$arm/answer"
  done
  echo "$2" >trees/cand/answer
  jq -n --arg same "$(printf '%064d' 1)" --arg other "$(printf '%064d' "$([ "$1" = "$2" ] && echo 1 || echo 2)")" '{
    arms: [["base", "base"], ["cand", "cand"], ["ctrl", "control"], ["slow", "canary"]]
      | map({name: .[0], role: .[1], tree: "trees/\(.[0])", sha256: $same}
          + if .[1] == "cand" then {sha256: $other} elif .[1] == "canary" then {slow_pct: 5} else {} end),
    benches: [{name: "full_check_flow", run: "./say", other_output: true,
      metric: {unit: "items", from: {regex: "[0-9]+$"}}}]}' >plan.json
}

judged() {
  bench-run --plan plan.json -C here --rounds 20 --warmup 1 --decide -o r.json >medians
  run bench-compare -o e.json r.json
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

@test "each tree runs at the one path, is judged by what it is known by, and is back at the end" {
  trees 100 110
  judged
  same "$status" 1
  jq -e '.verdict.benches[0] | .verdict == "regressed" and .base_value == 100 and .cand_value == 110' e.json
  jq -e --arg dir "$PWD" '[.arms[] | {tree, sha256, binary}] == [("base", "cand", "ctrl", "slow") as $a
    | {tree: "\($dir)/trees/\($a)", sha256: (("0" * 63) + if $a == "cand" then "2" else "1" end), binary: null}]' r.json
  jq -e '.complete and ([.benches[0].files[]] | unique | length == 1 and (.[0] | endswith("/say")))' r.json
  same "$(ls trees)" $'base\ncand\nctrl\nslow'
  same "$(cat trees/*/answer)" $'100\n110\n100\n100'
  same "$(ls -A here)" ''
  run bench-compare verify e.json
  same "$status" 1
}

@test "commands of the same words in other trees are not the same; trees known by the same are" {
  trees 100 100
  judged
  same "$status" 0
  jq -e '.verdict.benches[0].verdict == "identical"' e.json
  jq '.arms[1].sha256 = "'"$(printf '%064d' 3)"'"' plan.json >edited && mv edited plan.json
  judged
  same "$status" 0
  jq -e '.verdict.benches[0].verdict == "unchanged"' e.json
}

@test "a run that fails leaves each tree where it was" {
  trees 100 110
  echo none >trees/cand/answer
  run -1 bench-run --plan plan.json -C here --rounds 2 -o r.json
  same "$(ls trees)" $'base\ncand\nctrl\nslow'
  same "$(cat trees/*/answer)" $'100\nnone\n100\n100'
  same "$(ls -A here)" ''
}

@test "a file that changes while it is measured is noticed in the tree of its arm" {
  trees 100 110
  jq '.benches[0].cleanup = "[ ! -e spoil ] || echo \"# $$\" >>say"' plan.json >edited && mv edited plan.json
  touch trees/cand/spoil
  run -1 bench-run --plan plan.json -C here --rounds 2 -o r.json
  has "$output" "say': the file changed while it was measured"
  jq -e '.complete | not' r.json
}

@test "a plan of trees that cannot be: trouble, named" {
  trees 1 2
  refused() { # <jq filter> <message>
    jq "$1" plan.json >bad.json
    run -2 bench-run --plan bad.json -C here --rounds 1
    has "$output" "$2"
  }
  refused 'del(.arms[1].sha256)' 'arms[1]: expected sha256 with tree, and no binary'
  refused 'del(.arms[1].tree)' 'arms[1]: expected sha256 with tree, and no binary'
  refused '.arms[1].binary = "/bin/true"' 'arms[1]: expected sha256 with tree, and no binary'
  refused '.arms[1].sha256 = "xyz"' "arms[1].sha256 'xyz': expected 64 digits"
  refused 'del(.arms[1] | .tree, .sha256)' 'read arms: 3 of 4 have a tree; all must have one, or none'
  refused '.arms[1].tree = "nope"' "move the tree of arm 'cand', '$PWD/nope', to '$PWD/here'"
  touch here/file
  run -2 bench-run --plan plan.json -C here --rounds 1
  has "$output" "move the tree of arm 'base', '$PWD/trees/base', to '$PWD/here': Directory not empty"
}
