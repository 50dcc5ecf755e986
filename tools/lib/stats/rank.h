/* Mean ranks, the common ground of the rank tests. */
#ifndef STATS_RANK_H
#define STATS_RANK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * rank2[i] = twice the rank of key[i] among key[n], from 2 to 2n: equal keys share their mean rank,
 * which is a whole number only when doubled. True when some keys are equal.
 */
bool meanranks(const double *key, size_t n, unsigned *rank2);

#endif
