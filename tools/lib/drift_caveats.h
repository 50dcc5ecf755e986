/* What to keep in mind about a comparison of profiles. */
#ifndef DRIFT_CAVEATS_H
#define DRIFT_CAVEATS_H

#include "drift_prefix.h"

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
