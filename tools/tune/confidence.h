/* How sure it is which target is the best. */
#ifndef TUNE_CONFIDENCE_H
#define TUNE_CONFIDENCE_H

#include "tune/state.h"

/* Converged means: no other target is better by more than this (of log cost: 2 %). */
#define MARGIN 0.0198026

/* The log cost of each target by the objective; what is small is good. */
struct costs {
	uint32_t which; /* targets that can be chosen, as bits */
	uint32_t seen;	/* of them, those with samples */
	double mean[TUNE_MAX_TARGETS];
	double variance[TUNE_MAX_TARGETS]; /* of one sample, never 0 */
	double n[TUNE_MAX_TARGETS];
	double pooled;	  /* variance of one sample, over all targets */
	double pooled_df; /* its degrees of freedom; 0: it is an assumption */
};

/* The profile's lock is held. */
struct costs costsof(struct tune_profile *p, enum tune_objective objective);

/* The target with the lowest mean; -1 when none has samples. */
int lowest(const struct costs *c);

/* P(true mean of a < true mean of b + margin); both have samples. */
double below(const struct costs *c, int a, int b, double margin);

/* tune_confidence() of `best`, with a margin that others may be better by. */
double confidence(const struct costs *c, int best, double margin);

#endif
