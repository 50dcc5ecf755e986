#!/usr/bin/env bats
# profraw-verify on what compilers really write, and on damage.

load helper

CLANG=${CLANG:-clang-22}
PROFDATA=${PROFDATA:-llvm-profdata-22}

# Builds a program of prog.c; the rest are flags.
build() { # <name> <flag>...
  "$CLANG" -O1 -o "$BATS_FILE_TMPDIR/$1" "${@:2}" "$BATS_FILE_TMPDIR/prog.c"
}

# Runs a program of setup_file; the profile goes to the pattern.
collect() { # <pattern> <name> <argument>...
  LLVM_PROFILE_FILE=$1 "$BATS_FILE_TMPDIR/$2" "${@:3}"
}

setup_file() {
  cat >"$BATS_FILE_TMPDIR/prog.c" <<'EOF'
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static int inc(int x) { return x + 1; }
static int dbl(int x) { return x * 2; }
static int never(int x) { return x ^ 1; }
int (*tab[])(int) = {inc, dbl, never};
__attribute__((noinline)) int apply(int i, int x) { return tab[i % 2](x); }
__attribute__((noinline)) void copy(char *d, const char *s, size_t n) { memcpy(d, s, n); }
int main(int argc, char **argv)
{
	char a[256] = "x", b[256];
	int s = 0, n = atoi(argv[1]);
	if (argc > 2 && !strcmp(argv[2], "fork") && fork())
		wait(0);
	for (int i = 0; i < n; i++) {
		s += apply(i, i);
		copy(b, a, (size_t)(i % 200));
	}
	if (argc > 2 && !strcmp(argv[2], "kill"))
		_exit(0);
	return s == -1;
}
EOF
  build ir -fprofile-generate
}

setup() {
  cd "${BATS_TEST_TMPDIR:?}" || return
}

# The columns of the only line of output without file (2), binary id (11).
columns() {
  printf '%s\n' "${lines[0]}" | cut -f 1,3-10,12
}

@test "a whole profile is ok, its counters are told" {
  collect p.profraw ir 10
  run --separate-stderr profraw-verify p.profraw
  [ "$status" -eq 0 ]
  [ "$stderr" = "" ]
  [ "$(columns)" = $'ok\t10\tIR\t6\t5\t12\t6\t41\t2\t-' ]
  [ "${#lines[@]}" -eq 1 ]
}

@test "functions and sum are those that llvm-profdata tells" {
  collect p.profraw ir 10
  "$PROFDATA" show --all-functions --counts p.profraw >shown
  run profraw-verify --json p.profraw
  [ "$(jq .files[0].functions <<<"$output")" = "$(sed -n 's/^Total functions: //p' shown)" ]
  sum=$(sed -n 's/.*Block counts: \[\(.*\)\]/\1/p' shown | tr , '\n' | awk '{ s += $1 } END { print s }')
  [ "$(jq .files[0].sum <<<"$output")" = "$sum" ]
}

@test "a killed process leaves an empty file, which is bad" {
  collect p.profraw ir 10 kill
  run --separate-stderr -1 profraw-verify p.profraw
  [ "${lines[0]}" = $'empty\tp.profraw\t-\t-\t-\t-\t-\t-\t-\t-\t-\theader: 0 bytes at offset 0' ]
  [ "$stderr" = "profraw-verify: read 'p.profraw': empty: header: 0 bytes at offset 0; the program was killed or left by _exit() before it wrote; let it end by itself, or use continuous mode (%c)" ]
}

@test "two profiles of a fork are read, a function counts once in the total" {
  collect p.profraw ir 10 fork
  run profraw-verify --json p.profraw
  [ "$status" -eq 0 ]
  [ "$(jq -c '[.files[0].profiles, .files[0].functions, .total.functions, .total.functions_hit]' <<<"$output")" = "[2,12,6,5]" ]
}
