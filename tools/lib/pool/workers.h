/* Pools files, in several threads if wanted: the result does not depend on how many. */
#ifndef POOL_WORKERS_H
#define POOL_WORKERS_H

#include "base/digest.h"
#include "pool/add.h"

struct poolinput {
	const char *path;
	size_t source; /* from 0, ascending: inputs of one source follow each other */
	uint64_t weight;
};

/* What was read from a file; of one that was not added, an empty hash. */
struct poolread {
	char sha256[SHA256_HEX];
	uint64_t bytes;
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
	double maxshare;       /* in percent, 0: any */
	struct poolread *read; /* for each input, filled in; NULL: not wanted, which saves time */

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
 * Appends a line for each input that was added and is not the file `out`: SHA-256, bytes, path;
 * tab-separated, the path with control characters as '?'.
 */
void poolsources(const struct poolrun *r, const char *out, struct buf *b);

/*
 * The largest count that a source may keep so that none has more than pct percent of the sum of
 * what they all keep; *toofew when fewer than 100 / pct sources have any: then the smallest of
 * them. 0 when all may keep what they have.
 */
uint64_t poollimit(const uint64_t *total, size_t n, double pct, bool *toofew);

#endif
