#!/usr/bin/env bats
#
# gate --base: this tree against a commit. Programs are built, measured and judged; slowdowns are
# large enough to be found on any machine within seconds.

# The variables in single quotes are those of the build, and each test exports for itself.
# shellcheck disable=SC2016,SC2030,SC2031

load helper

# A repository of the small project; its program takes a few milliseconds.
setup() {
  tiny "$BATS_TEST_TMPDIR/tiny" '.benches[0].run = "$PGOKIT_BINARY 20000" | .gate.budget_s = 3'
  repository
}

repository() { # [folder]
  git -C "${1:-.}" init -q -b main
  git -C "${1:-.}" add -A
  git -C "${1:-.}" commit -q -m one
}

commit() { # [message]
  git add -A
  git commit -q -m "${1:-two}"
}

# The same output for nearly twice the work.
slower() {
  sed -i 's/sum += steps((unsigned)i);/sum += steps((unsigned)i) + (i % 4 ? steps((unsigned)i + 1) >> 20 : 0);/' main.c
}

# Other bytes, the same code.
renamed() {
  echo 'const char note[] __attribute__((used)) = "another version";' >>main.c
}

# Another source of the very same program.
reworded() {
  echo '// another version' >>main.c
}

gate() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" gate "${@:2}"
}

against() { # <status> [option...]
  gate "$1" --base main "${@:2}"
}

verdict() { # <jq expression>
  jq -cr "$1" .pgokit/gate/verdict.json
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
  [ ! -e x ] && [ ! -e .pgokit/gate ]
}

@test "branches, tags and commits with hostile names are taken for what they are" {
  local name
  git update-ref 'refs/heads/--output=x' HEAD
  git tag 'v1;touch${IFS}x'
  for name in --output=x 'refs/heads/--output=x' 'v1;touch${IFS}x' "$(git rev-parse HEAD)" 'HEAD^{/one}'; do
    gate 0 --base "$name"
    has "$(logged)" 'Byte for byte the same program'
  done
  [ ! -e x ]
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
  config_edit '.build = "{ grep -c another main.c; find . -mindepth 1 ! -type d | sort; } >>\"$SEEN\"; " + .build'
}

@test "the base is built from the commit, this tree as it is now, and the checkout is not touched" {
  local state
  watched
  printf 'kept.t export-ignore\nmain.c export-subst\n' >.gitattributes
  echo t >kept.t
  ln -s nowhere link
  commit base
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
  [ ! -e .pgokit/commit.git ]
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
  [ ! -e "$BATS_TEST_TMPDIR/ran" ]
  same "$(messages)" "pgokit gate: warning: copy 'main ($(git rev-parse --short=12 main))': 'main.c' goes through a filter of git's (LFS, say) that is not run: it is there as git keeps it"
}

@test "a project in a folder of its repository" {
  cd ..
  rm -rf tiny/.git
  mkdir -p outer
  mv tiny outer/'in ner'
  cd outer
  repository
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
Byte for byte the same program: each benchmark ran once, and nothing was measured"
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
  has "$(<"$SEEN")" "-O1 -DX=1 -flto=thin -fprofile-use=$PWD/.pgokit/profile/merged.profdata"
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
  [ ! -e .pgokit/log/build-base.log ]
}

@test "a benchmark that is still there but no longer gated has vanished as well" {
  config_edit '.benches += [{name: "other_full_check_flow", run: .benches[0].run}]'
  commit
  config_edit '.gate.match = ["full_check_flow"]'
  against 4
  has "$(messages)" "this tree does not gate 'other_full_check_flow'"
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
  config_edit '.gate.alpha = 0.2 | .benches[0].run += " "'
  against 0
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

# --- identical programs ----------------------------------------------------------------------------

@test "byte-identical programs pass as identical, and nothing is measured" {
  reworded
  against 0
  same "$(verdict '[.outcome, .exit, (.benches | map([.name, .verdict, .rounds]))]')" '["pass",0,[["full_check_flow","identical",1]]]'
  has "${lines[-1]}" 'pass: base -> head'
  has "$(<.pgokit/gate/summary.md)" '- Byte for byte the same program'
  run -0 "$top/build/bin/bench-compare" verify .pgokit/gate/evidence.json
  same "$(jq -c '.phases.gate | [.base, .variant, .outcome]' .pgokit/manifest.json)" "[\"$(git rev-parse main)\",\"baseline\",\"pass\"]"
}

# --- measured --------------------------------------------------------------------------------------

# CPU time and large limits, so that a few seconds are enough, whatever else the machine does.
coarse() {
  config_edit '.benches[0].metric = "cpu" | .gate.max_undetected_pct = 40 | .gate.budget_s = 10'
  commit
}

@test "a slowdown fails the gate, and the run shows that it can be believed" {
  coarse
  slower
  GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$BATS_TEST_TMPDIR/summary GITHUB_OUTPUT=$BATS_TEST_TMPDIR/out against 1
  has "${lines[2]}" 'regressed: base -> head'
  has "${lines[3]}" 'self-check: control, a copy of the base: no difference in 1 of 1; canary, 40 % slower: found in 1 of 1'
  same "$(verdict '[.outcome, .exit, .base, .cand, (.benches[] | .verdict, .control.ok, .canary.ok)]')" \
    '["regressed",1,"base","head","regressed",true,true]'
  same "$(jq -c '.arms | map([.name, .role, .slow_pct])' .pgokit/gate/receipt.json)" \
    '[["base","base",0],["head","cand",0],["control","control",0],["canary","canary",40]]'
  same "$(cd .pgokit/gate/arm && find . -type f | sort)" './base/prog
./ctrl/prog
./head/prog
./slow/prog'
  cmp .pgokit/gate/arm/base/prog .pgokit/gate/arm/ctrl/prog
  cmp .pgokit/gate/arm/base/prog .pgokit/gate/arm/slow/prog
  same "$(<"$BATS_TEST_TMPDIR/summary")" "$(<.pgokit/gate/summary.md)"
  same "$(<"$BATS_TEST_TMPDIR/out")" 'gate=regressed'
  has "$stderr" '::error::gate: regressed full_check_flow'
  has "$(<.pgokit/gate/junit.xml)" '<testsuite'
  run -1 "$top/build/bin/bench-compare" verify .pgokit/gate/evidence.json
  run -1 "$top/build/bin/bench-compare" verify .pgokit/gate/receipt.json
  same "$(jq -c '[.last.exit, .phases.gate.outcome]' .pgokit/manifest.json)" '[1,"regressed"]'
}

@test "instructions are counted exactly: a percent is found, and what is the same is the same" {
  config_edit '.benches[0].metric = "instructions" | .benches[0].run = "$PGOKIT_BINARY 4000"'
  commit
  renamed
  against 0
  same "$(verdict '.benches[0] | [.verdict, .change_pct, .unit]')" '["unchanged",0,"instructions"]'
  sed -i 's/sum += steps((unsigned)i);/sum += steps((unsigned)i) + (i % 64 ? 0 : steps((unsigned)i + 1) >> 20);/' main.c
  against 1
  [ "$(verdict '.benches[0].change_pct | . > 1 and . < 6')" = true ]
  coarse
  config_edit '.benches[0].metric = "instructions" | .benches[0].run = "$PGOKIT_BINARY 20000"'
  gate 0 --self-test --budget 40
}

@test "other bytes with the same code pass, and the measuring ends before its budget" {
  local begin=$SECONDS
  coarse
  renamed
  against 0 --budget 60
  [ $((SECONDS - begin)) -lt 45 ]
  same "$(verdict '.benches | map(.name)')" '["full_check_flow"]'
}

@test "another output than the base's is said, and is no fault of a change" {
  coarse
  renamed
  sed -i 's/%lu/sum %lu/' main.c
  against 0
  has "${lines[1]}" '(the two sides print different output)'
  has "$(<.pgokit/gate/summary.md)" 'the two sides print different output'
}

@test "a committed waiver lets a regression pass, and it is said" {
  coarse
  echo '[{"benchmark": "full_check_flow", "max_pct": 1000, "reason": "checks twice now", "expires": "2999-01-01"}]' >pgokit-waivers.json
  commit
  slower
  against 0
  same "$(verdict '.benches[0] | [.verdict, .waived]')" '["regressed","checks twice now"]'
  has "$(<.pgokit/gate/summary.md)" 'checks twice now'
  sed -i 's/1000/2000/' pgokit-waivers.json
  against 1
  has "$(messages)" "pgokit gate: warning: read 'pgokit-waivers.json': it is not committed as it is here, so its waivers do not count"
}

@test "the last release runs beside base and head: slow creep is shown and fails nothing" {
  coarse
  git tag v1.0
  slower
  commit
  reworded
  commit
  renamed
  config_edit '.gate.release = "v*"'
  gate 0 --base HEAD
  same "$(jq -c '.arms | map(.role)' .pgokit/gate/receipt.json)" '["base","cand","control","canary","release"]'
  cmp .pgokit/gate/arm/base/prog .pgokit/gate/arm/head/prog && return 1
  [ "$(verdict '.benches[0].release.cand.change_pct > 40')" = true ]
}

@test "a release that cannot be built, found or run is a warning" {
  echo 'int main(' >broken.c
  config_edit '.build = "$CC $CFLAGS -o prog broken.c"'
  commit
  git tag v1
  git checkout -q HEAD^ -- .
  rm -f broken.c
  commit
  reworded
  renamed
  config_edit '.gate.release = "v*" | .benches[0].metric = "cpu" | .gate.max_undetected_pct = 1000'
  run --separate-stderr "$pgokit" gate --base HEAD --budget 1
  has "$(messages)" "pgokit gate: warning: measure the release v1 ($(git rev-parse --short=12 v1)): it could not be built, for the reason above; slow creep is not shown"
  same "$(jq -c '.arms | map(.role)' .pgokit/gate/receipt.json)" '["base","cand","control","canary"]'
  config_edit '.gate.release = "w*"'
  run --separate-stderr "$pgokit" gate --base HEAD --budget 1
  has "$(messages)" "pgokit gate: warning: find the last release: no tag before the base fits gate.release ('w*')"
  gate 2 --base HEAD --release nope
  has "$(messages)" "find 'nope': git knows no such commit here"
}

# --- layouts ---------------------------------------------------------------------------------------

# A program of twelve functions in a chain.
many() {
  {
    printf '#include <stdio.h>\n#include <stdlib.h>\n'
    printf 'unsigned f0(unsigned);\n__attribute__((noinline)) unsigned f0(unsigned x)\n{\n\treturn x * 2654435761u;\n}\n'
    for i in {1..12}; do
      printf '__attribute__((noinline)) unsigned f%d(unsigned x);\nunsigned f%d(unsigned x)\n{\n\treturn f%d(x ^ x >> %d) + %du;\n}\n' "$i" "$i" $((i - 1)) "$i" "$i"
    done
    printf 'int main(int argc, char **argv)\n{\n\tunsigned s = 0;\n\tfor (int i = 0; i < (argc > 1 ? atoi(argv[1]) : 1); i++)\n\t\ts += f12((unsigned)i);\n\tprintf("%%u\\n", s);\n\treturn 0;\n}\n'
  } >main.c
}

order_of() { # <program>
  "$(llvm_bin)/llvm-nm" -n "$1" | awk '$3 ~ /^f[0-9]+$/ { print $3 }' | paste -sd ' ' -
}

@test "--layouts: each side in K orders of its functions, which run and print the same" {
  many
  coarse
  renamed
  for variant in baseline lto; do
    run --separate-stderr "$pgokit" gate --base main --layouts 3 --variant "$variant" --budget 1
    same "$(jq -c '.arms | map([.name, .role, .layout])' .pgokit/gate/receipt.json)" \
      '[["base.1","base",1],["head.1","cand",1],["base.2","base",2],["head.2","cand",2],["base.3","base",3],["head.3","cand",3],["control","control",null],["canary","canary",null]]'
    for i in 1 2 3; do
      order_of ".pgokit/gate/arm/base.$i/prog"
      same "$(.pgokit/gate/arm/base."$i"/prog 1000)" "$(.pgokit/gate/arm/head.1/prog 1000)"
      same "$(order_of ".pgokit/gate/arm/base.$i/prog")" "$(order_of ".pgokit/gate/arm/head.$i/prog")"
    done >orders
    [ "$(sort -u orders | wc -l)" -eq 3 ]
    [ "$(head -n 1 orders | wc -w)" -eq 13 ]
  done
}

@test "--layouts: a build that ignores the linker's flags is refused" {
  many
  config_edit '.build = "$CC -O2 -o prog main.c"'
  commit
  against 2 --layouts 2
  has "$(messages)" "pgokit gate: link 'base': all 2 layouts have their functions in one order. Does the build use CFLAGS and LDFLAGS, and lld? See '$PWD/.pgokit/log/build-base.1.log'"
}

# --- self-test -------------------------------------------------------------------------------------

@test "--self-test: the gate passes what is the same, fails what is slower, and trusts no bad control" {
  coarse
  run --separate-stderr "$pgokit" gate --self-test --budget 40
  cat .pgokit/gate/self-test/*/table.txt
  [ "$status" -eq 0 ]
  same "$(sed -E 's/ +/ /g; s/ [0-9]+$//' <<<"$output")" 'contest has to be is seconds
the program against itself pass pass
the same with a control that is slower invalid invalid
the program against itself, 40 % slower regressed regressed'
  same "$(jq -c '.arms | map([.role, .slow_pct])' .pgokit/gate/self-test/broken/receipt.json)" \
    '[["base",0],["cand",0],["control",80],["canary",40]]'
  same "$(jq -c '.benches[0].control.ok' .pgokit/gate/self-test/broken/verdict.json)" false
}

@test "--self-test: a gate that cannot fail is found out" {
  coarse
  config_edit '.gate.min_effect_pct = 1000'
  gate 1 --self-test --budget 1
  [[ ${lines[3]} == *' 500 % slower '*' regressed '*' inconclusive '*'WRONG: see '* ]]
  [[ $(messages | tail -n 1) == 'pgokit gate: warning: the gate did not end as it has to in '[123]' of 3 contests. On a busy machine, measure longer (--budget)' ]]
  same "$(jq -c '.last | [.status, .exit]' .pgokit/manifest.json)" '["done",1]'
}
