/* Following a command and all that it starts by ptrace. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "run/trace.h"

#ifdef __linux__

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

enum { DRAINMAX = 100000 }; /* things that a command's end leaves to be heard of */

void
traceprepare(struct trace *t)
{
	t->error = pipe2(t->go, O_CLOEXEC) ? errno : 0;
	if (t->error)
		t->go[0] = t->go[1] = -1;
}

void
traceawait(const struct trace *t)
{
	char c;

	if (t->error)
		return;
	close(t->go[1]); /* else it would wait for itself if the tracer says nothing */
	while (read(t->go[0], &c, 1) < 0 && errno == EINTR)
		;
}

/* The number behind key in the text of /proc/TID/status, 0 when there is none. */
static pid_t
field(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? (pid_t)strtol(at + strlen(key), NULL, 10) : 0;
}

/*
 * Whether the text is of a process that has ended. It may have been taken in already, its first stop
 * and its end before its parent's word of it; who waits for it is its parent, and may not have.
 */
static bool
isover(const char *text)
{
	const char *state = strstr(text, "\nState:\t");

	return state && strchr("ZX", state[sizeof("\nState:\t") - 1]);
}

static struct traced *
find(struct trace *t, pid_t pid)
{
	for (size_t i = 0; i < t->nprocesses; i++)
		if (t->processes[i].pid == pid)
			return &t->processes[i];
	return NULL;
}

/* Whether tid is a thread of one of the latest processes; /proc tells of any, and takes longer. */
static bool
isthread(const struct trace *t, pid_t tid)
{
	enum { LATEST = 4 };

	for (size_t i = t->nprocesses, n = 0; i-- > 0 && n < LATEST; n++)
		if (!syscall(SYS_tgkill, t->processes[i].pid, tid, 0))
			return true;
	return false;
}

/*
 * Takes in a process that was not known yet; a thread is none. Its parent is the one that made it
 * as long as it has run nothing yet, as here. False when /proc does not tell.
 */
static bool
meet(struct trace *t, pid_t tid)
{
	struct buf b = {0};
	char path[64];
	const struct traced *maker;
	pid_t tgid, parent;
	unsigned mark;

	if (find(t, tid) || isthread(t, tid))
		return true;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	if (slurp(path, 65536, &b)) {
		bufrelease(&b);
		return false;
	}
	tgid = field(bufstr(&b), "\nTgid:");
	if (tgid == tid && !isover(b.p)) {
		parent = field(b.p, "\nPPid:");
		maker = find(t, parent);
		mark = maker ? maker->mark : 0; /* before it moves */
		t->processes =
			xreallocarray(t->processes, t->nprocesses + 1, sizeof(*t->processes));
		t->processes[t->nprocesses++] = (struct traced){tid, parent, mark};
	}
	bufrelease(&b);
	return tgid != 0;
}

void
tracebegin(struct trace *t, pid_t command)
{
	long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
		       PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;

	t->command = command;
	if (t->onexit)
		options |= PTRACE_O_TRACEEXIT;
	/* A /proc that is none, or that of other processes, would tell nothing, or of those. */
	if (!t->error && (!meet(t, command) || t->processes[0].parent != getpid()))
		t->error = ESRCH;
	if (!t->error && ptrace(PTRACE_SEIZE, command, NULL, options))
		t->error = errno;
	for (int i = 0; i < 2; i++)
		if (t->go[i] >= 0)
			close(t->go[i]);
}

static bool
stops(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

/*
 * Lets a process go on that stands still for us: with the signal that it was about to get, or as
 * one that job control has stopped and may wake (man 2 ptrace, "group-stop").
 */
static void
resume(pid_t pid, int status)
{
	int event = status >> 16, sig = WSTOPSIG(status);

	if (event == PTRACE_EVENT_STOP && stops(sig))
		ptrace(PTRACE_LISTEN, pid, NULL, NULL);
	else
		ptrace(PTRACE_CONT, pid, NULL, (long)(event ? 0 : sig));
}

static void
ended(struct trace *t, struct traced *p, int status)
{
	t->onend(t->to, p, status, t->killing);
	*p = t->processes[--t->nprocesses];
}

/* The process stands still for us. */
static void
stopped(struct trace *t, pid_t pid, int status)
{
	int event = status >> 16;
	unsigned long made;
	struct traced *p;

	if (event) /* one that is new has not been sent a signal before its first stop */
		meet(t, pid);
	/* A new one is met before its parent can become something else. */
	if ((event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
		    event == PTRACE_EVENT_CLONE) &&
		!ptrace(PTRACE_GETEVENTMSG, pid, NULL, &made))
		meet(t, (pid_t)made);
	p = find(t, pid);
	if (p && event == PTRACE_EVENT_EXEC)
		t->onexec(t->to, p);
	if (p && event == PTRACE_EVENT_EXIT)
		t->onexit(t->to, p);
	resume(pid, status);
}

/* What waitpid() told. A request to one that was killed meanwhile fails, and its end will come. */
static void
take(struct trace *t, pid_t pid, int status, const struct rusage *ru)
{
	struct traced *p;

	if (WIFSTOPPED(status)) {
		stopped(t, pid, status);
		return;
	}
	if (pid == t->command) {
		t->over = true;
		t->status = status;
		t->usage = *ru;
	}
	p = find(t, pid);
	if (p)
		ended(t, p, status);
}

bool
tracestep(struct trace *t)
{
	struct rusage ru;
	int status;
	pid_t pid = wait4(-1, &status, WNOHANG | __WALL, &ru);

	if (pid > 0)
		take(t, pid, status, &ru);
	return pid > 0;
}

void
tracefinish(struct trace *t)
{
	struct rusage ru;
	int status, n = 0;
	pid_t pid;

	/* What ended with the command was not left behind. */
	while (tracestep(t) && ++n < DRAINMAX)
		;
	for (size_t i = 0; t->onleft && i < t->nprocesses; i++)
		t->onleft(t->to, &t->processes[i]);
	t->killing = true;
	do {
		/* A number is not given away before its end has been taken in here. */
		for (size_t i = 0; i < t->nprocesses; i++)
			kill(t->processes[i].pid, SIGKILL);
		pid = wait4(-1, &status, __WALL, &ru);
		if (pid > 0)
			take(t, pid, status, &ru);
	} while (pid > 0 || errno == EINTR);
	free(t->processes);
	t->processes = NULL;
	t->nprocesses = 0;
}

#else

void
traceprepare(struct trace *t)
{
	t->error = ENOSYS;
}

void
traceawait(const struct trace *t)
{
	(void)t;
}

void
tracebegin(struct trace *t, pid_t command)
{
	t->command = command;
}

bool
tracestep(struct trace *t)
{
	(void)t;
	return false;
}

void
tracefinish(struct trace *t)
{
	(void)t;
}

#endif
