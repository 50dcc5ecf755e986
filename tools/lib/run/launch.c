#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "run/child.h"
#include "run/launch.h"

/* The group that a signal to us has to take along; 0 between runs. */
static volatile sig_atomic_t group;

static bool adopting;

void
adopt(void)
{
#ifdef __linux__
	adopting = !prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
}

/*
 * Kills our children, all of them, and says whether there was one. They are the kernel's list, read
 * with nothing but what a signal's handler may call.
 */
static bool
killchildren(void)
{
	int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	pid_t pid = 0;
	bool any = false;
	char text[512];
	ssize_t n;

	if (fd < 0)
		return false;
	while ((n = read(fd, text, sizeof(text))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (text[i] >= '0' && text[i] <= '9') {
				pid = pid * 10 + (text[i] - '0');
			} else if (pid) {
				any |= !kill(pid, SIGKILL);
				pid = 0;
			}
		}
	}
	close(fd);
	return any;
}

/* One is reaped at a time: its own children are ours then, and have not been killed yet. */
static void
sweep(void)
{
	while (adopting && killchildren() && (waitpid(-1, NULL, 0) > 0 || errno == EINTR))
		;
}

static const char *volatile doomed;

void
removeatend(const char *dir)
{
	doomed = dir;
}

/* By a program, since a signal's handler may start one but not read a folder. */
void
removenow(void)
{
	pid_t pid = doomed ? fork() : -1;

	if (!pid) {
		execl("/bin/rm", "rm", "-rf", "--", doomed, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	doomed = NULL;
}

static void
passon(int sig)
{
	if (group) {
		kill(-(pid_t)group, SIGKILL);
		sweep();
	}
	removenow();
	signal(sig, SIG_DFL);
	raise(sig);
}

static const int ends[] = {SIGINT, SIGTERM, SIGHUP};

static void
ignore(int sig)
{
	(void)sig;
}

static struct report *
sharedreport(void)
{
	static struct report *r;

	if (!r) {
		struct sigaction sa = {.sa_handler = passon}, was;
		struct sigaction wake = {.sa_handler = ignore};

		r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			0);
		if (r == MAP_FAILED)
			fatal("map memory for the launcher:");
		sigaction(SIGCHLD, &wake, NULL);
		for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
			if (!sigaction(ends[i], NULL, &was) && was.sa_handler != SIG_IGN)
				sigaction(ends[i], &sa, NULL);
	}
	return r;
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

static const char *holdfile;
#define HOLDTICK .02   /* seconds between two looks at whether it is there */
enum { HOLDMAX = 60 }; /* its age in seconds, then it is forgotten */

void
holdwhile(const char *path)
{
	holdfile = path;
}

static bool
onhold(void)
{
	struct stat st;

	return !stat(holdfile, &st) && time(NULL) - st.st_mtime < HOLDMAX;
}

static bool
tracing(const struct run *r)
{
	return r->trace && !r->trace->error;
}

/* Whether pid has ended, or once it has; it is left to be reaped. */
static bool
ended(pid_t pid, int nohang)
{
	siginfo_t info = {0};

	return !waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | nohang) && info.si_pid;
}

/* A group that is stopped again and again, for times so short that every part of its run has its share. */
struct duty {
	bool stopped;
	double turns_s; /* since the beginning: when it stops or goes on next */
	double since_s; /* when it last did */
};
#define STOP .0001 /* seconds, about; how long a stop really was decides when the next one comes */

/* Turns it if it is time to; returns the seconds up to the next turn. */
static double
dutystep(struct duty *d, pid_t pid, const struct timespec *begin, double now_s, double pct)
{
	/* The first comes anywhere in a cycle, not at the same point of each run. */
	if (!(d->turns_s > 0))
		d->turns_s = STOP * 100 / pct * ((double)(begin->tv_nsec % 1000 + 1) / 1000);
	if (now_s >= d->turns_s) {
		/* The run that follows is as long as the stop really was, by the share. */
		d->turns_s = now_s + (d->stopped ? (now_s - d->since_s) * 100 / pct : STOP);
		d->since_s = now_s;
		d->stopped = !d->stopped;
		kill(-pid, d->stopped ? SIGSTOP : SIGCONT);
	}
	return d->turns_s - now_s;
}

/*
 * Waits until pid ends, stops its group while it is to be held, and kills it when time is over; the
 * process itself is left to be reaped, but by its tracer. SIGCHLD is blocked but for the sleep
 * itself, where `mask` lets it through, so none can be missed.
 */
static void
await(pid_t pid, const struct run *r, const sigset_t *mask, struct outcome *o)
{
	bool traced = tracing(r), held = false, slowed = r->stopped_pct > 0 && !traced;
	struct duty duty = {0};
	struct timespec begin, now;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (;;) {
		bool timed = r->timeout_s > 0 && !o->timedout, busy = traced && tracestep(r->trace);
		int nohang = timed || ((holdfile || slowed) && !o->timedout) ? WNOHANG : 0;
		double left = HOLDTICK;
		struct timespec ts;

		if (traced ? r->trace->over : ended(pid, nohang))
			return;
		if (!nohang && !traced)
			continue; /* a signal that is ours to ignore */
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (timed)
			left = r->timeout_s - seconds(&begin, &now);
		if (left <= 0) {
			o->timedout = true;
			kill(-pid, SIGKILL);
			kill(pid, SIGKILL); /* in case it left its group */
			continue;
		}
		if (holdfile) {
			if (held != onhold()) {
				held = !held;
				kill(-pid, held ? SIGSTOP : SIGCONT);
			}
			left = left < HOLDTICK ? left : HOLDTICK;
		}
		if (slowed && !held) {
			double turn =
				dutystep(&duty, pid, &begin, seconds(&begin, &now), r->stopped_pct);

			left = left < turn ? left : turn;
		}
		ts.tv_sec = (time_t)left;
		ts.tv_nsec = (long)((left - (double)ts.tv_sec) * 1e9);
		if (!busy)
			pselect(0, NULL, NULL, NULL, &ts, mask);
	}
}

/* The process has ended: takes its status and ends what it left behind. */
static int
collect(pid_t pid, const struct run *r, struct rusage *ru)
{
	int status;

	if (tracing(r)) {
		tracefinish(r->trace);
		*ru = r->trace->usage;
		return r->trace->status;
	}
	/* Before it is reaped: until then no other group can have this number. */
	kill(-pid, SIGKILL);
	while (wait4(pid, &status, 0, ru) < 0 && errno == EINTR)
		;
	sweep();
	return status;
}

bool
procrun(const struct run *r, struct outcome *o)
{
	struct report *rep = sharedreport();
	struct timespec end;
	struct rusage ru;
	sigset_t chld, both, mask, asleep;
	int status;
	pid_t pid, self = getpid();

	*o = (struct outcome){0};
	*rep = (struct report){0};
	/* Until the child says when: it may be killed before it can. */
	clock_gettime(CLOCK_MONOTONIC, &rep->start);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	both = chld;
	/* A signal that ends us waits until it is known which group has to end too. */
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		sigaddset(&both, ends[i]);
	sigprocmask(SIG_BLOCK, &both, &mask);
	if (r->trace)
		traceprepare(r->trace);
	pid = fork();
	if (pid < 0) {
		sigprocmask(SIG_SETMASK, &mask, NULL);
		return false;
	}
	if (!pid)
		childrun(r, rep, &mask, self);
	/* In both processes, since either may run first. */
	setpgid(pid, pid);
	group = (sig_atomic_t)pid;
	asleep = mask;
	sigdelset(&asleep, SIGCHLD);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	if (r->trace)
		tracebegin(r->trace, pid);
	await(pid, r, &asleep, o);
	clock_gettime(CLOCK_MONOTONIC, &end);
	status = collect(pid, r, &ru);
	group = 0;
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
