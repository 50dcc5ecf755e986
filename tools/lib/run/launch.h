/*
 * One run of one command, measured: the launcher that training and benchmarks share, so that what
 * is trained runs exactly as what is timed.
 */
#ifndef RUN_LAUNCH_H
#define RUN_LAUNCH_H

#include <stdbool.h>

#include "run/affinity.h"
#include "run/command.h"
#include "run/trace.h"

struct run {
	const struct command *command;
	int out;	  /* standard output of the command, or -1 for /dev/null */
	int err;	  /* standard error, or -1 for /dev/null; standard input is /dev/null */
	const char *dir;  /* where it runs, or NULL: where the caller is */
	double timeout_s; /* 0: none; then the whole process group is killed */
	const struct cpus *cpus; /* where it may run, or NULL: where the caller may */
	double burn_s;	/* time used up before exec, which counts as the command's own: CPU time, */
	bool burn_wall; /* or by the clock on the wall */
	double stopped_pct; /* stopped for this share of the time it runs, again and again; 0: not */
	bool fixed;	    /* addresses are not randomized, where the system lets us */
	struct trace *trace; /* what hears of its programs, or NULL; whoever hears costs time */
};

struct outcome {
	double wall_s; /* from just before exec to the end of the process, monotonic clock */
	double user_s; /* with the children it waited for */
	double sys_s;
	long maxrss_kb; /* the largest resident set of one process */
	long nvcsw;	/* voluntary context switches */
	long nivcsw;	/* involuntary ones: the scheduler took the CPU away */
	int status;	/* exit status, 128 + signal when one ended it */
	int signal;	/* 0, or the signal that ended it */
	int execerr;	/* 0, or the errno of a command that could not be started */
	bool timedout;
};

/*
 * Runs r once and waits for it. The command gets a process group of its own; when it has ended,
 * whatever it left behind in that group is killed. SIGINT, SIGTERM and SIGHUP that reach the caller
 * (and that it does not ignore) kill the group and then the caller. False (errno) only when no
 * process could be made.
 */
bool procrun(const struct run *r, struct outcome *o);

/*
 * From now on, what a command leaves behind outside its group (a daemon) becomes our child when its
 * own parent ends, and is killed with the group. Linux only. No child of another kind may run then.
 */
void adopt(void);

/*
 * From now on, the group of a command is stopped while there is such a file, for a minute at most:
 * who made it may have been killed.
 */
void holdwhile(const char *path);

/*
 * From now on, a signal that ends us removes this folder and what is in it, when nothing runs any
 * more that could write there; NULL: none. The path stays the caller's.
 */
void removeatend(const char *dir);

/* Removes it now. */
void removenow(void);

/* Why a run failed, in words ("killed by signal 11 (Segmentation fault)"); "" when it did not. */
const char *outcometext(const struct outcome *o);

#endif
