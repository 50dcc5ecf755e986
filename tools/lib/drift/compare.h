/*
 * How much of an old profile still fits the program that a new one is of.
 *
 * A compiler gives a function the counts that a profile has for its name and its control-flow hash
 * (IR: getInstrProfRecord() of llvm/lib/Transforms/Instrumentation/PGOInstrumentation.cpp), and no
 * others. So each function of the old profile is unchanged, changed (the name is there, with other
 * hashes), or gone, and weighs as much as it has counts:
 *
 *	share of a state = sum of the counters of the old functions in it / sum of all old counters
 *
 * `llvm-profdata overlap NEW OLD` calls that of the changed ones the mismatched count percentage,
 * that of those that are gone the percentage only in the test profile.
 */
#ifndef DRIFT_COMPARE_H
#define DRIFT_COMPARE_H

#include "drift/functions.h"

enum driftstate { DRIFT_UNCHANGED, DRIFT_CHANGED, DRIFT_GONE, DRIFT_NSTATE };

const char *driftstatename(enum driftstate state);

/* Some of the old functions: how many, how many of them ran, their counts. */
struct driftsum {
	uint64_t functions, hit, count;
};

struct driftlost {
	const struct driftfn *fn; /* in the old set */
	enum driftstate state;
	uint64_t now; /* if it changed: its hash in the new set */
};

struct drift {
	const struct driftset *old, *new;
	struct driftsum sum[DRIFT_NSTATE];
	struct driftlost *lost; /* all that are not unchanged, the hottest first */
	size_t nlost;
	const struct driftfn *
		*added; /* in the new set, the first of each name that the old lacks */
	size_t nadded;
	struct driftsum ambiguous; /* old functions whose name has several hashes there */
	struct driftsum cs;	   /* of the context-sensitive round */
};

/*
 * NULL when the two sets, both sorted, can be compared at all; else the reason, which may be in a
 * static buffer.
 */
const char *driftincomparable(const struct driftset *old, const struct driftset *new);

/* Compares two sets that can be compared; they must outlive d. */
void driftcompare(struct drift *d, const struct driftset *old, const struct driftset *new);

/* Of the old counts, in percent. */
double driftpercent(const struct drift *d, uint64_t count);

/* Adds a function to a sum. */
void driftadd(struct driftsum *s, const struct driftfn *f);

void driftrelease(struct drift *d);

#endif
