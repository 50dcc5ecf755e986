#!/usr/bin/env bats
# shellcheck disable=SC2016 # variables in single quotes are those of the commands
# workload-run --watch: which processes left no raw profile, each by the reason.

load ../helper

# A parent and two workers; the workers end as they are told, and so does the parent with `alone`.
setup_file() {
  cat >"$BATS_FILE_TMPDIR/server.c" <<'SOURCE'
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

/* From here on getppid() is forbidden: the kernel ends who asks. */
static void
forbid(void)
{
	struct sock_filter f[] = {
		{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_getppid},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
	};
	struct sock_fprog p = {4, f};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &p))
		abort();
	syscall(SYS_getppid);
}

static void *
idle(void *p)
{
	return p;
}

static void
end(const char *how, char **argv)
{
	char *none[] = {NULL}, *again[] = {argv[0], "exit", "alone", NULL};
	pthread_t t;

	if (!strcmp(how, "_exit"))
		_exit(0);
	if (!strcmp(how, "quick_exit"))
		quick_exit(0);
	if (!strcmp(how, "term"))
		raise(SIGTERM);
	if (!strcmp(how, "kill"))
		raise(SIGKILL);
	if (!strcmp(how, "seccomp"))
		forbid();
	if (!strcmp(how, "true"))
		execlp("true", "true", (char *)0);
	if (!strcmp(how, "cleared"))
		execve("/proc/self/exe", again, none);
	if (!strcmp(how, "elsewhere"))
		putenv("LLVM_PROFILE_FILE=elsewhere.profraw"), execv("/proc/self/exe", again);
	if (!strcmp(how, "discarded"))
		putenv("LLVM_PROFILE_FILE=/dev/null"), execv("/proc/self/exe", again);
	if (!strcmp(how, "daemon") && setsid() > 0)
		sleep(60);
	if (!strcmp(how, "threads"))
		pthread_create(&t, NULL, idle, NULL), pthread_join(t, NULL);
	if (!strcmp(how, "system"))
		exit(system("true"));
	if (!strcmp(how, "locked"))
		chmod(argv[3], 0500), setuid(65534);
	exit(0);
}

int
main(int argc, char **argv)
{
	if (argc > 2)
		end(argv[1], argv);
	for (int i = 0; i < 2; i++)
		if (!fork())
			end(i ? argv[1] : "exit", argv);
	if (strcmp(argv[1], "daemon"))
		while (wait(NULL) > 0)
			;
	else
		wait(NULL);
	return 0;
}
SOURCE
  "${CLANG:-clang-22}" -pthread -fprofile-generate -o "$BATS_FILE_TMPDIR/server" "$BATS_FILE_TMPDIR/server.c"
  "${CLANG:-clang-22}" -pthread -fprofile-generate -mllvm -runtime-counter-relocation -o "$BATS_FILE_TMPDIR/mapped" "$BATS_FILE_TMPDIR/server.c"
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  ln -s "$BATS_FILE_TMPDIR"/{server,mapped} .
  mkdir run
  export LLVM_PROFILE_FILE=$PWD/run/%m_%p.profraw
}

watch() { # <command> [option...]
  run --separate-stderr workload-run --watch run "${@:2}" "$1"
}

# How many ran, and who of them is lost: how, signal or folder, count.
processes() {
  jq -r '.processes | "\(.ran) ran", (.lost[] | [(.exe | sub(".*/"; "")), .how, .signal // .cwd // empty, .count] | join(" "))' <<<"$output"
}

@test "one of three that leaves no profile is told, by the reason" {
  local how what
  while read -r how what; do
    watch "./server $how"
    same "$(processes)" $'3 ran\n'"server $what"
  done <<LIST
_exit exit 1
quick_exit exit 1
term signal 15 1
kill signal 9 1
seccomp signal 31 1
cleared unset $PWD 1
elsewhere reset $PWD 1
daemon left 1
LIST
}

@test "the same of a process that no fork made, and of one that becomes another program" {
  local how what
  while read -r how what; do
    watch "./server $how alone"
    same "$(processes)" "${what//;/$'\n'}"
  done <<LIST
_exit 1 ran;server exit 1
kill 1 ran;server signal 9 1
true 1 ran;server exec 1
cleared 2 ran;server exec 1;server unset $PWD 1
LIST
}

@test "no word where all is fine, many times: the order in which they write does not matter" {
  local i
  for i in {1..30}; do
    watch './server exit'
    same "$(processes)" '3 ran'
    same "$(jq .processes.forks <<<"$output")" true
  done
  watch './server threads'
  same "$(processes)" '3 ran'
  watch './server system' # a fork that becomes another program
  same "$(processes)" '3 ran'
  watch './server discarded' # /dev/null is meant
  same "$(processes)" '2 ran'
  watch 'true'
  same "$(processes)" '0 ran'
}

@test "equal losses are one, whichever process they are of" {
  watch 'for i in 1 2 3; do ./server _exit; ./server term; done' --shell
  same "$(processes | sort)" $'18 ran\nserver exit 3\nserver signal 15 3'
}

# A child may start and end before the kernel tells of its parent's fork.
@test "none is missed, many times, whatever comes first" {
  local i
  for i in {1..20}; do
    watch 'for i in 1 2 3 4 5 6 7 8 9 10; do ./server term; done' --shell
    same "$(processes)" $'30 ran\nserver signal 15 10'
  done
}

@test "a folder that it may not write to" {
  [ "$(id -u)" = 0 ] || skip 'needs root to become another user'
  chmod a+x "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR"/.. "$BATS_TEST_TMPDIR"
  watch "./server locked alone $PWD/run"
  same "$(processes)" $'1 ran\nserver exit 1'
}

@test "continuous mode: what is killed keeps its profile" {
  export LLVM_PROFILE_FILE=$PWD/run/%c%p.profraw
  local how
  for how in kill _exit seccomp daemon true; do
    watch "./mapped $how"
    same "$(processes | tail -n +2)" ''
    watch "./mapped $how alone"
    same "$(processes)" '1 ran'
  done
  run -0 profraw-verify -q run
}

@test "of a program that llvm-bolt instrumented, each process has a file of its own" {
  local bolt how what
  bolt=$(profdata-find --tool llvm-bolt)
  "${CLANG:-clang-22}" -pthread -Wl,-q -o plain "$BATS_FILE_TMPDIR/server.c"
  "$bolt" plain -o bolted -instrument "-instrumentation-file=$PWD/run/bolt" -instrumentation-file-append-pid >/dev/null 2>&1
  while IFS='|' read -r how what; do
    run --separate-stderr workload-run --watch-bolt run "./bolted $how"
    same "$(processes)" "${what//;/$'\n'}"
  done <<LIST
exit|3 ran
_exit|3 ran;bolted exit 1
kill|3 ran;bolted signal 9 1
true alone|1 ran;bolted exec 1
daemon|3 ran;bolted left 1
kill alone|1 ran;bolted signal 9 1
LIST
  # Not those that the compiler instrumented, nor the other way round.
  run --separate-stderr workload-run --watch-bolt run './server kill'
  same "$(processes)" '0 ran'
  watch './bolted kill'
  same "$(processes)" '0 ran'
}

@test "a signal, a timeout and the exit status reach the command, and come back, as without" {
  local command with without
  for command in './server kill alone' './server _exit' 'exit 3' 'sleep 60' 'kill -USR1 $$'; do
    without=$(workload-run --timeout .5 --shell "$command" 2>/dev/null | jq -c '[.status, .signal, .timedout]') || true
    with=$(workload-run --timeout .5 --watch run --shell "$command" 2>/dev/null | jq -c '[.status, .signal, .timedout]') || true
    same "$with" "$without"
  done
}

@test "where it cannot watch it says so, and the command runs all the same" {
  watch 'touch made' --log log
  run -0 --separate-stderr workload-run --trace outer --stdout out "workload-run --watch run 'touch inside'"
  same "$(jq -c .processes out)" '{"watched":false,"reason":"Operation not permitted"}'
  holds -e inside
  run -0 --separate-stderr workload-run --watch no/such/folder 'touch beside'
  same "$(jq -c .processes <<<"$output")" '{"watched":false,"reason":"No such file or directory"}'
  holds -e beside
  run -2 --separate-stderr workload-run --watch run --trace trace true
  has "$stderr" 'usage: workload-run '
}
