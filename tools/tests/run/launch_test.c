/* Commands run, timed, and stopped. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#ifdef __linux__
#include <sys/personality.h>
#endif
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "run/launch.h"

static char dir[] = "/tmp/proc_test.XXXXXX";

static struct outcome
runin(const char *text, bool shell, double timeout_s, int out)
{
	struct outcome o = {0};
	struct command c;
	const char *why;
	struct run r = {.command = &c, .out = out, .err = -1, .timeout_s = timeout_s};

	CHECK(commandparse(&c, text, shell, &why));
	CHECK(procrun(&r, &o));
	commandrelease(&c);
	return o;
}

static void
testoutcomes(void)
{
	struct outcome o = runin("true", false, 0, -1);

	CHECKINT(o.status, 0);
	CHECKSTR(outcometext(&o), "");
	CHECK(o.wall_s > 0 && o.wall_s < 60);
	CHECK(o.maxrss_kb > 100);
	o = runin("exit 7", true, 60, -1);
	CHECKINT(o.status, 7);
	CHECKSTR(outcometext(&o), "exit status 7");
	o = runin("kill -SEGV $$", true, 60, -1);
	CHECKINT(o.status, 128 + SIGSEGV);
	CHECKINT(o.signal, SIGSEGV);
	CHECKSTR(outcometext(&o), "killed by signal 11 (Segmentation fault)");
	o = runin("/nowhere/at-all", false, 60, -1);
	CHECKINT(o.execerr, ENOENT);
	CHECKSTR(outcometext(&o), "cannot be started: No such file or directory");
	o = runin("/tmp", false, 60, -1);
	CHECKSTR(outcometext(&o), "cannot be started: Permission denied");
}

/* CPU time is that of the command and of the children it waited for. */
static void
testusage(void)
{
	const char *spin = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done";
	char nested[256];
	struct outcome o, p;

	snprintf(nested, sizeof(nested), "(%s); :", spin);
	o = runin(spin, true, 60, -1);
	p = runin(nested, true, 60, -1);
	CHECK(o.user_s > .001 && o.user_s + o.sys_s < o.wall_s * 1.1 + .01);
	CHECK(p.user_s + p.sys_s > (o.user_s + o.sys_s) / 5);
	o = runin("sleep .05", false, 60, -1);
	CHECK(o.wall_s >= .05);
	CHECK(o.user_s + o.sys_s < .05);
	CHECK(o.nvcsw > 0);
}

/* A container may forbid it; else the command must see that its addresses are fixed. */
static void
testfixed(void)
{
#ifdef __linux__
	char path[] = "/tmp/proc_test_fixed.XXXXXX", text[16] = "";
	char *argv[] = {"cat", "/proc/self/personality", NULL};
	int fd = mkstemp(path), now = personality(0xffffffff);
	struct command c = {.argv = argv};
	struct run r = {.command = &c, .out = fd, .err = -1, .fixed = true};
	struct outcome o;

	CHECK(procrun(&r, &o) && !o.status);
	if (personality((unsigned long)now | ADDR_NO_RANDOMIZE) >= 0) {
		personality((unsigned long)now);
		CHECK(pread(fd, text, sizeof(text) - 1, 0) > 0);
		CHECK(strtoul(text, NULL, 16) & ADDR_NO_RANDOMIZE);
		CHECK(!(personality(0xffffffff) & ADDR_NO_RANDOMIZE) || now & ADDR_NO_RANDOMIZE);
	}
	close(fd);
	unlink(path);
#endif
}

/* Standard input is empty, no descriptor leaks in, output goes where it should. */
static void
testdescriptors(void)
{
	char text[64];
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	ssize_t n;

	if (fd < 0) {
		char path[64];

		snprintf(path, sizeof(path), "%s/out", dir);
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		unlink(path);
	}
	runin("cat; echo $(ls /proc/self/fd | wc -l) err >&2; printf done", true, 60, fd);
	n = pread(fd, text, sizeof(text) - 1, 0);
	text[n < 0 ? 0 : n] = '\0';
	CHECKSTR(text, "done");
	close(fd);
}

/* Gone, or dead and only not yet reaped by whoever inherited it. */
static bool
ended(pid_t pid)
{
	char path[64], text[256] = "";
	int fd;

	for (int i = 0; i < 200; i++) {
		const char *state;

		snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return true;
		if (read(fd, text, sizeof(text) - 1) < 0)
			text[0] = '\0';
		close(fd);
		state = strrchr(text, ')');
		if (state && (state[2] == 'Z' || state[2] == 'X'))
			return true;
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	return false;
}

/* The process ids that a command printed, all of which must be gone. */
static int
allended(int fd)
{
	char text[256];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	int count = 0;

	text[n < 0 ? 0 : n] = '\0';
	for (char *p = strtok(text, " \n"); p; p = strtok(NULL, " \n")) {
		CHECK(isdigit((unsigned char)*p) && ended((pid_t)strtol(p, NULL, 10)));
		count++;
	}
	return count;
}

static void
testtimeout(void)
{
	char path[] = "/tmp/proc_test_out.XXXXXX";
	int fd = mkstemp(path);
	struct outcome o;

	/* The command, its child, and the child's child: all of the group. */
	o = runin("(sleep 300 & echo $!; wait) & echo $! $$; wait", true, .3, fd);
	CHECK(o.timedout);
	CHECKINT(o.signal, SIGKILL);
	CHECK(!strncmp(outcometext(&o), "stopped at its timeout after ", 29));
	CHECKINT(allended(fd), 3);

	/* What a command leaves behind when it ends by itself goes, too. */
	CHECK(fd >= 0 && !ftruncate(fd, 0) && !lseek(fd, 0, SEEK_SET));
	o = runin("sleep 300 & echo $!", true, 60, fd);
	CHECKINT(o.status, 0);
	CHECK(!o.timedout);
	CHECK(allended(fd) == 1);
	close(fd);
	unlink(path);
}

/* Who starts us may have blocked SIGCHLD: the end of a command must be seen all the same. */
static void
testblocked(void)
{
	sigset_t chld, was;
	struct outcome o;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &was);
	o = runin("sleep .05", false, 20, -1);
	sigprocmask(SIG_SETMASK, &was, NULL);
	CHECK(!o.timedout && o.wall_s < 10);
}

/* A signal to the caller ends its command first, whichever of the two it hits. */
static void
testsignals(void)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGKILL};

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		char path[] = "/tmp/proc_test_sig.XXXXXX", text[2];
		int fd = mkstemp(path), status = 0;
		pid_t pid = fork();

		if (!pid) {
			for (size_t k = 0; k < 3; k++)
				signal(signals[k], SIG_DFL);
			runin("echo $$; exec sleep 300", true, 600, fd);
			_exit(0);
		}
		for (int k = 0; k < 500 && pread(fd, text, 1, 0) != 1; k++)
			nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
		kill(pid, signals[i]);
		CHECKINT(waitpid(pid, &status, 0), pid);
		CHECK(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
		CHECKINT(allended(fd), 1);
		close(fd);
		unlink(path);
	}
}

/* What is stopped takes longer than it runs; of a run that is not, nothing is promised. */
static void
teststopped(void)
{
	static const char spin[] = "i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done";
	struct outcome o = {0};
	struct command c;
	const char *why;
	struct run r = {.command = &c, .out = -1, .err = -1, .stopped_pct = 100};

	CHECK(commandparse(&c, spin, true, &why));
	CHECK(procrun(&r, &o));
	CHECKSTR(outcometext(&o), "");
	CHECK(o.wall_s > 1.5 * (o.user_s + o.sys_s));
	/* The timeout ends it, stopped or not. */
	commandrelease(&c);
	CHECK(commandparse(&c, "while :; do :; done", true, &why));
	r.timeout_s = .05;
	CHECK(procrun(&r, &o));
	CHECK(o.timedout);
	commandrelease(&c);
}

int
main(void)
{
	CHECK(mkdtemp(dir) != NULL);
	teststopped();
	testsignals(); /* first: the handlers are set with the first run of a process */
	testoutcomes();
	testusage();
	testfixed();
	testdescriptors();
	testtimeout();
	testblocked();
	CHECK(!chdir("/") && !rmdir(dir));
	return checkdone();
}
