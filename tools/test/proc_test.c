/* Commands split into words, run, timed, and stopped. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "check.h"
#include "proc.h"

static char dir[] = "/tmp/proc_test.XXXXXX";

/* The words of text, each in brackets; or "!" and the reason. */
static const char *
words(const char *text)
{
	static struct buf b;
	struct command c;
	const char *why = "";

	b.n = 0;
	if (!commandparse(&c, text, false, &why)) {
		bufprintf(&b, "!%s", why);
		return bufstr(&b);
	}
	for (char **w = c.argv; *w; w++)
		bufprintf(&b, "[%s]", *w);
	commandrelease(&c);
	return bufstr(&b);
}

static void
testwords(void)
{
	setenv("SPACED", "/a b/c  d", 1);
	setenv("WILD", "*.c", 1);
	setenv("EMPTY", "", 1);
	setenv("HOME", "/home/me", 1);
	unsetenv("UNSET");

	CHECKSTR(words("a b\tc "), "[a][b][c]");
	CHECKSTR(words("  a"), "[a]");
	CHECKSTR(words("a 'b c' \"d e\" f\\ g ''"), "[a][b c][d e][f g][]");
	CHECKSTR(words("a'b'\"c\"d"), "[abcd]");
	CHECKSTR(words("'$SPACED \\' \"\\$X \\\" \\n\""), "[$SPACED \\][$X \" \\n]");
	CHECKSTR(words("it\\'s #1"), "[it's][#1]");

	/* A value is one word, never split, never a pattern, and gone when empty as in sh. */
	CHECKSTR(words("$SPACED x"), "[/a b/c  d][x]");
	CHECKSTR(words("--in=$SPACED/x \"$SPACED\""), "[--in=/a b/c  d/x][/a b/c  d]");
	CHECKSTR(words("${SPACED}x"), "[/a b/c  dx]");
	CHECKSTR(words("a $WILD"), "[a][*.c]");
	CHECKSTR(words("a $EMPTY b"), "[a][b]");
	CHECKSTR(words("a \"$EMPTY\" b x$EMPTY"), "[a][][b][x]");
	CHECKSTR(words("${UNSET:-d} ${EMPTY:-e f} ${SPACED:-g}"), "[d][e f][/a b/c  d]");
	CHECKSTR(words("a$ $ b$/ \"$\""), "[a$][$][b$/][$]");
	CHECKSTR(words("~ ~/x a~ ~you \"~\""), "[/home/me][/home/me/x][a~][~you][~]");

	CHECKSTR(words("a $UNSET"), "!variable UNSET is not set");
	CHECKSTR(words("a \"${UNSET}\""), "!variable UNSET is not set");
	CHECKSTR(words("a $(id)"), "!command substitution or arithmetic: set \"shell\": true");
	CHECKSTR(words("a \"$(id)\""), "!command substitution or arithmetic: set \"shell\": true");
	CHECKSTR(words("a $((1+2))"), "!command substitution or arithmetic: set \"shell\": true");
	CHECKSTR(words("a `id`"), "!command substitution: set \"shell\": true");
	CHECKSTR(words("a \"`id`\""), "!command substitution: set \"shell\": true");
	CHECKSTR(words("awk \"$1\""), "!of $ only $NAME, ${NAME} and ${NAME:-text} can be used: "
				      "set \"shell\": true");
	for (const char *s = "1@*#?$!-"; *s; s++) {
		char text[] = {'a', ' ', '$', *s, '\0'};

		CHECK(*words(text) == '!');
	}
	CHECK(*words("${") == '!');
	CHECK(*words("${}") == '!');
	CHECK(*words("${SPACED") == '!');
	CHECK(*words("${SPACED%c}") == '!');
	CHECK(*words("${#SPACED}") == '!');
	CHECK(*words("${UNSET:-$SPACED}") == '!');
	CHECKSTR(words("'a"), "!a quote is not closed");
	CHECKSTR(words("a \"b"), "!a quote is not closed");
	CHECKSTR(words("a \\"), "!a backslash at the end");
	CHECKSTR(words(""), "!there is no command in it");
	CHECKSTR(words(" \t"), "!there is no command in it");
	CHECKSTR(words("'' a"), "!there is no command in it");
	for (const char *s = "|&;<>(){}\n"; *s; s++) {
		char bare[] = {'a', ' ', *s, ' ', 'b', '\0'}, kept[] = {'\'', *s, '\'', '\0'};
		char want[] = {'[', *s, ']', '\0'};

		CHECK(*words(bare) == '!');
		CHECKSTR(words(kept), want);
	}
}

static void
testpatterns(void)
{
	int a, b;

	CHECK(!chdir(dir));
	a = open("one.txt", O_CREAT | O_WRONLY, 0600);
	b = open("t*o.txt", O_CREAT | O_WRONLY, 0600);
	close(a);
	close(b);
	CHECKSTR(words("ls *.txt"), "[ls][one.txt][t*o.txt]");
	CHECKSTR(words("ls t[*]o.txt o??.txt"), "[ls][t*o.txt][one.txt]");
	CHECKSTR(words("ls '*'.txt \"*.txt\" \\*.txt"), "[ls][*.txt][*.txt][*.txt]");
	CHECKSTR(words("ls *\"t*o\"*"), "[ls][t*o.txt]");
	CHECKSTR(words("ls *.none ["), "[ls][*.none][[]");
	unlink("one.txt");
	unlink("t*o.txt");
}

static void
testifs(void)
{
	setenv("IFS", ":", 1);
	setenv("SPACED", "a:b c", 1);
	CHECKSTR(words("x $SPACED"), "[x][a:b c]");
	CHECKSTR(getenv("IFS"), ":");
	unsetenv("IFS");
	words("x $SPACED");
	CHECK(!getenv("IFS"));
}

static void
testfile(void)
{
	char *program = NULL;
	struct command c;
	const char *why;

	CHECK(commandparse(&c, "tool a", false, &why));
	setenv("PATH", "/nowhere:", 1);
	CHECK(!commandfile(&c));
	/* A folder of that name, earlier in PATH, is passed over. */
	CHECK(!chdir(dir));
	CHECK(!mkdir("first", 0700) && !mkdir("first/tool", 0700) && !mkdir("second", 0700));
	CHECK(!symlink("/bin/sh", "second/tool"));
	setenv("PATH", "first:second", 1);
	program = commandfile(&c);
	CHECKSTR(program, "second/tool");
	free(program);
	commandrelease(&c);
	CHECK(commandparse(&c, "./first/tool", false, &why));
	CHECK(!commandfile(&c));
	commandrelease(&c);
	unlink("second/tool");
	rmdir("first/tool");
	rmdir("first");
	rmdir("second");
	setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
}

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

int
main(void)
{
	CHECK(mkdtemp(dir) != NULL);
	testsignals(); /* first: the handlers are set with the first run of a process */
	testwords();
	testpatterns();
	testifs();
	testfile();
	testoutcomes();
	testusage();
	testdescriptors();
	testtimeout();
	testblocked();
	CHECK(!chdir("/") && !rmdir(dir));
	return checkdone();
}
