#!/usr/bin/env bats
#
# Suites of tests and benchmarks as workloads: programs of their own, from whose profile another
# program is optimized.

# The variables in single quotes are those of the build and the workloads.
# shellcheck disable=SC2016

# rustup finds the compiler through the real home; nothing else of it, or of the environment, counts.
export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
load ../helper
unset RUSTFLAGS "${!CARGO_@}"

# The program, what its tests share with it (steps.c), and a test program. Both have a main.
project() { # <build> <binary> <suite> [jq filter on its pgokit.json]
  mkdir -- "$BATS_TEST_TMPDIR/p"
  cd -- "$BATS_TEST_TMPDIR/p" || return
  tiny_source | sed '/^__attribute__/,/^}/d; s/^int main/unsigned steps(unsigned x);\n&/' >main.c
  tiny_source | sed -n 's/^__attribute__((noinline)) static //; /^unsigned steps/,/^}/p' >steps.c
  cat >unit.c <<'C'
#include <stdio.h>
unsigned steps(unsigned x);
__attribute__((noinline)) static int check(unsigned x, unsigned want) { return steps(x) == want ? 0 : printf("%u\n", x); }
int main(int argc, char **argv)
{
	int bad = argc > 1 || check(27, 111) || check(97, 118);
	for (unsigned i = 1; i < 3000; i++)
		bad |= check(2 * i, steps(i) + 1);
	puts(bad ? "wrong" : argv[0]);
	return bad;
}
C
  cat >Makefile <<'M'
prog: main.c steps.c
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.c steps.c
unit: unit.c steps.c
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ unit.c steps.c $(MORE)
check: unit
	./unit $(ARGS)
	echo ran >>runs
M
  jq -n --arg build "$1" --arg binary "$2" --arg suite "$3" '{name: "p", $build, $binary, variants: ["pgo"],
    workloads: {fast: [{name: "tests", suite: true, run: $suite}]},
    benches: [{name: "full_check_flow", run: "$PGOKIT_BINARY 4000"}], gate: {budget_s: 1}} | '"${4:-.}" >pgokit.json
}

make_project() { # <jq filter>
  project 'make prog' prog 'make check' "$1"
}

collect() { # <status>
  run --separate-stderr "-$1" "$pgokit" collect
}

collected() { jq -c ".phases.collect | $1" .pgokit/manifest.json; }
variant() { jq -c ".phases.optimize.variants[1] | $1" .pgokit/manifest.json; }

# Another program has run; this one is optimized, by a profile that fits all of it.
optimized() {
  collect 0
  same "$(messages)" ''
  same "$(collected '.workloads[0] | .of_program_pct > 50 and .of_program_pct < 100')" true
  "$pgokit" merge 2>/dev/null
  run --separate-stderr -0 "$pgokit" optimize
  same "$output" $'baseline\npgo'
  same "$(messages)" ''
  same "$(variant '[.applied.hot_bytes > 0, .applied.functions_changed, .applied.profile_match_pct]')" '[true,0,100]'
}

@test "ctest: what the test program counted is applied to the program" {
  project 'cmake -B b -DCMAKE_BUILD_TYPE=Release && cmake --build b' b/prog 'ctest --test-dir b --no-tests=error'
  printf '%s\n' 'cmake_minimum_required(VERSION 3.16)' 'project(p C)' 'add_library(steps STATIC steps.c)' 'add_executable(prog main.c)' \
    'target_link_libraries(prog steps)' 'add_executable(unit unit.c)' 'target_link_libraries(unit steps)' \
    'enable_testing()' 'add_test(NAME unit COMMAND unit)' >CMakeLists.txt
  optimized
  same "$(variant .applied.functions_with_counts)" 1
}

@test "meson test" {
  project 'meson setup b --buildtype=release && ninja -C b' b/prog 'meson test -C b --no-rebuild'
  printf '%s\n' "project('p', 'c')" "s = static_library('steps', 'steps.c')" "executable('prog', 'main.c', link_with: s)" \
    "test('unit', executable('unit', 'unit.c', link_with: s))" >meson.build
  optimized
}

@test "make check, which builds the test program only then; no variant is compared or measured by it" {
  make_project '.variants = ["pgo", "pgo-bolt"]'
  config_edit '.workloads.fast[0].weight = 3'
  collect 0
  same "$(collected '.workloads[0].weight')" 3
  has "$(<.pgokit/log/workloads.log)" ./unit
  "$pgokit" merge 2>/dev/null
  same "$(<.pgokit/profile/inputs.list)" 3,001/pool.profraw
  grep -qE '^Of what `tests` counted, [0-9.]+ % is in functions of the program\.$' .pgokit/profile/summary.md
  run --separate-stderr -0 "$pgokit" optimize
  same "$output" $'baseline\npgo'
  same "$(messages)" "pgokit optimize: warning: skip 'pgo-bolt': the workloads of tier fast are suites, and BOLT learns from the program itself: add one that runs \$PGOKIT_BINARY"
  run --separate-stderr -0 "$pgokit" bench --rounds 3
  has "$(logged)" 'compare the output of 1 commands in 2 variants'
  holds ! -e .pgokit/tree/runs
}

@test "BOLT trains on the other workloads, the second round of cspgo on both" {
  make_project '.variants = ["cspgo", "pgo-bolt"] | .workloads.fast += [{name: "real", run: "$PGOKIT_BINARY 3000"}]'
  collect 0
  same "$(collected '[.workloads[].of_program_pct != null]')" '[true,false]'
  "$pgokit" merge 2>/dev/null
  run --separate-stderr -0 "$pgokit" optimize
  same "$output" $'baseline\ncspgo\npgo-bolt'
  same "$(logged | grep ' workload ')" $'second-round workload tests\nsecond-round workload real\nBOLT workload real'
  # Without training there is nothing that it lacks.
  config_edit 'del(.workloads.fast[1])'
  mv .pgokit/profile/bolt kept
  run --separate-stderr -0 "$pgokit" optimize --variants pgo-bolt --bolt-profile kept
  same "$output" $'baseline\npgo-bolt'
}

@test "a second round whose suite alone trains" {
  make_project '.variants = ["cspgo"]'
  collect 0
  "$pgokit" merge 2>/dev/null
  run --separate-stderr -0 "$pgokit" optimize
  has "$(logged)" "% of its counts are of functions of 'prog'"
  same "$(variant '.applied.profile_match_pct')" 100
}

@test "cargo test: integration tests, which use the crate that the program is made of" {
  mkdir -p -- "$BATS_TEST_TMPDIR/r/src" "$BATS_TEST_TMPDIR/r/tests"
  cd -- "$BATS_TEST_TMPDIR/r"
  printf '[package]\nname = "prog"\nversion = "0.1.0"\nedition = "2021"\n[profile.release]\nstrip = true\n' >Cargo.toml
  cat >src/lib.rs <<'R'
#[inline(never)]
pub fn steps(mut x: u64) -> u64 {
    let mut n = 0;
    while x > 1 {
        x = if x % 2 == 1 { 3 * x + 1 } else { x / 2 };
        n += 1;
    }
    n
}
R
  cat >src/main.rs <<'R'
fn main() {
    let n: u64 = std::env::args().nth(1).map_or(1, |a| a.parse().unwrap());
    println!("{}", (1..n).map(prog::steps).sum::<u64>());
}
R
  printf '#[test]\nfn twice() {\n    for i in 1..3000 {\n        assert_eq!(prog::steps(2 * i), prog::steps(i) + 1);\n    }\n}\n' >tests/it.rs
  cargo generate-lockfile -q --offline
  jq -n '{name: "r", toolchain: "cargo", build: "cargo build --release --locked --offline", binary: "target/release/prog", cargo: {lto: "own"},
    workloads: {fast: [{name: "tests", suite: true, run: "cargo test --release --locked --offline --test '"'*'"'"}]},
    benches: [{name: "full_check_flow", run: "$PGOKIT_BINARY 4000"}], variants: ["pgo"]}' >pgokit.json
  optimized
  # Unit tests are of another crate, made for them.
  printf '#[test]\nfn one() {\n    assert_eq!(steps(27), 111);\n}\n' >>src/lib.rs
  rm -r tests
  config_edit '.workloads.fast[0].run = "cargo test --release --locked --offline --lib"'
  collect 1
  has "$(messages)" "is one of 'prog', by name and control flow"
  has "$(messages)" 'Unit tests are of a crate made for them'
}

@test "a failing test ends the collection, which names the log; a suite is stopped when its time is up" {
  make_project '.workloads.fast[0].run = "make check ARGS=fail"'
  collect 1
  same "${stderr_lines[-1]}" "pgokit collect: run workload 'tests': it failed; what it said is in '$PWD/.pgokit/log/workloads.log'"
  has "$(<.pgokit/log/workloads.log)" wrong
  config_edit '.workloads.fast[0] += {run: "make check && sleep 60", shell: true, timeout_s: 2}'
  collect 1
  has "$(messages)" "run workload 'tests': it failed (stopped at its timeout after 2.0 s)"
}

@test "a suite whose probe fails is skipped where it is optional; alone it leaves nothing to train on" {
  make_project '.workloads.fast[0] += {needs: "false", optional: true} | .workloads.fast += [{name: "again", suite: true, run: "make check"}]'
  collect 0
  same "$(collected '[.skipped, [.workloads[].name]]')" '[["tests"],["again"]]'
  config_edit 'del(.workloads.fast[1])'
  collect 1
  has "$(messages)" 'the workloads wrote no raw profile'
}

@test "a suite that has nothing to do with the program is refused" {
  make_project '.workloads.fast[0].run = "make check MORE=-Dsteps=others"'
  collect 1
  same "$(messages)" "pgokit collect: run workload 'tests': no function that its programs ran is one of 'prog', by name and control flow, so it is no training for it. Are they built of the same sources, with the flags of the build?"
  # What has little to do with it is said, and left out.
  config_edit '.workloads.fast[0].run += "\\ more.c"'
  printf '%s\n' '#undef steps' '#include "steps.c"' '__attribute__((constructor)) static void once(void) { unsigned (*volatile f)(unsigned) = steps; f(27); }' >more.c
  collect 0
  has "$(messages)" "% of its counts are of functions of 'prog'; nearly all that it runs is something else. Does it do what your users do?"
  "$pgokit" merge 2>/dev/null
  run -0 "$(llvm_bin)/llvm-profdata" show --counts --function=others .pgokit/profile/merged.profdata
  has "$output" 'Block counts: [0, 0'
}

@test "functions that the suite has with another control flow, as other options make it, are lost: the hottest is named" {
  make_project '.workloads.fast[0].run = "make check MORE=-DMORE"'
  sed -i 's/\treturn n;/#ifdef MORE\n\tif (n > 1000)\n\t\tputs("");\n#endif\n&/; 1i #include <stdio.h>' steps.c
  collect 1
  has "$(messages)" "% of its counts are lost: 'prog' has these functions with another control flow, 'steps' above all. Is the suite built with the same options (-D, features)?"
  has "$(messages)" "no function that its programs ran is one of 'prog'"
}

@test "pgokit drift finds all of a suite's profile in the program" {
  make_project .
  collect 0
  run --separate-stderr -0 "$pgokit" drift --run '$PGOKIT_BINARY 5'
  same "$(messages)" ''
  has "$output" $'unchanged\t100.0000'
}

@test "a suite that is built without the flags of the build leaves no profile: the message says so" {
  make_project '.workloads.fast[0].run = "make check CFLAGS=-O2 LDFLAGS="'
  collect 1
  has "$(messages)" 'the workloads wrote no raw profile: '
  config_edit '.workloads.fast += [{name: "real", run: "$PGOKIT_BINARY 300"}]'
  collect 0
  has "$(messages)" "run workload 'tests': it wrote no raw profile, so nothing of it is in the profile: "
}

@test "pgokit training runs a suite again, in a tree of its own, and weighs only what is the program's" {
  make_project .
  collect 0
  "$pgokit" optimize --variants baseline 2>/dev/null
  touch .pgokit/tree/of-optimize
  run --separate-stderr -0 "$pgokit" training
  same "$(messages)" ''
  same "$(jq -c "[.good, .overlap_pct, .slowdown, [.workloads[] | [.name, .functions, .only]]] | $plain" .pgokit/training/training.json)" '[true,100,null,[["tests",1,1]]]'
  holds -e .pgokit/tree/of-optimize
  # A suite that runs nothing the second time is no second training.
  config_edit '.workloads.fast[0].run = "true"'
  run --separate-stderr -1 "$pgokit" training
  has "$(messages)" "run workload 'tests': no function that its programs ran is one of 'prog'"
  config_edit '.workloads.fast[0].run = "make check"'
  # Also where it fails.
  sed -i 's/check(27, 111)/check(27, 110)/' unit.c
  run --separate-stderr -2 "$pgokit" training
  has "$(messages)" "run 'tests': the instrumented program failed in it"
  holds -e .pgokit/tree/of-optimize
  holds ! -e .pgokit/tree.before
}
