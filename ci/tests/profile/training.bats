#!/usr/bin/env bats
#
# pgokit training: what is wrong with a training is found, and named.

# The variables in single quotes are those of the workloads.
# shellcheck disable=SC2016

load ../helper

# A program that counts the words of a file in one of two ways, or spins as often as its pid says.
setup() {
  mkdir -- "$BATS_TEST_TMPDIR/p"
  cd -- "$BATS_TEST_TMPDIR/p" || return
  cat >main.c <<'SOURCE'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((noinline)) static long words(FILE *f)
{
	long n = 0;
	for (int c, was = ' '; (c = getc(f)) != EOF; was = c)
		n += was == ' ' && c != ' ';
	return n;
}

__attribute__((noinline)) static long letters(FILE *f)
{
	long n = 0;
	for (int c; (c = getc(f)) != EOF;)
		n += c >= 'a' && c <= 'z';
	return n;
}

__attribute__((noinline)) static long chance(void)
{
	long n = 0;
	for (volatile long i = 0; i < 100 * (10000 + getpid() % 9973); i++)
		n += i & 1;
	return n;
}

int main(int argc, char **argv)
{
	FILE *f = argc > 2 ? fopen(argv[2], "r") : NULL;
	if (f)
		printf("%ld\n", strcmp(argv[1], "words") ? letters(f) : words(f));
	else
		fprintf(stderr, "%ld\n", chance());
	return 0;
}
SOURCE
  mkdir data
  yes 'the quick brown fox' | head -n 400 >data/a
  yes 'jumps over the lazy dog' | head -n 300 >data/b
  yes 'sphinx of black quartz' | head -n 500 >data/c
  jq -n '{
    name: "words",
    build: "$CC $CFLAGS $LDFLAGS -o prog main.c",
    binary: "prog",
    workloads: {fast: [{name: "a", run: "$PGOKIT_BINARY words data/a"}]},
    benches: [{name: "c_full_check_flow", run: "$PGOKIT_BINARY words data/c"}]
  }' >pgokit.json
}

training() { # <jq filter on pgokit.json> [option...]
  config_edit "$1"
  "$pgokit" collect >/dev/null 2>&1
  run --separate-stderr "$pgokit" training "${@:2}"
}

found() { jq -c "($1) | $plain" .pgokit/training/training.json; }

@test "a training that repeats, reaches and leaks nothing is good: exit 0" {
  training '.workloads.fast += [{name: "b", run: "$PGOKIT_BINARY words data/b", weight: 3}]'
  same "$status" 0
  has "$output" 'Nothing is wrong with it.'
  same "$(found '[.good, .leaks, .overlap_pct, .slowdown, .benches[0].reached_pct]')" '[true,[],100,null,100]'
  # Each reaches the same two functions; b has 3 times 7200 characters, a 8000.
  same "$(found '[.workloads[] | [.name, .functions, .only, (.counts_pct | round)]]')" '[["a",2,0,27],["b",2,0,73]]'
  same "$(found '.workloads | map(.without_pct > 99)')" '[true,true]'
}

@test "a file that is trained on and measured is a leak, whatever it is called: exit 1" {
  cp data/a data/copy
  training '.benches[0].run = "$PGOKIT_BINARY words data/copy"'
  same "$status" 1
  same "$(messages)" "pgokit training: look at the training: 1 file is both trained on and measured; all of it is in '$PWD/.pgokit/training/summary.md'"
  same "$(found .leaks)" '[{"workload":"a","bench":"c_full_check_flow","file":"data/copy"}]'
  has "$output" '- Trained on and measured: `data/copy`, in `a` and `c_full_check_flow`.'
  # Through a shell, and as a folder that the command does not name.
  config_edit '.benches[0] += {run: "cat <data/c | $PGOKIT_BINARY words /dev/stdin", shell: true}'
  training '.workloads.fast[0].inputs = ["data"]'
  same "$status" 1
  same "$(found '[.leaks[].file]')" '["data/c"]'
}

@test "a hot function that only a benchmark runs is a gap, by name: exit 1" {
  # What rustc would call prog::<letters>::xx...x.
  local long name
  long=$(printf 'x%.0s' {1..140})
  name="_ZN4prog16_\$LT\$letters\$GT\$140${long}17h0123456789abcdefE"
  sed -i "s/letters(/${name//\$/\\$}(/g" main.c
  training '.benches[0].run = "$PGOKIT_BINARY letters data/c"'
  same "$status" 1
  has "$(messages)" '% of c_full_check_flow is in functions that a workload ran'
  same "$(found '.benches[0] | [.reached_pct < 1, [.gaps[] | .function, .name]]')" "[true,[\"main.c;$name\",\"main.c;prog::<letters>::$long\"]]"
  has "$output" "Hot in \`c_full_check_flow\`, and not trained:

- \`main.c;prog::<letters>::${long:0:26}...${long:0:50}\` "
  run --separate-stderr "$pgokit" training --min-reached 0
  same "$status" 0
}

@test "what a workload alone reaches is said; what depends on chance is no training: exit 1" {
  training '.workloads.fast += [{name: "pid", run: "$PGOKIT_BINARY"}]'
  same "$(found '[.workloads[] | [.name, .only]]')" '[["a",1],["pid",1]]'
  same "$(found '.workloads[1] | .only_counts_pct > 50 and .without_pct < 50')" true
  # Its counts are the pid's, and not so many that the other's share vanishes: no second training is the first.
  run --separate-stderr "$pgokit" training --min-overlap 99.999999
  same "$status" 1
  has "$(messages)" 'a second training repeats only'
}

@test "the slowdown is that of the instrumented program against the baseline" {
  training .
  "$pgokit" optimize --variants baseline >/dev/null 2>&1
  run --separate-stderr "$pgokit" training
  same "$status" 0
  same "$(found '.slowdown > 0')" true
  lacks "$(messages)" 'slowdown'
}

@test "without a training, or with workloads that were not trained, there is nothing to look at: exit 2" {
  run --separate-stderr "$pgokit" training
  same "$status" 2
  same "$(messages)" "pgokit training: look at '$PWD/.pgokit': nothing was collected here; run pgokit collect first"
  "$pgokit" collect >/dev/null 2>&1
  config_edit '.workloads.fast[0].name = "other"'
  run --separate-stderr "$pgokit" training
  same "$status" 2
  has "$(messages)" 'pgokit.json has other workloads than collect ran'
  run --separate-stderr "$pgokit" training --min-reached much
  same "$(messages)" "pgokit training: --min-reached 'much': expected a percentage"
}

@test "what a command reads is found in a folder of any name" {
  mkdir 'a|x||e touch PWNED;['
  mv data 'a|x||e touch PWNED;['
  jq '.workloads.fast[0] |= (.run = "$PGOKIT_BINARY data/a data/b") | .workloads.fast[0].inputs = ["data"]' pgokit.json >edited
  mv edited pgokit.json
  PATH=$top/build/bin:$PATH PGOKIT_HOME=$top run -0 bash -c 'set -euo pipefail
    . "$PGOKIT_HOME/ci/lib/lib.sh"; use project
    config_load
    work=$PWD tree="$PWD/a|x||e touch PWNED;["
    mkdir training.new
    inputs_of "$(config_workloads fast | head -n 1)"'
  same "$output" "$(
    cd a*
    sha256sum data/{a,b,c} | sed 's/  /\t/'
  )"
}

@test "what drives the program is no input, unless for the same command; a dot is no folder" {
  printf '%s\n' '#!/bin/sh' '"$@"' >drive
  printf '%s\n' 'export A=1' >settings
  chmod +x drive
  training '.workloads.fast[0] += {shell: true, run: ". ./settings; sh drive \"$PGOKIT_BINARY\" words data/a ."}
    | .benches[0] += {shell: true, run: ". ./settings && ./drive $PGOKIT_BINARY words data/c ."}'
  same "$status" 0
  same "$(found .leaks)" '[]'
  # Given to the program itself, a script is what it reads.
  training '.workloads.fast[0] = {name: "a", run: "$PGOKIT_BINARY words drive ."} | .benches[0] = {name: "c_full_check_flow", run: "$PGOKIT_BINARY words ./drive ."}'
  same "$(found '[.leaks[].file]')" '["drive"]'
  training '.workloads.fast[0] = {name: "a", run: "timeout 9 sh ./drive $PGOKIT_BINARY words --in=data/a"} | .benches[0].run = .workloads.fast[0].run'
  same "$(found '[.leaks[].file] | sort')" '["data/a","drive"]'
}
