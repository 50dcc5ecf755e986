/* What to keep in mind about a comparison of profiles. */
#ifndef DRIFT_WARNINGS_H
#define DRIFT_WARNINGS_H

#include "drift/moved_paths.h"

struct driftcaveat {
	const char *kind; /* "prefix" */
	char *text;	  /* a sentence */
};

/* Starts as {0}. */
struct driftcaveats {
	struct driftcaveat *v;
	size_t n;
};

void driftcaveats(struct driftcaveats *c, const struct drift *d, const struct driftmoves *m);

void driftcaveatsrelease(struct driftcaveats *c);

#endif
