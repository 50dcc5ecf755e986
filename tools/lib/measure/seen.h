/*
 * How often a command executes a program, or loads it where it is a library: counted in one run
 * that is traced. A copy of it counts, too. What the program itself starts is its own business and
 * not counted.
 */
#ifndef MEASURE_SEEN_H
#define MEASURE_SEEN_H

#include "receipt/sighting.h"
#include "run/trace.h"

/* One run that is looked at: .trace is for struct run. */
struct seen {
	struct trace trace;
	const char *program;
	dev_t dev; /* its */
	ino_t ino;
	off_t size;
	bool script; /* it is no ELF file: an interpreter that gets its name runs it, too */
	struct sighting *to;
	unsigned run; /* which of the runs */
};

/* Before the run and after it, with how it failed or ""; the program must be there, else fatal. */
void seenbegin(struct seen *s, const char *program, unsigned run, struct sighting *to);
void seenend(struct seen *s, const char *failure);

#endif
