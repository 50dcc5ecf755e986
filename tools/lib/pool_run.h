/* Pools files, in several threads if wanted: the result does not depend on how many. */
#ifndef POOL_RUN_H
#define POOL_RUN_H

#include "pool.h"

struct poolinput {
	const char *path;
	size_t source; /* from 0, ascending: inputs of one source follow each other */
	uint64_t weight;
};

struct poolbad {
	size_t input;
	enum profclass class; /* of no use if refused */
	bool refused;
	struct profnote bad;
	const char *next;
};

struct poolrun {
	const struct poolinput *in;
	size_t n;
	size_t nsource;
	unsigned jobs;
	double maxshare; /* in percent, 0: any */

	/* The result. */
	struct pool *pool;
	struct poolbad *bad; /* in the order of the inputs */
	size_t nbad, nunreadable;
	uint64_t files, bytes, profiles; /* that were added */
	uint64_t zero, odd, repaired;	 /* files of them */
	uint64_t *total;		 /* counts of each source */
	uint64_t limit;			 /* no source has more counts, 0: none is scaled */
	size_t scaled;			 /* sources */
	bool toofew;			 /* no limit gives each its share: all get the same */
};

/* The first members are set. Release the result. */
void poolrun(struct poolrun *r);
void poolrunrelease(struct poolrun *r);

/*
 * The largest count that a source may keep so that none has more than pct percent of the sum of
 * what they all keep; *toofew when fewer than 100 / pct sources have any: then the smallest of
 * them. 0 when all may keep what they have.
 */
uint64_t poollimit(const uint64_t *total, size_t n, double pct, bool *toofew);

#endif
