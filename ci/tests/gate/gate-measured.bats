#!/usr/bin/env bats
#
# gate --base, measured: programs are built, run and judged; slowdowns are large enough to be found on
# any machine within seconds.

# The variables in single quotes are those of the build.
# shellcheck disable=SC2016

load ../helper
load gate-base

setup() {
  gate_project
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
  config_edit '.benches[0].metric = "cpu" | .gate += {max_undetected_pct: 40, min_effect_pct: 10, margin_pct: 20, budget_s: 10}'
  commit
}

@test "a slowdown fails the gate, and the run shows that it can be believed" {
  coarse
  slower
  GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$BATS_TEST_TMPDIR/summary GITHUB_OUTPUT=$BATS_TEST_TMPDIR/out against 1
  has "${lines[2]}" 'regressed: base -> head'
  like "${lines[3]}" 'self-check: control, a copy of the base: no difference in 1 of 1; canary, meant to be 40 % slower, was +[1-9]* %: found in 1 of 1; programs seen to run in 1 of 1'
  same "$(verdict '[.outcome, .exit, .base, .cand, (.benches[] | .verdict, .control.ok, .canary.ok)]')" \
    '["regressed",1,"base","head","regressed",true,true]'
  same "$(jq -c ".arms | map([.name, .role, .slow_pct]) | $plain" .pgokit/gate/receipt.json)" \
    '[["base","base",0],["head","cand",0],["control","control",0],["canary","canary",40]]'
  same "$(cd .pgokit/gate/arm && find . -type f | sort)" './base/prog
./ctrl/prog
./head/prog
./slow/prog'
  cmp .pgokit/gate/arm/base/prog .pgokit/gate/arm/ctrl/prog
  cmp .pgokit/gate/arm/base/prog .pgokit/gate/arm/slow/prog
  same "$(<"$BATS_TEST_TMPDIR/summary")" "$(<.pgokit/gate/summary.md)"
  same "$(<"$BATS_TEST_TMPDIR/out")" 'gate=regressed'
  has "$stderr" '::error title=pgokit gate failed%3A a gated benchmark has become slower::full_check_flow: +'
  has "$(<.pgokit/gate/summary.md)" "- base is main ($(git rev-parse --short=12 main)), head is this tree ($(git rev-parse --short=12 HEAD), with changes), both built as baseline"
  has "$(<.pgokit/gate/junit.xml)" '<testsuite'
  run -1 "$top/build/bin/bench-compare" verify .pgokit/gate/evidence.json
  run -1 "$top/build/bin/bench-compare" verify .pgokit/gate/report.html
  run -1 "$top/build/bin/bench-compare" verify .pgokit/gate/receipt.json
  same "$(jq -c '[.last.exit, .phases.gate.outcome]' .pgokit/manifest.json)" '[1,"regressed"]'
}

@test "instructions are counted exactly: a percent is found, and what is the same is the same" {
  # Without a loader, which takes Callgrind most of its time.
  config_edit '.build += " -static" | .benches[0] += {metric: "instructions", run: "$PGOKIT_BINARY 4000"}'
  commit
  renamed
  against 0
  same "$(verdict '.benches[0] | [.verdict, .change_pct, .unit]')" '["unchanged",0,"instructions"]'
  sed -i 's/sum += steps((unsigned)i);/sum += steps((unsigned)i) + (i % 64 ? 0 : steps((unsigned)i + 1) >> 20);/' main.c
  against 1
  same "$(verdict '.benches[0].change_pct | . > 1 and . < 6')" true
}

# What the launcher adds to slow an arm is in no count of the program's instructions.
@test "--self-test of instructions is one of CPU time" {
  coarse
  config_edit '.benches[0].metric = "instructions"'
  run --separate-stderr "$pgokit" gate --self-test --budget 1
  like "$status" '[01]' # a second of measuring decides nothing
  same "$(jq -rs 'map(.benches[].metric) | join(" ")' .pgokit/gate/self-test/{same,broken,slower}/receipt.json)" 'cpu cpu cpu'
}

@test "other bytes with the same code pass, and the measuring ends before its budget" {
  local begin=$SECONDS
  coarse
  renamed
  against 0 --budget 60
  holds $((SECONDS - begin)) -lt 45
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
  # The change is measured beside others' work: how large it is is not what is tested.
  same "$(verdict '.benches[0].release.cand | .low_pct > 10 and .change_pct < 150')" true
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
    same "$(sort -u orders | wc -l)" 3
    same "$(head -n 1 orders | wc -w)" 13
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
  same "$status" 0
  same "$(sed -E 's/ +/ /g; s/ [0-9]+$//' <<<"$output")" 'contest has to be is seconds
the program against itself pass pass
the same with a control that is slower invalid invalid
the program against itself, 40 % slower regressed regressed'
  same "$(jq -c ".arms | map([.role, .slow_pct]) | $plain" .pgokit/gate/self-test/broken/receipt.json)" \
    '[["base",0],["cand",0],["control",80],["canary",40]]'
  same "$(jq -c '.benches[0].control.ok' .pgokit/gate/self-test/broken/verdict.json)" false
}

@test "--self-test: a gate that cannot fail is found out" {
  coarse
  config_edit '.gate.min_effect_pct = 1000'
  gate 1 --self-test --budget 1
  like "${lines[3]}" '* 500 % slower * regressed * inconclusive *WRONG: see *'
  like "$(messages | tail -n 1)" 'pgokit gate: warning: the gate did not end as it has to in [123] of 3 contests. On a busy machine, measure longer (--budget)'
  same "$(jq -c '.last | [.status, .exit]' .pgokit/manifest.json)" '["done",1]'
}
