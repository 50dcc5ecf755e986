/*
 * Static functions carry the path of their source file in their name ("file;func", "file:func" up
 * to LLVM 16 and from the front end): built elsewhere, all of them are gone and new again. This
 * finds such moves: what stands in front of the paths, then and now.
 */
#ifndef DRIFT_MOVED_PATHS_H
#define DRIFT_MOVED_PATHS_H

#include "drift/compare.h"

enum { DRIFT_MAXMOVES = 4 };

struct driftmove {
	char *from, *to; /* end in a slash, or are empty */
	char fromsep, tosep;
	struct driftsum sum; /* old functions that would be unchanged */
};

/* Starts as {0}. */
struct driftmoves {
	struct driftmove v[DRIFT_MAXMOVES];
	size_t n;
	struct driftsum crate; /* what driftcrates() finds */
	struct driftsum sum;   /* of all moves, and crate */
};

/* The moves that explain the most counts of functions that are gone, the largest first; and crates.
 */
void driftmoves(struct driftmoves *m, const struct drift *d);

void driftmovesrelease(struct driftmoves *m);

#endif
