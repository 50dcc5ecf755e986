/* Many small experiments, drawn from a recording and decided by several methods. */
#ifndef TRIALS_H
#define TRIALS_H

#include "decision/decision.h"
#include "recording.h"

/* What the candidate is made to be. */
enum effect {
	SAME,	/* A against A2, a coin in each round saying which of them is the candidate */
	SLOWER, /* the same with 2 % on the candidate's times */
	MARGIN, /* the same with 1 %, which must not be called unchanged */
	WORK,	/* B2 against A: a program that has 2 % more to do */
	EFFECTS
};

/* What the gate made of all draws with one effect. */
struct tally {
	size_t verdicts[INVALID];
	size_t *rounds; /* [draws], sorted: at which it stopped */
	double mean;	/* of rounds */
	double sees; /* percent: what it says it could have seen where it was inconclusive, median;
			0 where it never was */
};

/* What a usual method made of them, with n runs a side in two blocks one after the other. */
struct usual {
	const char *name;
	size_t n;
	size_t alarms, found; /* called slower: when it is the same, when it is 2 % slower */
};

enum { USUALS = 6 };

struct trials {
	size_t draws, rounds; /* windows of so many consecutive rounds, each the plan of one draw */
	int metric;
	const struct recording *rec;
	struct tally tally[EFFECTS];
	struct usual usual[USUALS];
};

void trialsrun(struct trials *t, const struct rules *r);
void trialsrelease(struct trials *t);

/*
 * The least runs a side with which Welch's test finds 2 % as often as the gate does, when its
 * threshold is set so that it raises as many false alarms in the draws; *found: how often. When
 * even a quarter of all runs a side are too few, 0, and how often with those.
 */
size_t welchneeds(const struct trials *t, size_t *found);

#endif
