/*
 * What the profiles of other programs say of one: those of its tests or benchmarks, say, which are
 * built of the same sources.
 */
#ifndef POOL_RESTRICT_H
#define POOL_RESTRICT_H

#include "pool/add.h"

/* Functions that ran, and their counts, at most 2^63-1. */
struct poolran {
	uint64_t functions, count;
};

struct poolshare {
	struct poolran all;
	struct poolran kept;	/* the program's */
	struct poolran changed; /* it has one of that name, with another control flow */
	struct buf hottest;	/* the name of the hottest one of these; "" without */
};

/*
 * Sets all counts to 0 that are not of functions which the instrumented program at `path` has,
 * drops modules that have none left, and adds the program itself without counts: all of its
 * functions are then known, as if it had run. Nothing is left when no function of it ran. The main
 * of another program is another function, even if it looks alike. Byte coverage is no count, and
 * stays. Fatal when the program cannot be read or is not instrumented.
 */
void poolprogram(struct pool *p, const char *path, struct poolshare *s);
void poolsharerelease(struct poolshare *s);

#endif
