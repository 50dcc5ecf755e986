#include <errno.h>
#include <fcntl.h>
#ifdef __linux__
#include <sys/personality.h>
#include <sys/prctl.h>
#endif
#include <unistd.h>

#include "run/child.h"

/* What the caller has open (a lock, above all) is no business of the command's. */
static void
closeothers(void)
{
#ifdef __linux__
	close_range(STDERR_FILENO + 1, ~0U, 0);
#else
	for (int fd = STDERR_FILENO + 1; fd < 256; fd++)
		close(fd);
#endif
}

/* Turns off the randomization of addresses; a container may not let us, and then it stays. */
static void
fixaddresses(void)
{
#ifdef __linux__
	int now = personality(0xffffffff);

	if (now != -1)
		personality((unsigned long)now | ADDR_NO_RANDOMIZE);
#endif
}

/* Where the command runs and what it has open; 0, or an errno. */
static int
settle(const struct run *r)
{
	int null = open("/dev/null", O_RDWR);
	/* Out of the way first: where the caller was started with a standard file closed, the
	 * number of ours may be one of the three that are about to be filled. */
	int out = fcntl(r->out < 0 ? null : r->out, F_DUPFD, 3);
	int err = fcntl(r->err < 0 ? null : r->err, F_DUPFD, 3);

	if (null < 0 || out < 0 || err < 0 || dup2(null, STDIN_FILENO) < 0 ||
		dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
		return errno;
	closeothers();
	if (r->dir && chdir(r->dir))
		return errno;
	if (r->fixed)
		fixaddresses();
	return r->cpus && cpusenter(r->cpus) ? errno : 0;
}

/* Uses up time by the clock by which it is judged: the same on a busy machine. */
static void
burn(double s, clockid_t clock)
{
	struct timespec begin, now;

	clock_gettime(clock, &begin);
	do {
		/* Some microseconds in user mode between two looks at the clock. */
		for (volatile int i = 0; i < 2000; i++)
			;
		clock_gettime(clock, &now);
	} while ((double)(now.tv_sec - begin.tv_sec) + (double)(now.tv_nsec - begin.tv_nsec) / 1e9 <
		 s);
}

void
childrun(const struct run *r, struct report *rep, const sigset_t *mask, pid_t parent)
{
	setpgid(0, 0);
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* even a SIGKILL of the parent leaves nothing running */
#endif
	if (getppid() != parent)
		_exit(127);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (r->trace)
		traceawait(r->trace);
	rep->execerr = settle(r);
	if (rep->execerr)
		_exit(127);
	/* Taken here, so that making the process does not count as the command's time. */
	clock_gettime(CLOCK_MONOTONIC, &rep->start);
	if (r->burn_s > 0)
		burn(r->burn_s, r->burn_wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID);
	execvp(r->command->argv[0], r->command->argv);
	rep->execerr = errno;
	_exit(127);
}
