/*
 * How often a command executes a program, or loads it where it is a library: counted in one run
 * that is traced. A copy of it counts, too. What the program itself starts is its own business and
 * not counted.
 */
#ifndef MEASURE_SEEN_H
#define MEASURE_SEEN_H

#include "json/json.h"
#include "run/trace.h"

enum { SEEN_RUNS = 2 }; /* runs that are looked at: what the first left may change the next */

/* What was seen of one arm of a benchmark. */
struct sighting {
	bool looked;		  /* false: it has no program but its command */
	unsigned runs[SEEN_RUNS]; /* how often in each */
	char *left;	/* where the program lies, if it still ran when the command had ended */
	char *instead;	/* what the last run executed, if it was not the program */
	char *untraced; /* why nothing was seen, or NULL */
};

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

/* Why an arm of that name cannot be believed by what was seen, in a static buffer, or NULL. */
const char *sightingflaw(const struct sighting *s, const char *arm);

/* The same of two arms that have to do the same. */
const char *sightingsdiffer(
	const struct sighting *a, const char *arm, const struct sighting *b, const char *other);

/* In a receipt: null, {runs, left, instead} or {untraced}. False when v is none of these. */
json_t *sightingjson(const struct sighting *s);
bool sightingread(struct sighting *s, const json_t *v);
void sightingrelease(struct sighting *s);

#endif
