#!/usr/bin/env bats
# shellcheck disable=SC2016 # variables in single quotes are those of the commands
# workload-run --trace: which programs a command started, and how each of its processes ended.

load ../helper

# A program for each way to start another one; `threads` ends with 3 only if its threads are done.
setup_file() {
  cat >"$BATS_FILE_TMPDIR/start.c" <<'SOURCE'
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *words[] = {"true", "started", NULL};
static int done[8];

static void *
run(void *p)
{
	usleep(1000);
	*(int *)p = 1;
	return NULL;
}

static void *
become(void *p)
{
	execv("/bin/true", words);
	return p;
}

int
main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	pthread_t t[8];
	pid_t pid = 0;

	if (!strcmp(how, "threads")) {
		for (int i = 0; i < 8; i++)
			pthread_create(&t[i], NULL, run, &done[i]);
		for (int i = 0; i < 8; i++)
			pthread_join(t[i], NULL);
		return done[0] + done[3] + done[7];
	}
	if (!strcmp(how, "thread-exec")) {
		pthread_create(&t[0], NULL, become, NULL);
		pthread_join(t[0], NULL);
		return 1;
	}
	if (!strcmp(how, "main-thread-ends")) {
		pthread_create(&t[0], NULL, run, &done[0]);
		pthread_exit(NULL);
	}
	if (!strcmp(how, "vfork") && !(pid = vfork())) {
		execv("/bin/true", words);
		_exit(1);
	}
	if (!strcmp(how, "spawn") && posix_spawn(&pid, "/bin/true", NULL, NULL, words, NULL))
		return 1;
	if (!strcmp(how, "daemon")) {
		if (!fork()) {
			setsid();
			if (!fork())
				execl("/bin/sleep", "sleep", "300", NULL);
			_exit(0);
		}
		wait(NULL);
		usleep(300000);
		return 0;
	}
	return waitpid(pid, NULL, 0) != pid;
}
SOURCE
  cc -pthread -o "$BATS_FILE_TMPDIR/start" "$BATS_FILE_TMPDIR/start.c"
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  ln -s "$BATS_FILE_TMPDIR/start" start
}

# The programs of the trace by name, each with what it was called with.
programs() {
  jq -r 'select(.argv) | "\(.exe | sub(".*/"; "")): \(.argv | join(" "))"' trace
}

# Whether each process that began has ended, and the last line agrees with those before it.
complete() {
  jq -es '.[-1].traced and .[-1].execs == (map(select(.argv)) | length)
    and .[-1].processes == (map(select(has("exit") or has("signal"))) | length)
    and (map(select(.argv).pid) - map(select(has("exit") or has("signal")).pid)) == []' trace
}

@test "the command, a chain of execs and a shell's children are seen, with folder, words and parents" {
  mkdir dir
  run -0 --separate-stderr workload-run --trace trace -C dir --shell 'env A=1 sh -c "ls \"a b\"; exit 3" | cat; exit 0'
  same "$stderr" ''
  same "$(jq .traced <<<"$output")" true
  # Other shells start other processes.
  [ "$(readlink -f /bin/sh)" != /usr/bin/dash ] || same "$(programs | LC_ALL=C sort)" 'cat: cat
dash: sh -c env A=1 sh -c "ls \"a b\"; exit 3" | cat; exit 0
dash: sh -c ls "a b"; exit 3
env: env A=1 sh -c ls "a b"; exit 3
ls: ls a b'
  complete
  jq -es --arg dir "$PWD/dir" '(map(select(.argv and .argv[0] == "ls"))[0]) as $ls
    | $ls.cwd == $dir and ($ls.exe | startswith("/"))
    and any(.[]; .argv and .pid == $ls.ppid and .argv[2] == "ls \"a b\"; exit 3")
    and any(.[]; .pid == $ls.pid and .exit == 2)
    and any(.[]; .pid == $ls.ppid and .exit == 3)' trace
}

@test "threads, vfork and posix_spawn are followed; a thread that becomes a program is one" {
  run -1 workload-run --trace trace './start threads'
  same "$(jq .status <<<"${lines[-1]}")" 3
  same "$(programs)" "start: ./start threads"
  jq -es '.[-1] == {traced: true, execs: 1, processes: 1} and .[1].exit == 3' trace
  local how
  for how in vfork spawn; do
    workload-run --trace trace "./start $how"
    same "$(programs)" "start: ./start $how"$'\n'"true: true started"
    complete
    jq -es '.[1].ppid == .[0].pid' trace
  done
  workload-run --trace trace './start thread-exec'
  same "$(programs)" $'start: ./start thread-exec\ntrue: true started'
  jq -es '.[-1] == {traced: true, execs: 2, processes: 1}' trace
  workload-run --trace trace './start main-thread-ends'
  complete
}

@test "a daemon is named, with who made it, as one that was left behind, and is ended" {
  workload-run --trace trace './start daemon'
  complete
  jq -es '(map(select(.argv and .argv[0] == "sleep"))[0]) as $sleep
    | map(select(.pid == $sleep.pid and .left and .signal == 9)) | length == 1' trace
  run ! pgrep -f '^sleep 300$'
  workload-run --trace trace --shell 'setsid sleep 301 & sleep 302 & sleep .2'
  complete
  same "$(jq -s 'map(select(.left)) | length' trace)" 2
  run ! pgrep -f '^sleep 30[12]$'
}

@test "exit status and signal stay what they are without a trace" {
  local command with without
  for command in 'exit 7' 'kill -9 $$' 'kill -SEGV $$' 'kill -TERM $$' 'trap "exit 5" USR1; kill -USR1 $$' \
    'sh -c "kill -ABRT \$\$"; exit $?' 'true &  wait'; do
    without=$(workload-run --shell "$command" 2>/dev/null | jq -c '[.status, .signal, .timedout]') || true
    with=$(workload-run --trace trace --shell "$command" 2>/dev/null | jq -c '[.status, .signal, .timedout]') || true
    same "$with" "$without"
    complete
  done
  run -1 workload-run --trace trace ./none
  same "$(jq -c '[.status, .traced]' <<<"${lines[-1]}")" '[127,true]'
  jq -es '.[-1].execs == 0' trace
}

@test "SIGSTOP and SIGCONT do what they do without a trace" {
  cat >script <<'END'
set -m
(while :; do echo >>ticks; sleep .01; done) &
until [ -s ticks ]; do sleep .01; done
kill -STOP $!
wait $!
[ $? -eq $((128 + 19)) ] || exit 1
stopped=$(wc -l <ticks)
sleep .1
[ "$(wc -l <ticks)" -eq "$stopped" ] || exit 2
kill -CONT $!
until [ "$(wc -l <ticks)" -gt "$stopped" ]; do sleep .01; done
kill $!
wait $!
[ $? -eq 143 ]
END
  timeout 20 workload-run --trace trace 'bash script'
  complete
  jq -es 'any(.[]; .argv[0]? == "sleep")' trace
}

@test "the timeout, a signal and --hold reach what is traced" {
  run -1 --separate-stderr timeout 20 workload-run --trace trace --timeout .3 --shell 'setsid sleep 303 & ./start daemon; sleep 304'
  same "$(jq -c '[.timedout, .signal, .traced]' <<<"$output")" '[true,9,true]'
  complete
  run ! pgrep -f '^sleep 30[034]$'
  touch hold
  run -1 --separate-stderr timeout 20 workload-run --trace trace --hold hold --timeout .5 'sleep 305'
  has "$stderr" ": stopped at its timeout after 0."
  env --default-signal setsid workload-run --trace trace --shell 'setsid sleep 306 & sleep 307' 3>&- &
  until pgrep -f '^sleep 306$' && pgrep -f '^sleep 307$'; do sleep .05; done
  kill -TERM "$!"
  wait "$!" || true
  run ! pgrep -f '^sleep 30[67]$'
}

@test "a parallel make is traced as a whole, each compile line with its source" {
  printf 'int f%s(void) { return 0; }\n' a b c d | split -l 1 - src.
  for file in src.a?; do mv "$file" "$file.c"; done
  printf 'all: src.aa.o src.ab.o src.ac.o src.ad.o\n' >Makefile
  workload-run --trace trace --log log 'make -j4 CFLAGS="-O2 -DX=\\\"y\\ z\\\""'
  complete
  holds "$(jq -r 'select(.argv and (.exe | endswith("/cc1") or endswith("/clang"))
    and (.argv | index("src.ac.c"))) | .argv | join(" ")' trace | grep -c -- '-D *X="y z"')" -ge 1
  same "$(jq -r 'select(.argv and (.argv[0] == "cc") and (.argv | index("-c"))) | .argv[-1]' trace | sort | tr '\n' ' ')" 'src.aa.c src.ab.c src.ac.c src.ad.c '
}

@test "hostile words are valid JSON, and what is cut says so" {
  local bytes=$'\xff\xc3\x28 \x01\e[31m "\\ \n\u202e\xe2\x80'
  X=$bytes workload-run --trace trace --shell '/bin/true "$X" ""; /bin/true'
  jq -es --arg want $'\ufffd\ufffd( \x01\e[31m "\\ \n\u202e\ufffd\ufffd' '
    map(select(.argv[0]? == "/bin/true").argv) == [["/bin/true", $want, ""], ["/bin/true"]]' trace
  X=$(head -c 120000 /dev/zero | tr '\0' x) workload-run --trace trace --shell '/bin/true "$X" "$X" ""; /bin/true "$X" "$X" "$X"'
  jq -es 'map(select(.argv[0]? == "/bin/true")) | length == 2 and all(.[]; .cut
    and .argv[0:1] == ["/bin/true"] and (.argv[1] | length) == 120000
    and (.argv[2] | length) == 131072 - 120000 - 11 and (.argv | length) == 3)' trace
}

@test "a trace that cannot be is said, and the command runs all the same" {
  run -2 --separate-stderr workload-run --trace no/such/trace true
  same "$stderr" "workload-run: open 'no/such/trace': No such file or directory"
  # What is traced already cannot be traced by another.
  run -0 --separate-stderr workload-run --trace outer --log log "workload-run --trace inner 'touch made'"
  holds -e made
  jq -es '.[-1] | .traced == false and .execs == 0
    and .reason == "it cannot be traced: Operation not permitted"' inner
  jq -es '.[-1].traced' outer
  grep -qx "workload-run: trace 'touch made': it cannot be traced: Operation not permitted" log
  jq -Re 'fromjson? | .status == 0 and .traced == false and .reason == "it cannot be traced: Operation not permitted"' log
  run -0 --separate-stderr workload-run --trace /dev/full true
  same "$(jq -c .traced <<<"$output")" false
  same "$stderr" "workload-run: trace 'true': its records cannot be written: No space left on device"
}
