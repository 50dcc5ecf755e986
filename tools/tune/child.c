/* Trying a target in a forked child, so that a crash of it costs only the child. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tune/message.h"
#include "tune/profile.h"
#include "tune/run.h"

/* Runs in the child: the status goes through the pipe, for the caller may ignore SIGCHLD. */
static _Noreturn void
inchild(struct tune_profile *p, int target, void *args, int to)
{
	struct rlimit none = {0, 0};
	int status;

	setrlimit(RLIMIT_CORE, &none);
	status = runtarget(p, target, args);
	_exit(write(to, &status, sizeof(status)) != (ssize_t)sizeof(status));
}

static int64_t
milliseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Waits for the child's word. 0 and *status; TUNE_CRASHED when it ended, or ran on, without one. */
static int
listen(int from, unsigned limit_s, int *status)
{
	int64_t end = milliseconds() + (int64_t)limit_s * 1000;
	struct pollfd fd = {.fd = from, .events = POLLIN};

	for (;;) {
		int64_t left = end - milliseconds();
		int n = left > 0 ? poll(&fd, 1, (int)left) : 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return TUNE_CRASHED;
		return read(from, status, sizeof(*status)) == (ssize_t)sizeof(*status)
			       ? 0
			       : TUNE_CRASHED;
	}
}

/* How the child ended, in words. */
static void
ending(pid_t child, char *text, size_t size)
{
	int status;
	pid_t got;

	do
		got = waitpid(child, &status, 0);
	while (got < 0 && errno == EINTR);
	if (got == child && WIFSIGNALED(status))
		snprintf(text, size, "its child ended by signal %d (%s)", WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	else
		snprintf(text, size, "its child ended without a result");
}

/* 0, the target's own failure, or TUNE_CRASHED and why. */
static int
attempt(struct tune_profile *p, int target, void *args, char *why, size_t size)
{
	unsigned limit = config(p->op->tune)->child_limit_s;
	int pipefd[2], status = 0, heard;
	pid_t child;

	if (pipe2(pipefd, O_CLOEXEC)) {
		snprintf(why, size, "cannot try it in a child: %s", strerror(errno));
		return TUNE_CRASHED;
	}
	child = fork();
	if (!child)
		inchild(p, target, args, pipefd[1]);
	if (child < 0)
		snprintf(why, size, "cannot try it in a child: %s", strerror(errno));
	close(pipefd[1]);
	heard = child < 0 ? TUNE_CRASHED : listen(pipefd[0], limit, &status);
	if (child > 0) {
		struct pollfd over = {.fd = pipefd[0], .events = POLLIN};
		/* Not heard and the pipe still open: it ran on. */
		bool late = heard && !poll(&over, 1, 0);

		/* What is ending already keeps its own reason; what closed the pipe may not be. */
		if (heard)
			kill(child, SIGKILL);
		ending(child, why, size);
		if (late)
			snprintf(why, size, "its child ran for more than %u s", limit);
	}
	close(pipefd[0]);
	return heard ? heard : status;
}

bool
survives(struct tune_profile *p, int target, void *args)
{
	char why[160];
	bool tried, room;
	int status;

	pthread_mutex_lock(&p->lock);
	room = knownroom(p, target);
	tried = room && p->known[target].tried;
	if (room)
		p->known[target].tried = true;
	pthread_mutex_unlock(&p->lock);
	if (tried)
		return true;
	status = attempt(p, target, args, why, sizeof(why));
	if (status == TUNE_CRASHED) {
		atomic_fetch_add(&p->op->tune->failures, 1);
		(void)tune_drop(p, target, why);
	} else if (status) {
		failed(p, target, status);
	}
	return !status;
}
