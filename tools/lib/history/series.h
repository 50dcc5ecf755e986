/* What the lines of a history say of one benchmark on one CPU model. */
#ifndef HISTORY_SERIES_H
#define HISTORY_SERIES_H

#include <stdbool.h>

#include "changes/changes.h"
#include "history/lines.h"

/* A commit that a series knows. */
struct place {
	const char *commit, *date;
	size_t order; /* in which the lines name them, a base before what was compared with it */
};

/* A run: the line, and what it says of this benchmark. */
struct said {
	const json_t *line, *bench;
};

struct series {
	bool paired;
	const char *name, *metric, *unit, *better,
		*cpu;	   /* the lines' own; "" where there is none */
	struct said *said; /* in the order of the commits */
	struct run *runs;  /* the same as differences */
	size_t n;
	size_t left_out; /* of the oldest, which are more than one series takes */
	struct place *places;
	size_t nplaces;
};

/* All of them, *n, in the order in which the lines name them; the lines stay the caller's. */
struct series *seriesof(const struct lines *l, size_t *n);
void seriesrelease(struct series *s, size_t n);

#endif
