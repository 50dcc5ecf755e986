/*
 * Which programs a command starts, and how each of its processes ends, as the kernel tells it: the
 * command and all that comes of it are traced (ptrace), whatever it does with groups, sessions and
 * parents. Linux only.
 */
#ifndef RUN_TRACE_H
#define RUN_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

/* A process that is followed. */
struct traced {
	pid_t pid, parent; /* parent: who made it */
	unsigned mark;	   /* the listener's; a new process has that of its parent */
};

struct trace {
	/*
	 * Told of each successful exec, while the process stands still in its new program, so that
	 * /proc/PID is what it has just become.
	 */
	void (*onexec)(void *to, struct traced *p);
	/* Told, where not NULL, of each that is about to end by itself, as it still stands there.
	 */
	void (*onexit)(void *to, struct traced *p);
	/* Told, where not NULL, of each that still runs when the command has ended. */
	void (*onleft)(void *to, struct traced *p);
	/* Told of each that has ended, status as from waitpid(); left: it was killed as one of
	 * those. */
	void (*onend)(void *to, const struct traced *p, int status, bool left);
	void *to;

	int error; /* after the run: 0, or why nothing was seen; the command ran all the same */

	/* The rest is trace.c's own. */
	int go[2]; /* a pipe: the command waits here until it is traced */
	pid_t command;
	bool over; /* the command has ended, as status and usage say */
	bool killing;
	int status;
	struct rusage usage;
	struct traced *processes; /* that live; threads are not among them */
	size_t nprocesses;
};

/* Before the command's process is made, in it, and then in its parent, which is the tracer. */
void traceprepare(struct trace *t);
void traceawait(const struct trace *t);
void tracebegin(struct trace *t, pid_t command);

/* Takes in one thing that happened and lets the process go on; false when there is none. */
bool tracestep(struct trace *t);

/* The command is over: kills what it left behind. No child of another kind may run then. */
void tracefinish(struct trace *t);

#endif
