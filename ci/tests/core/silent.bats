#!/usr/bin/env bats
#
# Eight ways in which pipelines like this one have failed without a sound. Each is done here again,
# and has to be heard.

# The variables in single quotes are those of the build and the workloads.
# shellcheck disable=SC2016

load ../helper

collect() { # <status>
  run --separate-stderr "-$1" "$pgokit" collect
}

optimize() { # <status> [variants]
  run --separate-stderr "-$1" "$pgokit" optimize ${2:+--variants "$2"}
}

said() { # <message>: the last one
  same "${stderr_lines[-1]}" "$1"
}

# --- 1. a build that failed in a pipe whose last command did not -----------------------------------

@test "1: a build whose failure a pipe swallowed, nothing built" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.build = "$CC $CFLAGS --no-such-flag -o prog main.c 2>&1 | tail -n 1"'
  collect 2
  said "pgokit collect: build 'instrumented': the build made no executable 'prog' (config: binary); see '$PWD/.pgokit/log/build-instrumented.log'"
  has "$(<.pgokit/log/build-instrumented.log)" 'no-such-flag'
}

@test "1: a build whose failure a pipe swallowed, with the program of an earlier one at hand" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.build = "$CC $CFLAGS --no-such-flag -o prog main.c 2>&1 | tail -n 1"'
  "$(llvm_bin)/clang" -O2 -o prog main.c
  collect 1
  has "${stderr_lines[-1]}" "pgokit collect: build 'instrumented': the build left 'prog' as it lies in the project"
}

# --- 2. training something that was built before it was instrumented --------------------------------

@test "2: a training run of a program that is not the instrumented one" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.workloads.fast[0].run = "./installed 3000"'
  "$(llvm_bin)/clang" -O2 -o installed main.c
  collect 1
  has "${stderr_lines[-1]}" 'pgokit collect: collect: the workloads wrote no raw profile: '
  holds ! -e .pgokit/raw
  run --separate-stderr -1 "$pgokit" merge
  said "pgokit merge: merge '$PWD/.pgokit/raw': there are no raw profiles; run pgokit collect first"
}

@test "2: one workload of several that trains another program: a warning names it" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.workloads.fast += [{name: "old", run: "./installed 3000"}]'
  "$(llvm_bin)/clang" -O2 -o installed main.c
  collect 0
  has "$(messages)" "pgokit collect: warning: run workload 'old': it wrote no raw profile, so nothing of it is in the profile: "
}

# --- 3. a plain build over the optimized one --------------------------------------------------------

@test "3: a plain build put over the variant before it is measured" {
  tiny_after optimize
  cp .pgokit/bin/baseline/prog .pgokit/bin/pgo-nolto/prog
  run --separate-stderr -1 "$pgokit" bench --rounds 5
  said "pgokit bench: measure '$PWD/.pgokit/bin/pgo-nolto/prog': it is not the program that optimize recorded; run pgokit optimize again"
}

@test "3: a plain build put over the variant when it had been measured" {
  tiny_after gate
  cp .pgokit/bin/baseline/prog .pgokit/bin/pgo-nolto/prog
  run --separate-stderr -4 "$pgokit" gate
  said "pgokit gate: judge '$PWD/.pgokit/bin/pgo-nolto/prog': it is not the program that was measured; run pgokit bench again"
  holds ! -e .pgokit/gate/verdict.json
}

@test "3: a plain build put over the variant when it had been chosen" {
  tiny_after gate
  cp .pgokit/bin/baseline/prog .pgokit/bin/pgo-nolto/prog
  run --separate-stderr -1 "$pgokit" report
  said "pgokit report: report '$PWD/.pgokit/bin/pgo-nolto/prog': it is not the program that was measured; run pgokit bench again"
  holds ! -e .pgokit/report
}

# --- 4. a profile that nothing uses -----------------------------------------------------------------

@test "4: a profile that the build does not use" {
  tiny_after merge
  config_edit '.build = "$CC -O2 -o prog main.c"'
  optimize 1
  has "${stderr_lines[-1]}" "pgokit optimize: check 'pgo-nolto': the profile was not applied: no function of 'prog' has a count from it."
}

@test "4: a new profile beside variants of the last one" {
  tiny_after optimize
  config_edit '.workloads.fast[0].run = "$PGOKIT_BINARY 50"'
  "$pgokit" collect
  "$pgokit" merge
  run --separate-stderr -1 "$pgokit" bench --rounds 5
  said "pgokit bench: measure '$PWD/.pgokit/bin': the variants were built from another profile than '$PWD/.pgokit/profile/merged.profdata'; run pgokit optimize again"
  "$pgokit" optimize
  run --separate-stderr -0 "$pgokit" bench --rounds 5
}

# --- 5. BOLT's instrumentation that writes nothing -------------------------------------------------

@test "5: a static-pie program, for which BOLT's instrumentation writes no profile" {
  tiny_after merge
  config_edit '.build = "$CC $CFLAGS $LDFLAGS -static-pie -o prog main.c"'
  optimize 1 pgo-bolt
  said "pgokit optimize: rewrite 'pgo-bolt': 'prog' is linked statically: BOLT's instrumentation would write no profile. Build it without that variant (--variants, or variants in pgokit.json)"
}

@test "5: a workload in which BOLT's instrumentation writes no profile" {
  tiny_after merge
  config_edit '.workloads.fast[0].run = "true"'
  optimize 1 pgo-bolt
  said "pgokit optimize: train 'pgo-bolt': BOLT's instrumentation wrote no profile: in a second run, traced, no program that it started was instrumented. It started '$(realpath "$(type -P true)")'. It has to run \$PGOKIT_BINARY"
  holds ! -e .pgokit/bin/pgo-bolt
}

# --- 6. a link that strips what BOLT needs ----------------------------------------------------------

@test "6: a link that strips, which breaks it for BOLT" {
  tiny_after merge
  config_edit '.build = "$CC $CFLAGS $LDFLAGS -s -o prog main.c"'
  optimize 2 pgo-bolt
  has "$(messages)" 'ld.lld: error: --strip-all and --emit-relocs may not be used together'
  said "pgokit optimize: build 'pgo-bolt': the build command failed; all it said is in '$PWD/.pgokit/log/build-pgo-bolt.log'. The build strips at the link (-s), and BOLT needs what that takes away: leave -s out, pgokit package strips"
}

# --- 7. a comparison with nothing -------------------------------------------------------------------

# The gate on a receipt that was so filtered.
gate_on() { # <jq filter>
  tiny_after bench
  jq "$1" .pgokit/bench/receipt.json >changed
  mv changed .pgokit/bench/receipt.json
  run --separate-stderr -4 "$pgokit" gate
  holds ! -e .pgokit/gate/verdict.json
}

@test "7: a receipt with an empty list of benchmarks" {
  gate_on '.benches = []'
  has "$(messages)" 'bench-compare: judge: there is no benchmark in the input'
}

@test "7: a receipt without samples of the baseline" {
  gate_on 'del(.benches[].samples.baseline)'
  has "$(messages)" 'baseline'
}

@test "7: a receipt with an empty list of samples" {
  gate_on '.benches[].samples[].wall_s = []'
  has "${stderr_lines[-1]}" 'the comparison is invalid'
}

@test "7: a receipt that nobody made" {
  tiny_after optimize
  run --separate-stderr -4 "$pgokit" gate
  said "pgokit gate: judge '$PWD/.pgokit/bench/receipt.json': nothing was measured; run pgokit bench first"
  mkdir .pgokit/bench
  : >.pgokit/bench/receipt.json
  run --separate-stderr -4 "$pgokit" gate
  said "pgokit gate: judge '$PWD/.pgokit/bench/receipt.json': nothing was measured; run pgokit bench first"
}

@test "7: no baseline to measure against" {
  tiny_after optimize
  rm -r .pgokit/bin/baseline
  run --separate-stderr -1 "$pgokit" bench --rounds 5
  said "pgokit bench: measure '$PWD/.pgokit/bin': there is no baseline with a variant beside it; run pgokit optimize first"
}

@test "7: a configuration with an empty list of benchmarks" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.benches = []'
  collect 2
  has "$(messages)" "read 'pgokit.json': 'benches': expected at least 1 of them"
}

# --- 8. a speedup that nobody measured --------------------------------------------------------------

@test "8: a report before anything was measured or decided" {
  tiny_after bench
  run --separate-stderr -1 "$pgokit" report
  said "pgokit report: report '$PWD/.pgokit/gate/verdict.json': nothing was decided; run pgokit gate first"
  holds ! -e .pgokit/report
}

@test "8: a report of programs that were built when the measurement was over" {
  tiny_after gate
  sed -i 's/return n;/return n + 0 * (n > 7);/; s/"%lu\\n"/"= %lu\\n"/' main.c
  "$pgokit" collect
  "$pgokit" merge
  "$pgokit" optimize
  run --separate-stderr -1 "$pgokit" report
  has "${stderr_lines[-1]}" 'it is not the program that was measured; run pgokit bench again'
}

@test "8: a report of a decision on another measurement" {
  tiny_after gate
  "$pgokit" bench --rounds 5 --seed 77
  run --separate-stderr -1 "$pgokit" report
  said "pgokit report: report '$PWD/.pgokit/gate/verdict.json': it was decided on another measurement than '$PWD/.pgokit/bench/receipt.json'; run pgokit gate again"
}

@test "8: too few rounds to prove anything: the report claims no speedup" {
  tiny_after optimize
  "$pgokit" bench --rounds 3
  "$pgokit" gate
  run --separate-stderr -0 "$pgokit" report
  has "$output" '**Ship the baseline**'
  same "$(jq -r .ship .pgokit/report/report.json)" baseline
}
