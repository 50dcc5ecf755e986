#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#endif

#include "base/err.h"
#include "run/supervise.h"

#ifdef __linux__

/* A descriptor that is readable when the process has ended; -1 for none to watch. */
static int
watch(const char *pid)
{
	long n = pid ? strtol(pid, NULL, 10) : 0;
	int fd = n > 1 ? (int)syscall(SYS_pidfd_open, (pid_t)n, 0) : -1;

	if (n > 1 && fd < 0 && errno == ESRCH)
		_exit(EXIT_TROUBLE); /* it has ended already */
	return fd;
}

/* Ends as the process ended that did the work. */
_Noreturn static void
endlike(int status)
{
	if (WIFSIGNALED(status)) {
		sigset_t all;

		signal(WTERMSIG(status), SIG_DFL);
		sigfillset(&all);
		sigprocmask(SIG_UNBLOCK, &all, NULL);
		raise(WTERMSIG(status));
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_TROUBLE);
}

void
guard(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
	pid_t self = getpid(), pid;
	sigset_t set, mask;
	struct pollfd fd[2] = {{.events = POLLIN}, {.events = POLLIN}};
	struct signalfd_siginfo got = {0};
	int sent = 0, status;

	fd[1].fd = watch(getenv("PGOKIT_TETHER"));
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		sigaddset(&set, ends[i]);
	sigprocmask(SIG_BLOCK, &set, &mask);
	fd[0].fd = signalfd(-1, &set, SFD_CLOEXEC);
	pid = fork();
	if (pid < 0 || fd[0].fd < 0)
		fatal("start a process:");
	if (!pid) {
		setsid();
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != self)
			_exit(EXIT_TROUBLE);
		close(fd[0].fd);
		if (fd[1].fd >= 0)
			close(fd[1].fd);
		sigprocmask(SIG_SETMASK, &mask, NULL);
		return;
	}
	while (waitpid(pid, &status, WNOHANG) != pid) {
		poll(fd, 2, -1);
		if (fd[0].revents && read(fd[0].fd, &got, sizeof(got)) == sizeof(got) &&
			got.ssi_signo != SIGCHLD)
			sent = (int)got.ssi_signo;
		if (fd[1].revents) {
			sent = SIGTERM;
			fd[1].fd = -1; /* once is enough */
		}
		if (sent)
			kill(pid, SIGTERM);
	}
	if (sent && WIFSIGNALED(status))
		status = sent; /* the shell must see the signal that it got, too */
	endlike(status);
}

#else

void
guard(void)
{
}

#endif
