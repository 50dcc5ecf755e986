/*
 * Where a program lies in memory while its instructions are counted. valgrind loads it at the same
 * address each time, so that a hash which is seeded by an address is exact, and exactly another as
 * soon as something is linked before it. So only the first count is taken there.
 */
#ifndef MEASURE_PLACES_H
#define MEASURE_PLACES_H

#include <stdint.h>

#include "plan/plan.h"
#include "measure/samples.h"

/* The place of a round: 0, where it lies by itself, in the first; else one drawn from the seed. */
unsigned placeof(uint64_t seed, size_t round);

/*
 * From now on the arms of b run copies of their programs that lie there, those that there can be;
 * of the others, .unmoved says why not. 0: the programs themselves again.
 */
void placearms(struct plan *p, struct bench *b, unsigned place);

/*
 * How many counts of each arm it takes, to judge by what they are so far: COUNTS_RANKED where those
 * of one arm differ among themselves, more than two where arms differ.
 */
size_t placesneeded(const struct series *ser, size_t narms, double min_effect);

#endif
