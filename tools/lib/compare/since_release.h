/* Slow creep: what has changed since the last release, in steps too small for any one gate. */
#ifndef COMPARE_SINCE_RELEASE_H
#define COMPARE_SINCE_RELEASE_H

#include "compare/comparison.h"
#include "compare/roles.h"
#include "decision/criteria.h"

/* The last release's program, measured in the same rounds, against both sides. */
struct release {
	struct comparisons base, cand; /* n = 0: there is no such arm */
};

/* Reads and judges them beside the comparisons `all`; they are told and never decide. */
void releaseread(struct release *s, const struct receipt *r, const struct roles *roles,
	const struct criteria *q, const struct comparisons *all);
void releaserelease(struct release *s);

#endif
