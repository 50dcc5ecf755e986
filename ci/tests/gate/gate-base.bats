#!/usr/bin/env bats
#
# gate --base: which commit is meant, what is built of it, and which benchmarks count.

# The variables in single quotes are those of the build, and each test exports for itself.
# shellcheck disable=SC2016,SC2030,SC2031

load ../helper
load gate-base

setup() {
  gate_project
}

# --- which commit ----------------------------------------------------------------------------------

@test "names of commits are hostile: no option, no range, no file, one commit or trouble" {
  local name
  for name in --output=x --help -h ^main main..main main:main.c $'a\nb' 'a b' '$(touch x)' nope; do
    gate 2 --base "$name"
    same "$output" ''
    has "$(messages)" "pgokit gate: find '"
    has "$(messages)" "': git knows no such commit here; a branch of the remote is called origin/NAME"
  done
  gate 2 --base ''
  same "$(messages)" 'pgokit gate: --base needs the name of a commit'
  holds ! -e x
  holds ! -e .pgokit/gate
}

@test "branches, tags and commits with hostile names are taken for what they are" {
  local name
  git update-ref 'refs/heads/--output=x' HEAD
  git tag 'v1;touch${IFS}x'
  for name in --output=x 'refs/heads/--output=x' 'v1;touch${IFS}x' "$(git rev-parse HEAD)" 'HEAD^{/one}'; do
    gate 0 --base "$name"
    has "$(logged)" 'Byte for byte the same program'
  done
  holds ! -e x
}

@test "a shallow clone without the base: what brings it" {
  renamed
  commit
  git clone -q --depth 1 "file://$PWD" "$BATS_TEST_TMPDIR/shallow"
  cd "$BATS_TEST_TMPDIR/shallow"
  gate 2 --base HEAD^
  same "$(messages)" "pgokit gate: find 'HEAD^': this clone is shallow, and does not have that commit: fetch-depth: 0 of actions/checkout, or git fetch --unshallow, brings it"
}

@test "no repository: trouble, in git's words" {
  rm -rf .git
  GIT_CEILING_DIRECTORIES=$BATS_TEST_TMPDIR gate 2 --base main
  has "$(messages)" "pgokit gate: find 'main': git cannot read '$PWD': fatal: not a git repository"
}

# --- the two trees ---------------------------------------------------------------------------------

# Every build appends what it sees to $SEEN: a line with the side's main.c, then its files.
watched() {
  export SEEN=$BATS_TEST_TMPDIR/seen
  config_edit '.build = "{ grep -c another main.c; find . -mindepth 1 -name .git -prune -o ! -type d -print | sort; } >>\"$SEEN\"; " + .build'
}

@test "the base is built from the commit, this tree as it is now, and the checkout is not touched" {
  local state
  watched
  printf 'kept.t export-ignore\nmain.c export-subst\n' >.gitattributes
  echo t >kept.t
  ln -s nowhere link
  commit
  reworded
  echo new >untracked
  rm kept.t
  state=$(project_state .)$(git for-each-ref)$(git worktree list)$(git diff)
  against 0
  same "$(<"$SEEN")" '0
./.gitattributes
./kept.t
./link
./main.c
./pgokit.json
1
./.gitattributes
./link
./main.c
./pgokit.json
./untracked'
  same "$(project_state .)$(git for-each-ref)$(git worktree list)$(git diff)" "$state"
  has "$(logged | head -n 1)" '== gate: tiny: this tree ('
  has "$(logged | head -n 1)" ", with changes) against main ($(git rev-parse --short=12 main))"
}

@test "no hook and no filter runs for the base; a file that has one is named" {
  echo 'main.c filter=loud' >.gitattributes
  commit
  for hook in post-checkout reference-transaction post-index-change; do
    printf '#!/bin/sh\ntouch "%s"\n' "$BATS_TEST_TMPDIR/ran" >".git/hooks/$hook"
    chmod +x ".git/hooks/$hook"
  done
  git config filter.loud.smudge "touch '$BATS_TEST_TMPDIR/ran'; cat"
  git config filter.loud.required true
  against 0
  holds ! -e "$BATS_TEST_TMPDIR/ran"
  same "$(messages)" "pgokit gate: warning: copy 'main ($(git rev-parse --short=12 main))': 'main.c' goes through a filter of git's (LFS, say) that is not run: it is there as git keeps it"
}

@test "a project in a folder of its repository" {
  cd ..
  rm -rf tiny/.git
  mkdir -p outer
  mv tiny outer/'in ner'
  cd outer
  repository .
  cd 'in ner'
  reworded
  against 0
  same "$(verdict '.benches | map(.name)')" '["full_check_flow"]'
}

@test "submodules are those of the base's commit; one whose commit is not there is trouble" {
  local sub=$BATS_TEST_TMPDIR/sub
  mkdir "$sub"
  echo one >"$sub/which"
  repository "$sub"
  git -c protocol.file.allow=always submodule --quiet add "$sub" 'the sub'
  export SEEN=$BATS_TEST_TMPDIR/seen
  config_edit '.build = "cat \"the sub/which\" >>\"$SEEN\"; " + .build'
  commit
  echo two >'the sub/which'
  git -C 'the sub' commit -q -a -m two
  git tag moved "$(git commit-tree -p HEAD -m moved "$(git add -A && git write-tree)")"
  against 0
  same "$(<"$SEEN")" 'one
two'
  git clone -q --depth 1 "file://$sub" "$BATS_TEST_TMPDIR/other"
  rm -rf 'the sub/.git'
  mv "$BATS_TEST_TMPDIR/other/.git" 'the sub/.git'
  gate 2 --base moved
  has "$(messages)" "git cannot read its files of the submodule 'the sub': "
}

@test "each side is built by its own pgokit.json; a base without one as this tree is" {
  git rm -q --cached pgokit.json
  git commit -q -m 'no pgokit.json'
  git tag without
  config_edit '.build = "$CC $CFLAGS $LDFLAGS -o other main.c" | .binary = "other"'
  against 0
  same "$(logged)" "== gate: tiny: this tree ($(git rev-parse --short=12 HEAD), with changes) against main ($(git rev-parse --short=12 main))
There is no pgokit.json in main ($(git rev-parse --short=12 main)), so it is built as this tree is, and its benchmarks are new
build base: \$CC \$CFLAGS \$LDFLAGS -o other main.c
build head: \$CC \$CFLAGS \$LDFLAGS -o other main.c
Byte for byte the same program, although a file differs, 'pgokit.json', which then is no part of it: each benchmark ran once, and nothing was measured"
  gate 0 --base main^
  has "$(logged)" 'build base: $CC $CFLAGS $LDFLAGS -o prog main.c'
  has "$(logged)" 'build head: $CC $CFLAGS $LDFLAGS -o other main.c'
}

@test "a base whose pgokit.json is not valid is trouble, and the message says whose it is" {
  config_edit '.benchs = []'
  commit
  git tag broken
  config_edit 'del(.benchs)'
  gate 2 --base broken
  has "$(messages)" "pgokit gate: read 'broken ($(git rev-parse --short=12 HEAD)):pgokit.json': 'benchs': unknown key; did you mean 'benches'?"
}

@test "both sides are built with the same flags; --variant pgo with one profile" {
  export SEEN=$BATS_TEST_TMPDIR/seen
  config_edit '.build = "printf \"%s\\n\" \"$CC $CFLAGS $LDFLAGS\" >>\"$SEEN\"; " + .build'
  commit
  "$pgokit" collect
  "$pgokit" merge
  reworded
  : >"$SEEN"
  CFLAGS='-O1 -DX=1' against 0 --variant pgo
  same "$(sort "$SEEN" | uniq -c | awk '{ print $1 }')" 2
  has "$(<"$SEEN")" "-O1 -DX=1 --start-no-unused-arguments -flto=thin -fprofile-use=$PWD/.pgokit/profile/merged.profdata"
  mv .pgokit/profile/merged.profdata 'a profile'
  gate 2 --base main --variant pgo
  same "$(messages)" "pgokit gate: build 'pgo': there is no profile; run pgokit collect and pgokit merge first"
  against 0 --variant pgo-nolto --profile 'a profile'
}

# --- which benchmarks ------------------------------------------------------------------------------

@test "a gated benchmark that vanishes: 4, before anything is built" {
  config_edit '.benches += [{name: "other_full_check_flow", run: .benches[0].run}, {name: "free", run: .benches[0].run}]'
  commit
  config_edit '.benches |= .[:1]'
  against 4
  same "$output" ''
  same "$(messages)" "pgokit gate: compare with main ($(git rev-parse --short=12 main)): this tree does not gate 'other_full_check_flow', which is gated there. A benchmark that vanishes is no pass; where that is meant, gate.retired in pgokit.json gives the reason"
  holds ! -e .pgokit/log/build-base.log
}

@test "a benchmark that is still there but no longer gated has vanished as well" {
  config_edit '.benches += [{name: "other_full_check_flow", run: .benches[0].run}]'
  commit
  config_edit '.gate.match = ["full_check_flow"]'
  against 4
  has "$(messages)" "this tree does not gate 'other_full_check_flow'"
}

@test "many that vanish are ten and a count" {
  config_edit '.benches += [range(10; 21) as $i | {name: "full_check_flow/\($i)", run: .benches[0].run}]'
  commit
  config_edit '.benches |= .[:1]'
  against 4
  has "$(messages)" "this tree does not gate 'full_check_flow/10', 'full_check_flow/11', "
  has "$(messages)" ", 'full_check_flow/19' and 1 more, which are gated there."
}

@test "what decides is the rule of bench-compare, whose word it is" {
  # Two bytes, one character.
  config_edit '.benches[0].name = "é" | .gate.match = ["?"]'
  commit
  against 4
  same "$(messages)" "pgokit gate: compare with main ($(git rev-parse --short=12 main)): none of 1 benchmarks is gated by gate.match"
  # More than Linux gives to a program in all, a quarter of its stack.
  config_edit '.benches |= [.[0] | .name = "\(range(3))" + "x" * 120000]'
  ulimit -S -s 1024
  commit
  against 2
  has "$(messages)" 'pgokit gate: find the gated benchmarks: bench-compare could not say; its message stands above'
  holds ! -e .pgokit/log/build-base.log
}

@test "gate.retired gives the reason, and what stands in its place has to be gated" {
  config_edit '.benches[0].name = "old_full_check_flow"'
  commit
  config_edit '.benches[0].name = "new_full_check_flow" | .gate.retired = [{name: "old_full_check_flow", now: "new_full_check_flow", reason: "it <b>moved"}]'
  against 0
  has "$(logged)" "The benchmark 'old_full_check_flow' is retired, now 'new_full_check_flow': it <b>moved"
  has "$(<.pgokit/gate/summary.md)" "- The benchmark 'old\\_full\\_check\\_flow' is retired, now 'new\\_full\\_check\\_flow': it \\<b\\>moved"
  config_edit '.gate.retired[0].now = "nothing"'
  against 4
  has "$(messages)" "gate.retired says that 'old_full_check_flow' is now 'nothing', which is no gated benchmark"
  config_edit 'del(.gate.retired[0].now)'
  against 0
  config_edit 'del(.gate.retired[0].reason)'
  against 2
}

@test "rules and benchmarks that differ from the base's are named" {
  config_edit '.benches += [range(11) as $i | {name: "x\($i)", run: .benches[0].run}]'
  commit
  config_edit '.gate.alpha = 0.2 | .benches[].run += " "'
  against 0
  has "$(logged)" "and 3 more differences from the rules and benchmarks of main ($(git rev-parse --short=12 main))"
  same "$(grep -c 'is not that of main' <<<"$(logged)")" 9
  has "$(logged)" "gate.alpha is 0.2, in main ($(git rev-parse --short=12 main)) it is 0.01"
  has "$(logged)" "The benchmark 'full_check_flow' is not that of main ($(git rev-parse --short=12 main)): run"
}

@test "a new benchmark that the base cannot run is left out and named; one that it can is measured" {
  config_edit '.benches += [{name: "new_full_check_flow", run: "$PGOKIT_BINARY 100"}, {name: "fails_full_check_flow", run: "sh -c \"[ $(basename $(dirname $PGOKIT_BINARY)) = head ]\""}]'
  against 0
  has "$(logged)" "The benchmark 'fails_full_check_flow' is new, and the program of main ($(git rev-parse --short=12 main)) fails in it: there is nothing to compare it with"
  same "$(verdict '.benches | map(.name)')" '["full_check_flow","new_full_check_flow"]'
  config_edit '.gate.retired = [{name: "full_check_flow", reason: "x"}] | .benches |= .[2:]'
  against 4
  has "$(messages)" 'its program fails in every benchmark'
}

# --- where the base stands -------------------------------------------------------------------------

# main has a branch merged into it; another change was merged in between.
merged() {
  old=$(git rev-parse HEAD)
  git checkout -q -b topic
  touch notes
  commit
  git checkout -q main
  renamed
  commit
  git merge -q --no-ff -m merge topic
}

@test "a pull request is compared with what it was merged with, though its event names an older commit" {
  merged
  jq -n --arg base "$old" --arg head "$(git rev-parse topic)" '{pull_request: {base: {sha: $base}, head: {sha: $head}}}' >../event.json
  export GITHUB_EVENT_NAME=pull_request GITHUB_EVENT_PATH=$BATS_TEST_TMPDIR/event.json
  gate 0 --base "$old"
  has "$(logged)" "The event names ${old:0:12} as the base of this pull request; it was merged with $(git rev-parse --short=12 HEAD^1), which is compared with"
  same "$(jq -r .phases.gate.base .pgokit/manifest.json)" "$(git rev-parse HEAD^1)"
  same "$(verdict '.benches[].verdict')" identical
}

@test "a merge queue that puts several commits on the branch: the base is the one that its event names" {
  local queued
  queued=$(git rev-parse HEAD)
  reworded
  commit
  git commit -q --allow-empty -m three
  jq -n --arg base "$queued" '{merge_group: {base_sha: $base}}' >../event.json
  export GITHUB_EVENT_NAME=merge_group GITHUB_EVENT_PATH=$BATS_TEST_TMPDIR/event.json
  gate 0 --base HEAD^1 --until base
  has "$(logged | head -n 1)" "against ${queued:0:12}"
  same "$(jq -r .facts.commit .pgokit/base/base.json)" "$queued"
}

@test "what lies between base and tree without being this change is said" {
  merged
  gate 0 --base "$old" --until base
  has "$(logged)" "This tree is a merge with $(git rev-parse --short=12 HEAD^1), which has 1 commits that ${old:0:12} has not: what they changed is judged, too"
  gate 0 --base HEAD^1 --until base
  lacks "$(logged)" 'is judged, too'
  git checkout -q topic
  gate 0 --base main --until base
  has "$(logged)" "main ($(git rev-parse --short=12 main)) has 2 commits that this tree has not: that they are missing is judged, too"
  # The head of a pull request instead of its merge commit.
  jq -n --arg base "$(git rev-parse main)" --arg head "$(git rev-parse topic)" '{pull_request: {base: {sha: $base}, head: {sha: $head}}}' >../event.json
  touch more
  commit
  git commit -q --allow-empty -m three
  jq --arg head "$(git rev-parse HEAD)" '.pull_request.head.sha = $head' ../event.json >../edited
  GITHUB_EVENT_NAME=pull_request GITHUB_EVENT_PATH=$BATS_TEST_TMPDIR/edited gate 0 --base HEAD^1 --until base
  has "$(logged)" 'leaves its base branch elsewhere than at HEAD^1'
}
