/* The counters of a set's functions one by one, function after function. */
#ifndef DRIFT_COUNTERS_H
#define DRIFT_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "profraw/format.h"

/* Starts as {0}. */
struct driftcounters {
	uint64_t *v;
	size_t n, cap;
};

/* The n counters of a record at the end, times weight; each stays at 2^63-1. */
void driftcountersadd(struct driftcounters *c, const struct profraw *pr, const struct profrec *r,
	uint64_t n, uint64_t weight);

/* Adds n of them from `from` on to those from `to` on. */
void driftcountersjoin(struct driftcounters *c, size_t to, size_t from, uint64_t n);

void driftcountersrelease(struct driftcounters *c);

#endif
