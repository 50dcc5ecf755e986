#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wordexp.h>

#include "buf.h"
#include "err.h"
#include "mem.h"
#include "proc.h"

static const char *
wordfault(int rc)
{
	switch (rc) {
	case WRDE_BADCHAR:
		return "one of | & ; < > ( ) { } or a newline outside quotes: "
		       "quote it, or set \"shell\": true";
	case WRDE_BADVAL:
		return "a variable in it is not set";
	case WRDE_CMDSUB:
		return "command substitution: set \"shell\": true";
	case WRDE_NOSPACE:
		return "out of memory";
	default:
		return "a quote or bracket is not closed";
	}
}

/*
 * wordexp with an IFS that is in no value, which is what keeps the values of variables whole. An
 * empty IFS would also make one word of all the files that a pattern matches.
 */
static int
expand(const char *text, wordexp_t *w)
{
	char *ifs = getenv("IFS");
	int rc;

	ifs = ifs ? xstrdup(ifs) : NULL;
	setenv("IFS", "\001", 1);
	rc = wordexp(text, w, WRDE_NOCMD | WRDE_UNDEF);
	if (ifs)
		setenv("IFS", ifs, 1);
	else
		unsetenv("IFS");
	free(ifs);
	return rc;
}

bool
commandparse(struct command *c, const char *text, bool shell, const char **why)
{
	wordexp_t w;
	int rc;

	*c = (struct command){.shell = shell};
	if (shell) {
		c->argv = xcalloc(4, sizeof(*c->argv));
		c->argv[0] = xstrdup("sh");
		c->argv[1] = xstrdup("-c");
		c->argv[2] = xstrdup(text);
		return true;
	}
	rc = expand(text, &w);
	if (rc) {
		if (rc == WRDE_NOSPACE)
			wordfree(&w);
		*why = wordfault(rc);
		return false;
	}
	c->argv = xcalloc(w.we_wordc + 1, sizeof(*c->argv));
	for (size_t i = 0; i < w.we_wordc; i++)
		c->argv[i] = xstrdup(w.we_wordv[i]);
	wordfree(&w);
	if (!c->argv[0] || !*c->argv[0]) {
		commandrelease(c);
		*why = "there is no command in it";
		return false;
	}
	return true;
}

void
commandrelease(struct command *c)
{
	for (char **a = c->argv; a && *a; a++)
		free(*a);
	free(c->argv);
	*c = (struct command){0};
}

char *
commandfile(const struct command *c)
{
	const char *name = c->argv[0], *path = getenv("PATH");
	struct buf b = {0};

	if (strchr(name, '/'))
		return access(name, X_OK) ? NULL : xstrdup(name);
	for (path = path ? path : "/bin:/usr/bin"; *path; path += *path == ':') {
		size_t n = strcspn(path, ":");

		b.n = 0;
		bufadd(&b, path, n);
		bufprintf(&b, "%s%s", n ? "/" : "./", name);
		if (!access(bufstr(&b), X_OK))
			return b.p; /* the caller's now */
		path += n;
	}
	bufrelease(&b);
	return NULL;
}

/* The group that a signal to us has to take along; 0 between runs. */
static volatile sig_atomic_t group;

static void
passon(int sig)
{
	if (group)
		kill(-(pid_t)group, SIGKILL);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void
ignore(int sig)
{
	(void)sig;
}

/* What the child tells the parent, through memory that both see. */
struct report {
	struct timespec start;
	int execerr;
};

static struct report *
sharedreport(void)
{
	static struct report *r;

	if (!r) {
		static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
		struct sigaction sa = {.sa_handler = passon};
		struct sigaction wake = {.sa_handler = ignore};

		r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			0);
		if (r == MAP_FAILED)
			fatal("map memory for the launcher:");
		sigaction(SIGCHLD, &wake, NULL);
		for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
			sigaction(ends[i], &sa, NULL);
	}
	return r;
}

_Noreturn static void
child(const struct run *r, struct report *rep, const sigset_t *mask)
{
	int null = open("/dev/null", O_RDWR);

	setpgid(0, 0);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
		dup2(r->out < 0 ? null : r->out, STDOUT_FILENO) < 0 ||
		dup2(r->err < 0 ? null : r->err, STDERR_FILENO) < 0) {
		rep->execerr = errno;
		_exit(127);
	}
	if (null > STDERR_FILENO)
		close(null);
	/* Taken here, so that making the process does not count as the command's time. */
	clock_gettime(CLOCK_MONOTONIC, &rep->start);
	execvp(r->command->argv[0], r->command->argv);
	rep->execerr = errno;
	_exit(127);
}

static double
seconds(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

static double
tvseconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

/*
 * Waits until pid ends or time is over. SIGCHLD is blocked but for the sleep itself, where `mask`
 * lets it through, so none can be missed.
 */
static void
await(pid_t pid, double timeout_s, const sigset_t *mask, struct outcome *o)
{
	struct timespec begin, now;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (;;) {
		siginfo_t info = {0};
		double left;
		struct timespec ts;

		if (!waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid)
			return;
		clock_gettime(CLOCK_MONOTONIC, &now);
		left = timeout_s - seconds(&begin, &now);
		if (left <= 0) {
			o->timedout = true;
			kill(-pid, SIGKILL);
			kill(pid, SIGKILL); /* in case it left its group */
			return;
		}
		ts.tv_sec = (time_t)left;
		ts.tv_nsec = (long)((left - (double)ts.tv_sec) * 1e9);
		pselect(0, NULL, NULL, NULL, &ts, mask);
	}
}

bool
procrun(const struct run *r, struct outcome *o)
{
	struct report *rep = sharedreport();
	struct timespec end;
	struct rusage ru;
	sigset_t chld, mask;
	int status;
	pid_t pid;

	*o = (struct outcome){0};
	*rep = (struct report){0};
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &mask);
	pid = fork();
	if (pid < 0) {
		sigprocmask(SIG_SETMASK, &mask, NULL);
		return false;
	}
	if (!pid)
		child(r, rep, &mask);
	/* In both processes, since either may run first. */
	setpgid(pid, pid);
	group = (sig_atomic_t)pid;
	if (r->timeout_s > 0)
		await(pid, r->timeout_s, &mask, o);
	while (wait4(pid, &status, 0, &ru) < 0 && errno == EINTR)
		;
	clock_gettime(CLOCK_MONOTONIC, &end);
	group = 0;
	kill(-pid, SIGKILL);
	sigprocmask(SIG_SETMASK, &mask, NULL);

	o->execerr = rep->execerr;
	o->wall_s = seconds(&rep->start, &end);
	o->user_s = tvseconds(&ru.ru_utime);
	o->sys_s = tvseconds(&ru.ru_stime);
#ifdef __APPLE__
	ru.ru_maxrss /= 1024; /* bytes there */
#endif
	o->maxrss_kb = ru.ru_maxrss;
	o->nvcsw = ru.ru_nvcsw;
	o->nivcsw = ru.ru_nivcsw;
	o->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	o->status = o->signal ? 128 + o->signal : WEXITSTATUS(status);
	return true;
}

const char *
outcometext(const struct outcome *o)
{
	static char text[128];

	if (o->execerr)
		snprintf(text, sizeof(text), "cannot be started: %s", strerror(o->execerr));
	else if (o->timedout)
		snprintf(text, sizeof(text), "stopped at its timeout after %.1f s", o->wall_s);
	else if (o->signal)
		snprintf(text, sizeof(text), "killed by signal %d (%s)", o->signal,
			strsignal(o->signal));
	else if (o->status)
		snprintf(text, sizeof(text), "exit status %d", o->status);
	else
		text[0] = '\0';
	return text;
}
