/* What was measured round by round, as it is judged. */
#ifndef DECISION_PAIRS_H
#define DECISION_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

struct pairs {
	const double *d;	   /* ln(candidate / base) of each round */
	const double *base, *cand; /* what was measured; NULL: made of several, which hides ticks */
	const signed char *follows; /* followings() of each round; NULL: not known */
	bool clockless;		    /* no clock gave them: equal ones are equal */
};

/*
 * What of carry-over a round's d has in it, in halves: had every run after the candidate taken x
 * longer (in theta), d would be larger by x / 2 times this. The orders are arm numbers in the order
 * they ran, that of the round before NULL where it is not known.
 */
int followings(const size_t *before, const size_t *order, size_t narms, size_t base, size_t cand);

#endif
