/* Another program's answer: run it briefly and keep what it printed. */
#ifndef RUN_CAPTURE_H
#define RUN_CAPTURE_H

#include <stdbool.h>

#include "base/buf.h"

enum { CAPTURE_MAX = 1 << 20 }; /* bytes kept of each stream; more ends the program */

struct capture {
	size_t max;	     /* CAPTURE_MAX, or as allowed */
	struct buf out, err; /* strings */
	int status;	     /* as from waitpid(); of no use if timedout */
	bool timedout, flooded;
};

/*
 * Runs argv, found in PATH, for at most timeout_s seconds in a process group of its own, nothing on
 * its standard input; what it started itself is killed with it. 0, or -1 with errno when it could
 * not be started. Release with capturerelease() in both cases; c is overwritten, not released.
 */
int capturerun(struct capture *c, char *const argv[], double timeout_s);

/* What a program that reads hostile files may use, and what it reads. */
struct allowance {
	int in;	       /* its standard input */
	size_t max;    /* bytes kept of each stream */
	size_t memory; /* bytes of address space */
	double timeout_s;
};
int captureallowed(struct capture *c, char *const argv[], const struct allowance *a);

/* It ended by itself with exit status 0. */
bool captureok(const struct capture *c);

/* How it ended, in words: "exit status 1", "killed by signal 11", ... In a static buffer. */
const char *capturehow(const struct capture *c);

void capturerelease(struct capture *c);

#endif
