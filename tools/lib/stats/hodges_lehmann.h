/*
 * The k-th smallest (from 0) of the Walsh averages of one sample, or of the differences of two,
 * without storing them: n = 100,000 has 5e9 averages. Both samples are sorted.
 */
#ifndef STATS_HODGES_LEHMANN_H
#define STATS_HODGES_LEHMANN_H

#include <stddef.h>
#include <stdint.h>

#include "stats/stats.h"

struct pairing {
	const double *x;
	size_t nx;
	const double *y; /* differences y[j] - x[i]; NULL: averages of x[i] and x[j], i <= j */
	size_t ny;
};

/* How many there are. */
uint64_t pairings(const struct pairing *p);

double kthsmallest(const struct pairing *p, uint64_t k);

/* Their median, and the bounds that leave out `cut` of them at each end; infinite for cut < 0. */
struct estimate hodgeslehmann(const struct pairing *p, int64_t cut);

#endif
