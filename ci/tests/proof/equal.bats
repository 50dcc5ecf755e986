#!/usr/bin/env bats
#
# Equal: what is compared is the program as it ships, and as it was built; what may differ is said in
# pgokit.json; and a difference is shown with what it comes from.

# The variables in single quotes are those of the build and the commands.
# shellcheck disable=SC2016

load ../helper

phases() { # <phase and its options, as one word...>
  local phase
  for phase; do
    # Word splitting is wanted.
    # shellcheck disable=SC2086
    "$pgokit" $phase || return
  done
}

bench() { # <status>
  run --separate-stderr "-$1" "$pgokit" bench --rounds 1
}

# A program that finds the word in its own file, in which its text does not have it.
reads_itself() { # <word>
  tiny "$BATS_TEST_TMPDIR/tiny"
  cat >>main.c <<C
#include <string.h>
static volatile char first = '${1:0:1}';
__attribute__((constructor)) static void itself(void)
{
	static char all[1 << 20];
	FILE *f = fopen("/proc/self/exe", "rb");
	size_t n = fread(all, 1, sizeof(all) - 99, f), i = 0;

	while (i < n && (all[i] != first || strncmp(all + i + 1, "${1:1}", ${#1} - 1)))
		i++;
	puts(i < n ? "whole" : "broken");
	fclose(f);
}
C
}

# --- what strip takes away --------------------------------------------------------------------------

@test "bytes behind the end of the ELF file: compared and packed with them, and not rewritten by BOLT" {
  reads_itself payload
  config_edit '.build += " && printf payload >>prog"'
  phases collect merge
  run --separate-stderr -0 "$pgokit" optimize --variants pgo-nolto,pgo-bolt
  same "$output" 'baseline
pgo-nolto'
  same "$(messages)" "pgokit optimize: warning: skip 'pgo-bolt': BOLT would drop the 7 bytes that the program carries behind the end of its ELF file"
  run --separate-stderr -0 "$pgokit" bench --rounds 5
  has "$(logged)" 'baseline ships as it was built, with all its symbols: 7 bytes stand behind the end of its ELF file, which strip would take away'
  phases gate 'package --version 1'
  tar -xzf .pgokit/dist/tiny-1-x86_64-linux.tar.gz
  has "$(tiny-1-x86_64-linux/prog 10)" whole
  # A variant that has lost them is found out before it runs.
  config_edit '.build |= sub(" && printf.*"; " && case $CFLAGS in *profile-use*) ;; *) printf payload >>prog ;; esac")'
  run --separate-stderr -1 "$pgokit" optimize --variants pgo-nolto
  has "$(messages)" "check 'pgo-nolto': it lost what the baseline has: payload true"
}

@test "a program that reads its own symbols is not what it was once it is stripped: refused, or shipped as built" {
  reads_itself steps
  phases collect merge optimize
  bench 1
  same "$(messages)" "pgokit bench: strip 'baseline': 'train' differs in its standard output then (line 1: 'broken' instead of 'whole'). Does it read its own symbols or sections? \"release\": {\"strip\": false} in pgokit.json ships it as it was built"
  config_edit '.release.strip = false'
  bench 0
  same "$(messages)" ''
}

@test "a static program, which GNU ld links as llvm-strip does not like it" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.build += " -static"'
  phases collect merge optimize
  bench 0
  same "$(messages)" ''
}

# --- what may differ --------------------------------------------------------------------------------

# A program of which the variant is told to print other numbers, in a project that has been optimized; by a header,
# since other options would be found out before.
setup_file() {
  tiny "$BATS_FILE_TMPDIR/noisy" '.build = "case $CFLAGS in *profile-use*) noise=1e-7 ;; *) noise=0.0 ;; esac; echo \"#define NOISE $noise\" >noise.h; " + .build
    | .benches[0] |= (.outputs = ["out"] | .cleanup = "rm -f out" | .shell = true | .run = "\"$PGOKIT_BINARY\" 4000 | tee out")'
  sed -i 's/^int main/#include "noise.h"\n&/; s/^\treturn 0;/\tif (argc > 2)\n\t\treturn NOISE > 0;\n\tprintf("x %.9g 7\\n", (double)(sum % 7 + 1) * (1 + NOISE));\n&/' main.c
  phases collect merge optimize
}

noisy() {
  cp -R -- "$BATS_FILE_TMPDIR/noisy" "$BATS_TEST_TMPDIR/"
  cd -- "$BATS_TEST_TMPDIR/noisy" || return
}

@test "a tolerance: numbers may differ by so much, in output and files, through to the verdict" {
  noisy
  jq -c '.args += ["-ffast-math"]' .pgokit/log/compiles-baseline.jsonl >compiles
  mv compiles .pgokit/log/compiles-baseline.jsonl
  bench 1
  has "$(messages)" "pgokit bench: compare 'pgo-nolto' with the baseline: 'train' differs in its standard output (line 2: 'x "
  has "$(messages)" "Nothing but numbers differs, by at most 1e-07 of their value. The project's own build compiles 'main.c' with -ffast-math, which lets the compiler compute otherwise wherever it optimizes otherwise: \"tolerance\" or \"compare\" beside 'train' in pgokit.json says what may differ"
  cmp <(sed 1d .pgokit/log/equal/expected | cut -c 1) <(echo x)
  config_edit '.workloads.fast[0].tolerance = 1e-6'
  bench 1
  has "$(messages)" "'full_check_flow' differs in its standard output"
  config_edit '.benches[0].tolerance = 1e-8'
  bench 1
  config_edit '.benches[0].tolerance = 1e-6'
  run --separate-stderr -0 "$pgokit" bench --rounds 6
  same "$(messages)" ''
  same "$(jq -c '.benches[0] | [.other_output, (.samples | map(.output) | unique | length)]' .pgokit/bench/receipt.json)" '[true,2]'
  run --separate-stderr -0 "$pgokit" gate
}

# The texts are formats.
# shellcheck disable=SC2059
near() { # <status> <tolerance> <text> <text>
  printf -- "$3" >"$BATS_TEST_TMPDIR/a"
  printf -- "$4" >"$BATS_TEST_TMPDIR/b"
  run "-$1" awk -v tolerance="$2" -f "$top/ci/lib/proof/tolerance.awk" "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
}

@test "what is near: numbers with a point or an exponent, and nothing else" {
  near 0 1e-6 'a 1.0000001 b\n2e3\n' 'a 1.0 b\n2000.0\n'
  same "$output" 1e-07
  near 0 1e-6 '-.5,+1e-300|x\n' '-0.50000001,1.0000000001e-300|x\n'
  near 0 1e-6 '' ''
  near 0 1e-6 'nan inf 12345\n' 'nan inf 12345\n'
  near 1 1e-6 '12345678901\n' '12345678902\n'
  near 1 1e-6 '1.00001\n' '1.00000\n'
  near 1 1e-6 'a 1.0\n' 'b 1.0\n'
  near 1 1e-6 '1.0 a\n' '1.0\n'
  near 1 1e-6 '1.0\n' '1.0 2.0\n'
  near 1 1e-6 '1.0\n' '1.0\nx\n'
  near 1 1e-6 '1.0\nx\n' '1.0\n'
  near 1 1e-6 '1.0\n' '-1.0\n'
  near 1 1e-6 '1.0\n' 'nan\n'
  near 1 0.1 '1e999\n' '1e998\n'
  near 1 0.1 '1e308\n' '1e400\n'
  near 1 1e-6 '' '1.0\n'
}

@test "a comparing command: it decides, and is tried before it is believed" {
  noisy
  config_edit '.workloads.fast[0].tolerance = 1e-6'
  local command
  for command in true 'exit 0' 'cmp "$PGOKIT_EXPECTED" "$PGOKIT_EXPECTED"'; do
    C=$command config_edit '.benches[0].compare = env.C'
    bench 1
    same "${stderr_lines[-1]}" "pgokit bench: compare 'full_check_flow': its own command (compare) accepts an empty file for what the baseline made, so it compares nothing: $command. It has to read the files of \$PGOKIT_EXPECTED and \$PGOKIT_ACTUAL, and to fail where they differ"
  done
  config_edit '.benches[0].compare = "no-such-command"'
  bench 1
  has "$(messages)" "its own command (compare) rejects a copy of what the baseline made: no-such-command; what it said is in"
  config_edit '.benches[0].compare = "cmp \"$PGOKIT_EXPECTED\" \"$PGOKIT_ACTUAL\""'
  bench 1
  has "$(messages)" "'full_check_flow' differs in its standard output (line 2: 'x "
  config_edit '.benches[0].compare = "test \"$(cut -c 1-3 \"$PGOKIT_EXPECTED\")\" = \"$(cut -c 1-3 \"$PGOKIT_ACTUAL\")\""'
  bench 0
  same "$(messages)" ''
}

@test "a part that differs from run to run is left out, and the rest is compared" {
  noisy
  config_edit '.workloads.fast[0].tolerance = 1e-6
    | .benches[0] |= (del(.outputs) | .run = "echo $$ $(date +%N); \"$PGOKIT_BINARY\" 10 x >/dev/null")'
  bench 1
  has "$(messages)" "warning: compare 'full_check_flow': the baseline's own runs differ in its standard output, so no variant can be compared in it"
  has "$(messages)" "'full_check_flow' differs in its exit status (line 1: '1' instead of '0')"
}

# --- what a difference comes from -------------------------------------------------------------------

@test "the optimizer, the linker or the build itself: told by building the baseline again" {
  noisy
  bench 1
  has "$(messages)" "Nothing but numbers differs, by at most 1e-07 of their value. Linked by lld, as the variant is, the baseline shows what it showed before, so it is the optimizer"
  # GNU ld alone has this name of the end of the code.
  sed -i 's/^int main/extern char __etext[] __attribute__((weak));\n&/; s/"x %/"x%d %/; s/, (double)/, __etext != 0&/' main.c
  phases collect merge optimize
  bench 1
  has "$(messages)" "(line 2: 'x0 "
  has "$(messages)" 'The baseline, linked by lld as the variant is, differs as well, so it is the linker, not the optimizer'
  sed -i 's/__etext != 0/MADE/; s/^#include "noise.h"/&\n#include "made.h"/' main.c
  config_edit '.build |= "echo \"#define MADE 1$(date +%N)\" >made.h; " + .'
  phases optimize # with a profile of before
  bench 1
  has "$(messages)" 'Built once more as it is, the baseline does not show what it showed before, either: each build makes another program'
  holds -x .pgokit/tree/prog
}
