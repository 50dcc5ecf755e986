#!/usr/bin/env bats
#
# Variants beyond the plain ones: a second round of PGO, kinds of LTO, BOLT on each, CPU levels, flags of
# the project's own; the order in which they have to beat each other; and that none of them is chosen
# for being new.

# The variables in single quotes are those of the build and the workloads.
# shellcheck disable=SC2016

load ../helper

optimize() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" optimize "${@:2}"
}

manifest() { # <jq expression on the optimize phase>
  jq -cr ".phases.optimize | $1" .pgokit/manifest.json
}

# A folder with LLVM's programs, one of them a script that may call the real one, $real.
llvm_with() { # <program> <script>
  local dir=$BATS_TEST_TMPDIR/llvm/bin from
  from=$(llvm_bin)
  mkdir -p -- "$dir"
  ln -s -- "$from"/* "$dir/"
  ln -s -- "$from/../lib" "$dir/../lib"
  rm -- "$dir/$1"
  printf '#!/bin/bash\nreal=%q\n%s\n' "$from/$1" "$2" >"$dir/$1"
  chmod +x "$dir/$1"
  printf '%s' "$dir"
}

has_cpu() { # <flag of /proc/cpuinfo...>
  local flag
  for flag; do grep -qw -- "$flag" /proc/cpuinfo || return 1; done
}

# The variants of a list in the order in which they have to beat each other.
sorted() ( # <names with blanks between them>
  tiny "$BATS_TEST_TMPDIR/sorted" '.flags = [{name: "o3", cflags: "-O3"}]'
  export PGOKIT_HOME=$top
  # shellcheck source=../../lib/lib.sh
  . "$top/ci/lib/lib.sh"
  use toolchain
  config_load
  # shellcheck disable=SC2086 # names
  variants_sorted $1
)

@test "rows and suffixes make programs that print the same, in the ladder's order" {
  run -0 sorted 'pgo+o3 sample-bolt sample cspgo-bolt cspgo-max cspgo-full cspgo lto-bolt pgo-max pgo-full pgo-small lto-full lto pgo+x86-64-v2 pgo-bolt+o3 pgo'
  same "$(paste -sd ' ' <<<"$output")" 'baseline lto lto-full sample pgo-small pgo pgo-full pgo-max cspgo cspgo-full cspgo-max lto-bolt sample-bolt cspgo-bolt pgo+o3 pgo-bolt+o3 pgo+x86-64-v2'
  tiny_after merge
  config_edit '.flags = [{name: "o3", cflags: "-O3", ldflags: "-Wl,-z,now"}]
    | .variants = ["pgo+o3", "cspgo-max", "cspgo-full", "lto-bolt", "pgo-max", "pgo-small", "lto-full", "pgo+x86-64-v2", "pgo-bolt+o3"]'
  optimize 0
  same "$output" 'baseline
lto-full
pgo-small
pgo-max
cspgo-full
cspgo-max
lto-bolt
pgo+o3
pgo-bolt+o3
pgo+x86-64-v2'
  same "$(messages)" ''
  local v
  for v in $output; do
    same "$(.pgokit/bin/"$v"/prog 100)" 3117
  done
  has "$(manifest '.variants[] | select(.name == "lto-full") | .cflags + .ldflags')" -flto=full
  has "$(manifest '.variants[] | select(.name == "pgo-small") | .ldflags')" -Wl,-mllvm,-profile-summary-cutoff-hot=950000
  has "$(manifest '.variants[] | select(.name == "cspgo-max") | .cflags + .ldflags')" '-O3 -Wl,-mllvm,-tail-dup-pred-size='
  has "$(manifest '.variants[] | select(.name == "pgo+o3") | .cflags + .ldflags')" -O3
  has "$(manifest '.variants[] | select(.name == "pgo-bolt+o3") | .ldflags')" '-Wl,--emit-relocs -Wl,-z,now'
  run -0 "$(llvm_bin)/llvm-readelf" -S .pgokit/bin/pgo-bolt+o3/prog
  has "$output" .bolt.org.text
}

@test "LTO may remove the only code that needs the library of mathematics" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.build = "$CC $CFLAGS -c main.c more.c && $CC $CFLAGS $LDFLAGS -o prog main.o more.o -Wl,--as-needed -lm"'
  printf '#include <math.h>\ndouble more(double x);\ndouble more(double x) { return pow(x, 1.5); }\n' >more.c
  optimize 0 --variants lto
  "$(llvm_bin)/llvm-readelf" -d .pgokit/bin/baseline/prog | grep -F libm.so
  run ! grep -F libm.so <("$(llvm_bin)/llvm-readelf" -d .pgokit/bin/lto/prog)
}

@test "the suffixed variants are measured, judged and packed as the others are" {
  tiny_after merge
  optimize 0 --variants pgo+x86-64-v2,cspgo
  "$pgokit" bench --rounds 6
  same "$(jq -c '[.arms[].name]' .pgokit/bench/receipt.json)" '["baseline","cspgo","pgo+x86-64-v2"]'
  run -0 --separate-stderr "$pgokit" gate
  same "$(jq -c '[.steps[].cand]' .pgokit/gate/verdict.json)" '["cspgo","pgo+x86-64-v2"]'
  "$pgokit" report
  has "$(<.pgokit/report/summary.md)" '`pgo+x86-64-v2`'
  # What is built once more for its layouts is of both rounds as well.
  run --separate-stderr "$pgokit" gate --variants baseline,cspgo --layouts 2 --budget 1
  like "$status" '[0134]' # a second of measuring decides nothing
  has "$(<.pgokit/log/build-head.1.log)" "-fprofile-use=$PWD/.pgokit/build/again/cspgo/cspgo.profdata"
}

@test "names that mean nothing are refused with those that do" {
  tiny_after merge
  local v
  for v in pgo+ pgo+nothing pgo+../x instrumented-bolt bolt pgo-bolt-bolt 'pgo+x86-64-v2+nothing' +native; do
    optimize 2 --variants "$v"
    has "$(messages)" "pgokit optimize: unknown variant '$v': baseline lto lto-full sample pgo-nolto"
    has "$(messages)" 'then +LEVEL of the CPU: x86-64-v2'
  done
  holds ! -e .pgokit/bin/baseline
  config_edit '.variants = ["pgo+"]'
  optimize 2
  has "$(messages)" "read 'pgokit.json': 'variants[0]': 'pgo+' is not of the form"
}

# --- the second round -------------------------------------------------------------------------------

@test "cspgo counts again in the optimized program, and its BOLT twin shares that" {
  tiny_after merge
  optimize 0 --variants cspgo,cspgo-bolt
  same "$(logged | grep -c 'second-round workload train')" 1
  local twice=.pgokit/build/again/cspgo/cspgo.profdata
  run -0 "$(llvm_bin)/llvm-profdata" show -showcs "$twice"
  matches "$output" 'Total functions: [1-9]'
  has "$(manifest '.variants[1] | .cflags')" "-fprofile-use=$PWD/$twice"
  has "$(manifest '.variants[1] | .ldflags')" "-fprofile-use=$PWD/$twice" # ThinLTO reads it when linking
  lacks "$(manifest '.variants[1] | .cflags')" -fcs-profile-generate
}

@test "cspgo weighs the workloads, and skips those whose probe fails" {
  tiny_after merge
  config_edit '.workloads.fast += [{name: "much", run: "$PGOKIT_BINARY 50", weight: 7},
    {name: "db", run: "false", needs: "false", optional: true}]'
  optimize 0 --variants cspgo
  same "$(messages)" "pgokit optimize: warning: skip second-round workload 'db': its probe failed: false"
  same "$(cut -d , -f 1 .pgokit/build/again/cspgo/raw/inputs.list)" '1
7'
}

@test "a second round that counts nothing is no cspgo" {
  tiny_after merge
  config_edit '.build = "case $CFLAGS in *-fcs-*) LDFLAGS=\"-flto=thin -fuse-ld=lld\" ;; esac; $CC $CFLAGS -c main.c && $CC $LDFLAGS -o prog main.o"'
  optimize 1 --variants cspgo
  has "${stderr_lines[-1]}" "pgokit optimize: train 'cspgo': the workloads wrote no raw profile in the second round: 'prog' is not instrumented (it has no section __llvm_prf_cnts): clang compiled all of it with -fcs-profile-generate, which does not reach the link: it must use LDFLAGS"
  holds ! -e .pgokit/bin/cspgo
}

@test "a workload that fails in the second round" {
  tiny_after merge
  config_edit '.workloads.fast[0] |= (.shell = true | .run = "echo lost; exit 3")'
  optimize 1 --variants cspgo
  same "${stderr_lines[-1]}" "pgokit optimize: train 'cspgo': workload train failed under second-round's instrumentation; see '$PWD/.pgokit/log/train-cspgo.log'"
  has "$(<.pgokit/log/train-cspgo.log)" lost
}

@test "the gate on two commits takes no variant that trains for itself" {
  tiny
  local v
  for v in cspgo pgo-bolt pgo-bolt+x86-64-v2; do
    run --separate-stderr -2 "$pgokit" gate --base HEAD --variant "$v"
    has "$(messages)" "--variant '$v': a contest of two programs that were trained apart"
  done
}

# --- flags of one's own and CPU levels --------------------------------------------------------------

@test "flags that let a program compute something else are refused by name" {
  tiny_after merge
  local flag
  for flag in -Ofast -ffast-math -funsafe-math-optimizations -fassociative-math -ffinite-math-only -ffp-contract=fast \
    -ffp-model=fast '-mllvm -fp-contract=fast' -fno-signed-zeros -mrecip -Wl,-mllvm,-enable-unsafe-fp-math; do
    config_edit ".flags = [{name: \"quick\", cflags: \"-O3 $flag -g\"}]"
    optimize 2 --variants pgo
    has "$(messages)" "'flags': quick: -"
    has "$(messages)" 'with it the program may compute something else'
  done
  config_edit '.flags = [{name: "quick", cflags: "-O3 -funroll-loops -fno-math-errno"}]'
  optimize 0 --variants pgo-nolto+quick
}

@test "two flags of one name, and a name that is none" {
  tiny_after merge
  config_edit '.flags = [{name: "a"}, {name: "a"}]'
  optimize 2
  has "$(messages)" "'flags': the name 'a' is there 2 times"
  config_edit '.flags = [{name: "../a"}]'
  optimize 2
  has "$(messages)" "'flags[0].name': '../a' is not of the form"
}

@test "a source with other code for a flag does not fit its profile, and what to do is said" {
  tiny_after merge
  sed -i 's/^\tunsigned n = 0;/&\n#ifdef OTHER\n\tif (x == 4000000000u)\n\t\tputs("large");\n#endif/' main.c
  config_edit '.flags = [{name: "other", cflags: "-DOTHER"}]'
  optimize 0 --variants pgo-nolto
  optimize 1 --variants pgo-nolto+other
  has "$(messages)" "check 'pgo-nolto+other': the profile is stale: "
  has "$(messages)" '; with other the source may hold other code than what was trained: leave it out, or set its flags in the build for all variants.'
}

@test "a CPU that multiplies and adds in one step still prints the baseline's digits" {
  has_cpu avx2 fma bmi2 movbe || skip 'this CPU is below x86-64-v3'
  tiny
  cat >main.c <<'C'
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
	double x = 0.1, sum = 0;

	for (int i = 0; i < atoi(argv[argc - 1]); i++)
		sum = sum * x + (x = x * 1.7 - (int)(x * 1.7));
	return printf("%.17g\n", sum) < 0;
}
C
  "$pgokit" collect
  "$pgokit" merge
  config_edit '.flags = [{name: "newer", cflags: "-march=haswell"}]'
  optimize 0 --variants pgo+x86-64-v3,pgo+newer
  same "$(.pgokit/bin/pgo+x86-64-v3/prog 4000)" "$(.pgokit/bin/baseline/prog 4000)"
  same "$(.pgokit/bin/pgo+newer/prog 4000)" "$(.pgokit/bin/baseline/prog 4000)"
  # Without the kit's -ffp-contract=off it would not, and that would be found out.
  config_edit '.build |= sub("[$]CFLAGS"; "$CFLAGS -ffp-contract=on")'
  optimize 0 --variants pgo+x86-64-v3
  run --separate-stderr -1 "$pgokit" bench --rounds 3
  has "$(messages)" "compare 'pgo+x86-64-v3' with the baseline: 'train' differs in its standard output"
}

@test "a variant for another CPU is skipped, and what this one lacks is said" {
  tiny_after merge
  local dir
  dir=$(llvm_with clang 'exec "$real" "${@/#-march=native/-march=x86-64}"')
  config_edit '.flags = [{name: "newer", cflags: "-O3 -march=x86-64-v3 -g"}]'
  PGOKIT_LLVM=$dir optimize 0 --variants pgo-nolto+newer,pgo-nolto,pgo-nolto+x86-64-v3
  same "$output" 'baseline
pgo-nolto'
  has "$(messages)" "pgokit optimize: warning: skip 'pgo-nolto+x86-64-v3': this CPU cannot run it: x86-64-v3 needs avx avx2 bmi bmi2"
  has "$(messages)" "skip 'pgo-nolto+newer': this CPU cannot run it: x86-64-v3 needs"
  same "$(manifest .skipped)" '["pgo-nolto+x86-64-v3","pgo-nolto+newer"]'
}

# --- BOLT's profile of last week --------------------------------------------------------------------

@test "BOLT's profile is kept, and serves a changed program with its stale share as a number" {
  tiny_after merge
  optimize 0 --variants pgo-nolto-bolt
  same "$(manifest '.variants[1].bolt.stale_pct')" 0
  cp -R .pgokit/profile/bolt last
  optimize 0 --variants pgo-nolto-bolt --bolt-profile last
  lacks "$stderr" 'BOLT workload'
  same "$(messages)" ''
  # Another program for BOLT, by what the first instructions of the hot function are.
  config_edit '.release = {min_profile_match_pct: 0}'
  sed -i 's/unsigned n = 0;/unsigned n = x > 0xfffffff0u ? 3 : 0;/' main.c
  optimize 0 --variants pgo-nolto-bolt --bolt-profile last
  matches "$(messages)" "rewrite 'pgo-nolto-bolt': [0-9.]+ % of the counts in BOLT's profile are of functions that have changed"
  matches "$(manifest '.variants[1].bolt.stale_pct')" '^[1-9][0-9.]*$'
  same "$(.pgokit/bin/pgo-nolto-bolt/prog 100)" 3117
}

@test "BOLT's profile of another program, and one that is not there" {
  tiny_after merge
  optimize 2 --variants pgo-bolt --bolt-profile nowhere
  same "$(messages)" "pgokit optimize: read '$PWD/nowhere/pgo-bolt.yaml': there is no profile of BOLT's for 'pgo-bolt' (--bolt-profile)"
  optimize 0 --variants pgo-bolt
  mkdir last
  sed -E "s/^(  - name: +')/\1other_/" .pgokit/profile/bolt/pgo-bolt.yaml >last/pgo-bolt.yaml
  optimize 1 --variants pgo-bolt --bolt-profile last
  has "${stderr_lines[-1]}" "rewrite 'pgo-bolt': the profile was not applied: BOLT found "
}

@test "BOLT trains by perf where the CPU has branch records, and says why where it has not" {
  tiny_after merge
  # What the kernel says on a virtual machine.
  mkdir bin
  printf '#!/bin/sh\nprintf "Error:\\ncycles:u: PMU Hardware does not support branch stack sampling.\\n" >&2\nexit 255\n' >bin/perf
  chmod +x bin/perf
  PATH=$PWD/bin:$PATH optimize 0 --variants pgo-nolto-bolt --bolt-by perf
  same "$(messages)" "pgokit optimize: warning: train 'pgo-nolto-bolt': by instrumentation, since this machine has no branch records for perf: cycles:u: PMU Hardware does not support branch stack sampling."
  has "$(logged)" 'BOLT workload train'
  # Records that nobody can read.
  printf '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done; echo junk >"$2"; shift 3; exec "$@"\n' >bin/perf
  PATH=$PWD/bin:$PATH optimize 1 --variants pgo-nolto-bolt --bolt-by perf
  has "$(logged)" 'perf workload train'
  has "${stderr_lines[-1]}" "train 'pgo-nolto-bolt': perf2bolt could not read '$PWD/.pgokit/build/pgo-nolto-bolt/samples/"
}

# --- what the rewritten program must not lose -------------------------------------------------------

# llvm-bolt, called with flags that guides recommend and the kit's table does not have.
bolt_with() { # <flag>
  llvm_with llvm-bolt "case \" \$* \" in *' -instrument '*) exec \"\$real\" \"\$@\" ;; esac
exec \"\$real\" \"\${@/#-icf=safe/-dyno-stats}\" $1"
}

@test "the executable stack that -use-gnu-stack leaves is found out" {
  tiny_after merge
  PGOKIT_LLVM=$(bolt_with -use-gnu-stack) optimize 1 --variants pgo-bolt
  has "$(messages)" "check 'pgo-bolt': it lost what the baseline has: stack not executable"
}

@test "functions whose addresses are compared stay two; where -icf=all folds them it is found out" {
  tiny
  cat >main.c <<'C'
#include <stdio.h>
#include <stdlib.h>
__attribute__((noinline)) static int one(int x) { return x * 3 + 1; }
__attribute__((noinline)) static int two(int x) { return x * 3 + 1; }
int (*volatile left)(int) = one, (*volatile right)(int) = two;
int main(int argc, char **argv)
{
	unsigned sum = 0;

	for (int i = 0; i < atoi(argv[argc - 1]) * 100; i++)
		sum += (unsigned)(left(i) + right(i));
	return printf("%u %s\n", sum, left == right ? "one" : "two") < 0;
}
C
  "$pgokit" collect
  "$pgokit" merge
  optimize 0 --variants pgo-nolto-bolt
  has "$(.pgokit/bin/pgo-nolto-bolt/prog 30)" two
  PGOKIT_LLVM=$(bolt_with -icf=all) optimize 0 --variants pgo-nolto-bolt
  run --separate-stderr -1 "$pgokit" bench --rounds 3
  has "$(messages)" "compare 'pgo-nolto-bolt' with the baseline: 'train' differs in its standard output"
}

@test "a strip that cannot strip what BOLT wrote is found out before anything is measured" {
  tiny_after merge
  optimize 0 --variants pgo-bolt
  run --separate-stderr -1 env PGOKIT_LLVM="$(llvm_with llvm-strip 'exec strip "$@"')" "$pgokit" bench --rounds 3
  matches "$(messages)" "strip 'pgo-bolt': llvm-strip failed|compare 'pgo-bolt' with the baseline: "
  run --separate-stderr -0 "$pgokit" bench --rounds 3
}

@test "no flag of BOLT's table is one that breaks programs" {
  run -1 grep -E $'^[^#].*\t-+(use-gnu-stack|icf(=(all|1))?|frame-opt.*|use-aggr-reg-reassign|.*unsafe.*)\t' "$top/ci/data/bolt-flags.tsv"
}

# --- never worse ------------------------------------------------------------------------------------

@test "PGO that was trained on the wrong workload loses, and what is below it is shipped" {
  tiny
  cat >main.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
unsigned step(unsigned x, unsigned i);
unsigned trained(unsigned n)
{
	unsigned x = n;

	for (unsigned i = 0; i < n * 40; i++)
		x = x % 2 ? 3 * x + i : x / 2;
	return x;
}
unsigned measured(unsigned n)
{
	unsigned x[256] = {n}, sum = 0;

	for (unsigned round = 0; round < n; round++)
		for (unsigned i = 0; i < 256; i++)
			sum += x[i] = step(x[i], i);
	return sum;
}
int main(int argc, char **argv)
{
	unsigned n = (unsigned)atoi(argv[argc - 1]);

	return printf("%u\n", strcmp(argv[1], "train") ? measured(n) : trained(n)) < 0;
}
C
  printf 'unsigned step(unsigned x, unsigned i) { return x * 5 + i; }\n' >step.c
  # The loop is four times as fast where it is vectorized, which no noise of a machine hides.
  config_edit '.build += " step.c" | .workloads.fast[0].run = "$PGOKIT_BINARY train 3000"
    | .benches[0] += {run: "$PGOKIT_BINARY measure 30000", metric: "cpu"}'
  "$pgokit" collect
  "$pgokit" merge
  optimize 0 --variants lto,pgo,cspgo,pgo-bolt
  "$pgokit" bench --rounds 20
  run --separate-stderr -0 "$pgokit" gate
  same "$output" lto
  same "$(jq -r '.steps[] | "\(.cand) \(.chosen) \(.why)"' .pgokit/gate/verdict.json)" 'lto true yes
pgo false slower in full_check_flow
cspgo false slower in full_check_flow
pgo-bolt false slower in full_check_flow'
}
