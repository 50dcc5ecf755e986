#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/capture.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* In the child; never returns. Only what is allowed behind fork(). */
static _Noreturn void
become(char *const argv[], const struct allowance *a, int out, int err, int failed)
{
	int in = a->in >= 0 ? a->in : open("/dev/null", O_RDONLY), e;
	struct rlimit memory = {a->memory, a->memory};

	setpgid(0, 0);
	if (in >= 0 && dup2(in, 0) >= 0 && dup2(out, 1) >= 0 && dup2(err, 2) >= 0 &&
		!(a->memory && setrlimit(RLIMIT_AS, &memory)))
		execvp(argv[0], argv);
	e = errno;
	if (write(failed, &e, sizeof(e)) < 0)
		_exit(126);
	_exit(127);
}

/* Takes what is there; closes the descriptor at its end. */
static void
drain(struct pollfd *p, struct buf *b, struct capture *c)
{
	char block[65536];
	ssize_t n;

	while (p->fd >= 0 && (n = read(p->fd, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		if ((size_t)n > c->max - b->n) {
			c->flooded = true;
			return;
		}
		bufadd(b, block, (size_t)n);
	}
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

/* Until the program has ended, time is up or it printed too much. */
static void
attend(struct capture *c, pid_t pid, struct pollfd p[2], double end)
{
	for (;;) {
		siginfo_t info = {0};
		double left = end - now();
		bool ended;

		/* Left a zombie, so that the number of the group cannot be taken meanwhile. */
		ended = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) ||
			info.si_pid == pid;
		drain(&p[0], &c->out, c);
		drain(&p[1], &c->err, c);
		if (ended || c->flooded)
			return;
		if (left <= 0) {
			c->timedout = true;
			return;
		}
		/* With both streams closed nothing tells of the end: look every millisecond. */
		poll(p, 2, p[0].fd < 0 && p[1].fd < 0 ? 1 : left < .02 ? 1 : 20);
	}
}

int
capturerun(struct capture *c, char *const argv[], double timeout_s)
{
	return captureallowed(
		c, argv, &(struct allowance){.in = -1, .max = CAPTURE_MAX, .timeout_s = timeout_s});
}

int
captureallowed(struct capture *c, char *const argv[], const struct allowance *a)
{
	int fd[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}}, e = 0, failed = 0;
	struct pollfd p[2];
	pid_t pid = -1;

	*c = (struct capture){.max = a->max};
	bufstr(&c->out);
	bufstr(&c->err);
	for (int i = 0; i < 3 && !e; i++)
		if (pipe(fd[i]) || fcntl(fd[i][0], F_SETFD, FD_CLOEXEC) ||
			fcntl(fd[i][1], F_SETFD, FD_CLOEXEC))
			e = errno;
	if (!e && (pid = fork()) < 0)
		e = errno;
	if (!pid)
		become(argv, a, fd[0][1], fd[1][1], fd[2][1]);
	for (int i = 0; i < 3; i++)
		if (fd[i][1] >= 0)
			close(fd[i][1]);
	if (pid > 0) {
		/* In parent and child, whoever comes first. */
		setpgid(pid, pid);
		while (read(fd[2][0], &failed, sizeof(failed)) < 0 && errno == EINTR)
			;
		for (int i = 0; i < 2; i++) {
			fcntl(fd[i][0], F_SETFL, O_NONBLOCK);
			p[i] = (struct pollfd){fd[i][0], POLLIN, 0};
		}
		attend(c, pid, p, now() + a->timeout_s);
		fd[0][0] = p[0].fd;
		fd[1][0] = p[1].fd;
		kill(-pid, SIGKILL);
		while (waitpid(pid, &c->status, 0) < 0 && errno == EINTR)
			;
	}
	for (int i = 0; i < 3; i++)
		if (fd[i][0] >= 0)
			close(fd[i][0]);
	bufstr(&c->out);
	bufstr(&c->err);
	errno = e ? e : failed;
	return errno ? -1 : 0;
}

bool
captureok(const struct capture *c)
{
	return !c->timedout && !c->flooded && WIFEXITED(c->status) && !WEXITSTATUS(c->status);
}

const char *
capturehow(const struct capture *c)
{
	static char s[64];

	if (c->timedout)
		snprintf(s, sizeof(s), "did not end in time");
	else if (c->flooded)
		snprintf(s, sizeof(s), "printed more than %zu bytes", c->max);
	else if (WIFSIGNALED(c->status))
		snprintf(s, sizeof(s), "was killed by signal %d", WTERMSIG(c->status));
	else
		snprintf(s, sizeof(s), "ended with status %d", WEXITSTATUS(c->status));
	return s;
}

void
capturerelease(struct capture *c)
{
	bufrelease(&c->out);
	bufrelease(&c->err);
}
