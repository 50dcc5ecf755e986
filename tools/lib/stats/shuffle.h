/* The order of the arms in each round: drawn from a published seed, so that anyone can check it. */
#ifndef STATS_SHUFFLE_H
#define STATS_SHUFFLE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The arms 0..n-1 in the order in which round `round` runs them: a Fisher-Yates shuffle by
 * splitmix64 (Steele, Lea, Flood, OOPSLA 2014) from seed and round alone. All benchmarks of a run
 * share it. Every order has the same chance, so which of two arms runs first is a fair coin.
 */
void roundorder(uint64_t seed, uint64_t round, size_t n, size_t *order);

#endif
