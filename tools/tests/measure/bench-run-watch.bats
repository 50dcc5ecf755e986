#!/usr/bin/env bats
# shellcheck disable=SC2016 # what stands in single quotes is for the benchmarks' shell and jq
# bench-run: whether each arm executes its program is seen; no arm finds what another has left; the
# canary's program is what is slow.

load ../helper
load bench-run

# Two programs that say that they have begun and work: for some milliseconds, head three times as
# long. "again" makes head execute itself once more.
setup_file() {
  cat >"$BATS_FILE_TMPDIR/work.c" <<'SOURCE'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	long n = (argc > 1 ? atol(argv[1]) : 1) * 300000 * TIMES;

	puts("begun");
	fflush(stdout);
	if (TIMES > 1 && argc > 2 && !strcmp(argv[2], "again"))
		execl("/proc/self/exe", argv[0], argv[1], "last", NULL);
	for (volatile long i = 0; i < n; i++)
		;
	return 0;
}
SOURCE
  cd "$BATS_FILE_TMPDIR" || return
  mkdir -p base head
  cc -DTIMES=1 -o base/work work.c
  cc -DTIMES=3 -o head/work work.c
  cc -DTIMES=1 -static -o static-work work.c
  echo 'int unused;' >library.c
  cc -shared -fPIC -o base/library.so library.c
  echo 'int unused = 1;' >library.c
  cc -shared -fPIC -o head/library.so library.c
}

# Measures a benchmark as a gate does; the receipt is r.json, exit status that of bench-compare.
gate() { # <run> [prepare] [option of bench-run instead of --decide...]
  local how=("${@:3}")
  [ $# -gt 2 ] || how=(--decide --match x --rounds 30)
  jq -n --arg in "$BATS_FILE_TMPDIR" --arg run "$1" --arg prepare "${2-}" '
    def arm($name; $folder; $role): {$name, $role, binary: "\($in)/\($folder)/\($program)"};
    {arms: [arm("base"; "base"; "base"), arm("head"; "head"; "cand"), arm("control"; "base"; "control"),
        arm("canary"; "base"; "canary") + {slow_pct: 40}],
      benches: [{name: "x", $run, shell: true} + (if $prepare == "" then {} else {$prepare} end)]}
  ' --arg program "${PROGRAM:-work}" >plan.json
  rm -rf "$BATS_TEST_TMPDIR/own"
  mkdir -p tree
  bench-run -C tree --plan plan.json --own "$BATS_TEST_TMPDIR/own" --warmup 1 "${how[@]}" -o r.json >medians || true
  bench-compare --match x --max-undetected 5 r.json
}

seen() { # <jq expression on what was seen of all arms>
  jq -e ".benches[0].seen | $1" r.json
}

# A benchmark by what it pretends, its command, its prepare, and why it is refused.
tricks() {
  cat <<'TABLE'
never runs it|sleep .01||it does not execute the program of 'base', only dash, sleep
keeps its result in the folder|[ -f kept ] \|\| $PGOKIT_BINARY >kept; cat kept||it executes the program of 'base' in a first run, but not in the next, as where a result is kept
keeps its result in HOME|[ -f ~/kept ] \|\| $PGOKIT_BINARY >~/kept; cat ~/kept||it executes the program of 'base' in a first run, but not in the next, as where a result is kept
takes the file of another arm|[ -f $SHARED ] \|\| $PGOKIT_BINARY >$SHARED; cat $SHARED||it executes the program of 'base' in a first run, but not in the next, as where a result is kept
runs it in the background|rm -f $TMPDIR/s; $PGOKIT_BINARY 3000 >$TMPDIR/s & until [ -s $TMPDIR/s ]; do :; done||the program of 'base' still ran when the command had ended (
runs a copy made at the first prepare|./copy|cp -n $PGOKIT_BINARY copy|it does not execute the program of 'head', only dash, copy
runs a copy that the first arm made|[ -f copy ] \|\| cp $PGOKIT_BINARY copy; ./copy||it does not execute the program of 'head', only dash, copy
swallows that there is none|$PGOKIT_BINARY.gone \|\| true||it does not execute the program of 'base', only dash
asks a daemon that serves all arms|echo go >$DAEMON; read -r answer <$ANSWERS||it does not execute the program of 'base', only dash
runs what is installed|work||it does not execute the program of 'head', only dash, work
runs it more often in one arm|case $PGOKIT_BINARY in */base/*) $PGOKIT_BINARY ;; esac; $PGOKIT_BINARY||it executes the program 2 times as 'base', 1 times as 'head'
runs it in one arm alone|case $PGOKIT_BINARY in */base/*) $PGOKIT_BINARY ;; *) echo begun ;; esac||it does not execute the program of 'head', only dash
only reads it|cat $PGOKIT_BINARY >$TMPDIR/c||it does not execute the program of 'base', only dash, cat
TABLE
}

@test "a benchmark that does not run its program as it seems to is refused: exit 4" {
  export SHARED=$PWD/shared DAEMON=$PWD/daemon ANSWERS=$PWD/answers
  mkfifo daemon answers
  "$BASH" -c 'while read -r ask; do "$1"; done <>daemon 1<>answers' - "$BATS_FILE_TMPDIR/base/work" 3>&- &
  local daemon=$! what command prepare why n=0 sh
  mkdir installed
  cp "$BATS_FILE_TMPDIR/base/work" installed
  sh=$(readlink -f /bin/sh)
  while IFS= read -r row; do
    row=${row//\\|/$'\a'}
    IFS='|' read -r what command prepare why <<<"$row"
    rm -rf tree shared
    PATH=$PWD/installed:$PATH run -4 --separate-stderr gate "${command//$'\a'/|}" "$prepare"
    echo "$what"
    has "$output" "invalid: ${why//dash/${sh##*/}}"
    has "$stderr" "bench-run: measure benchmark 'x': ${why//dash/${sh##*/}}"
    jq -e '.benches[0].order == []' r.json # nothing was measured
    n=$((n + 1))
  done < <(tricks)
  kill "$daemon"
  same "$n" 13
}

@test "of many that do not run their program ten are named, and always the one that ends it" {
  gate '$PGOKIT_BINARY' '' --rounds 2 || true # for its plan
  jq '.benches = [("y\(range(11))", "x") | {name: ., run: "sleep .001"}]' plan.json >many.json
  run --separate-stderr -1 bench-run -C tree --plan many.json --warmup 1 --decide --match x --rounds 2 -o r.json
  same "$(grep -c "measure benchmark 'y" <<<"$stderr")" 10
  has "${stderr_lines[-2]}" "measure benchmark 'x': it does not execute the program"
  same "${stderr_lines[-1]}" 'bench-run: measure benchmarks that cannot be believed: and 1 more'
}

@test "a program whose time does not count in its benchmark hides the canary, and nothing passes" {
  run --separate-stderr gate '$PGOKIT_BINARY & sleep .05; wait' '' --rounds 20
  seen 'all(.runs == [1, 1] and .left == null)'
  holds "$status" -ge 3
  run --separate-stderr gate 'timeout .05 $PGOKIT_BINARY 3000 || true' '' --rounds 20
  seen 'all(.runs == [1, 1] and .left == null)'
  holds "$status" -ge 3
}

@test "whatever way it is run, the executions that a benchmark makes of its program are counted" {
  local loader
  while IFS='|' read -r n command; do
    rm -rf tree
    gate "$command" '' --rounds 1 || true
    echo "$command: $(jq -c '.benches[0].seen' r.json)"
    seen "all(.runs == [$n, $n] and .left == null)"
  done <<'TABLE'
1|$PGOKIT_BINARY
1|exec env A=1 $PGOKIT_BINARY 1 >/dev/null
3|for i in 1 2 3; do $PGOKIT_BINARY; done | cat
2|$PGOKIT_BINARY & $PGOKIT_BINARY; wait
1|(setsid $PGOKIT_BINARY); :
1|ln -sf $PGOKIT_BINARY $TMPDIR/link; $TMPDIR/link
1|$PGOKIT_BINARY 1 again
1|cp $PGOKIT_BINARY beside && ./beside
TABLE
  # Through the loader, or into the memory of another program.
  loader=/lib64/ld-linux-x86-64.so.2
  gate "$loader \$PGOKIT_BINARY" '' --rounds 1 || true
  seen 'all(.runs == [1, 1])'
  PROGRAM=library.so gate 'LD_PRELOAD=$PGOKIT_BINARY sleep .01; true' '' --rounds 1 || true
  seen 'all(.runs == [1, 1])'
  PROGRAM=library.so run -4 gate 'sleep .01'
  like "$output" "*it does not execute the program of 'base', only *sleep*"
}

@test "a script is executed by its name or by an interpreter that gets it" {
  program one <<<'exit 0'
  program two <<<'exit 0 # two'
  for command in '$PGOKIT_BINARY' 'sh $PGOKIT_BINARY' 'sh -e $PGOKIT_BINARY x'; do
    jq -n --arg run "$command" '{arms: [{name: "a", binary: "./one"}, {name: "b", binary: "./two"}],
      benches: [{name: "x", $run}]}' >p.json
    bench-run --plan p.json --rounds 1 --warmup 1 -o r.json
    seen 'all(.runs == [1, 1])'
  done
  jq '.benches[0].run = "sh -c : $PGOKIT_BINARY"' p.json >q.json
  run --separate-stderr -1 bench-run --plan q.json --rounds 1 -o r.json
  starts "$stderr" "bench-run: measure benchmark 'x': it does not execute the program of 'a', only "
}

@test "where nothing can be traced nothing is believed" {
  gate '$PGOKIT_BINARY' '' --rounds 1 || true
  workload-run --trace trace --log log 'bench-run -C tree --plan plan.json --rounds 1 -o r.json' || true
  jq -e '.benches[0] | .order == [] and (.seen | all(.untraced
    == "ptrace: Operation not permitted (a container has to be started with --cap-add SYS_PTRACE)"))' r.json
  run -4 bench-compare --match x r.json
  has "$output" "invalid: whether 'base' executes its program cannot be seen: ptrace: Operation not permitted"
  # What fails by itself is told as ever.
  gate 'grep -q "^TracerPid:.0$" /proc/self/status && $PGOKIT_BINARY' '' --rounds 1 2>said || true
  seen 'all(.untraced == "it fails when it is traced: exit status 1")'
  run --separate-stderr -4 gate '$PGOKIT_BINARY; echo why >&2; exit 3' '' --rounds 1
  like "$stderr" "bench-run: run '*; exit 3' of benchmark 'x', arm 'base': exit status 3"$'\n'"bench-run:   it said: why"$'\n*'
}

@test "each arm has a HOME and a TMPDIR of its own, and a folder where files are left" {
  export XDG_CACHE_HOME=$PWD/cache TMP=$PWD
  gate 'echo "$HOME $TMPDIR ${XDG_CACHE_HOME-none} $TMP $PGOKIT_BINARY" >>$LOG; $PGOKIT_BINARY; touch $HOME/x $TMPDIR/x' '' --rounds 2 || true
  LOG=$PWD/log gate 'echo "$HOME $TMPDIR ${XDG_CACHE_HOME-none} $TMP" >>$LOG; $PGOKIT_BINARY' '' --rounds 2 || true
  same "$(sort -u log | wc -l)" 4
  same "$(cut -d ' ' -f 1 log | sort -u | wc -l)" 4
  awk '$2 != $4 || $3 != "none" { exit 1 }' log
  same "$(ls -d "$BATS_TEST_TMPDIR"/bench-run.* 2>/dev/null)" ''
  holds ! -e own
  jq -e '.benches[0] | .leaves == [] and .shared == null' r.json
  # A file with its version, as a program's cache has it, which a run of another version makes anew.
  LOG=$PWD/builds run --separate-stderr gate '[ "$(cat cache 2>/dev/null)" = "$PGOKIT_BINARY" ] || { echo "$PGOKIT_BINARY" | tee cache >>$LOG; }
    $PGOKIT_BINARY' '' --rounds 4
  has "$stderr" "bench-run: benchmark 'x' leaves 'cache' in its folder, so each arm runs in a copy of it"
  jq -e '.benches[0] | .leaves == ["cache"] and (.order | length) == 4' r.json
  holds "$(wc -l <builds)" -le 8 # twice each, not once a round
}

@test "what reaches the shared folder all the same is refused" {
  HERE=$PWD/tree run --separate-stderr -4 gate '$PGOKIT_BINARY; echo x >>$HERE/log'
  has "$output" "invalid: it changes 'log', which all arms share"
  # Without a place for copies nobody looks.
  bench-run -C tree --plan plan.json --rounds 1 -o r.json >medians
  jq -e '.benches[0].leaves == null' r.json
}

@test "the canary's program is what is slow, by the clock that is judged" {
  gate '$PGOKIT_BINARY 20' '' --rounds 1 || true
  jq '.arms[3].slow_pct = 300' plan.json >p.json
  bench-run -C tree --plan p.json --rounds 8 -o r.json >medians
  jq -e '.arms | map(.slowed) == [null, null, null, "program"] and .[3].sha256 == .[0].sha256' r.json
  jq -e '.benches[0] | .burn_s[3] as $lost | $lost > 0 and .sha256[3] == .sha256[0]
    and (.samples | (.canary.wall_s | min) > (.base.wall_s | min) * 2)' r.json
  # A static program, twice in a run, by its CPU time; a library; what cannot be slowed itself.
  jq -n --arg in "$BATS_FILE_TMPDIR" '{arms: [{name: "a", role: "base", binary: "\($in)/static-work"},
      {name: "b", role: "canary", slow_pct: 300, binary: "\($in)/static-work"}],
    benches: [{name: "x", run: "sh -c \"$PGOKIT_BINARY 5; $PGOKIT_BINARY 5\"", metric: "cpu"}]}' >p.json
  bench-run --plan p.json --rounds 5 --warmup 2 -o r.json >medians
  jq -e '.arms[1].slowed == "program" and (.benches[0] | .burn_s[1] as $lost
    | .samples | map_values([.user_s, .sys_s] | transpose | map(add) | min) | .b > $lost * .8 and .b < $lost * 3 + .b / 2)' r.json
  jq --arg in "$BATS_FILE_TMPDIR" '.arms[].binary = "\($in)/base/library.so" | .benches[0].run = "env LD_PRELOAD=$PGOKIT_BINARY sleep .01"
    | .benches[0].metric = "wall"' p.json >q.json
  bench-run --plan q.json --rounds 3 --warmup 1 -o r.json >medians
  jq -e '.arms[1].slowed == "program" and (.benches[0] | .samples.b.wall_s | all(. > .035))' r.json
  program script <<<'exit 0'
  jq '.arms[].binary = "./script" | .benches[0].run = "$PGOKIT_BINARY"' p.json >q.json
  bench-run --plan q.json --rounds 3 --warmup 1 -o r.json >medians
  jq -e '.arms[1].slowed == "it is no x86-64 ELF file" and (.benches[0] | .burn_s[1] > 0)' r.json
}
