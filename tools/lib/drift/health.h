/*
 * Whether a new profile is as good as the old one: do its counts lie where they lay?
 *
 *	overlap = sum over all counters of min(old counter / old sum, new counter / new sum)
 *
 * as `llvm-profdata overlap` defines it (InstrProfRecord::overlap() of
 * llvm/lib/ProfileData/InstrProf.cpp); a function counts that both have with one name, hash and
 * number of counters. That mixes two things, a program that has changed and a training that has.
 * So it is also taken of the functions that are unchanged alone, each side's sum being theirs.
 */
#ifndef DRIFT_HEALTH_H
#define DRIFT_HEALTH_H

#include "drift/compare.h"

/* A function that was hot is cold: its share of all counts is a tenth of what it was, or less. */
#define DRIFT_HOT     1.0 /* percent of the old counts from which on it is hot */
#define DRIFT_COOLING 10.0

struct driftcooled {
	const struct driftfn *fn; /* in the old set */
	uint64_t now;		  /* counts of that name in the new one */
};

/* The largest counter of a set: a loop's, mostly. */
struct driftpeak {
	const struct driftfn *fn; /* NULL: nothing was counted */
	double percent;		  /* of the set's counts */
};

struct drifthealth {
	double total;	       /* new counts in percent of the old ones */
	double overlap;	       /* percent */
	double unchangedtotal; /* the same of the functions that are unchanged */
	double unchangedoverlap;
	uint64_t unchanged[2];	    /* their old and new counts */
	struct driftpeak peak[2];   /* old and new */
	struct driftcooled *cooled; /* the hottest first */
	size_t ncooled;
};

/* Of two sets that were compared and have kept their counters. */
void drifthealth(struct drifthealth *h, const struct drift *d);

void drifthealthrelease(struct drifthealth *h);

#endif
