/* The launcher's half of a run that becomes the command: between fork and exec (run/launch.h). */
#ifndef RUN_CHILD_H
#define RUN_CHILD_H

#include <signal.h>
#include <sys/types.h>
#include <time.h>

#include "run/launch.h"

/* What the child tells the parent, through memory that both see. */
struct report {
	struct timespec start; /* when the command's time begins */
	int execerr;
};

/* Becomes r's command, with the caller's signal mask; `parent` is who waits for it. */
_Noreturn void childrun(
	const struct run *r, struct report *rep, const sigset_t *mask, pid_t parent);

#endif
