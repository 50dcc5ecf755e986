/*
 * Which benchmark a gate measures next: time goes where a verdict is nearest. Decided from numbers
 * alone, without a clock, so that it can be tested.
 */
#ifndef MEASURE_SCHEDULE_H
#define MEASURE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

#include "decision/sequential.h"

enum { ROUNDS_OVERTIME = 10000 }; /* past a plan */

/* A benchmark; it is always measured from one look to the next (decision/sequential.h). */
struct slot {
	bool gated;
	bool done; /* there is nothing more to learn */
	size_t rounds;
	size_t planned;
	size_t next;	/* rounds at its next look */
	double round_s; /* what a round takes, about */
	double needed;	/* rounds that it still needs, about; may be infinite */
};

/*
 * The rounds to plan for each of n benchmarks: an even share of nine tenths of the budget, for the
 * warm-up saw rounds at their fastest.
 */
size_t scheduleplan(double budget_s, size_t n, double round_s);

/*
 * The benchmark to measure up to its next look, or n when that is all:
 *   1. each gated one in turn, up to its first look
 *   2. the gated one, within its plan, that needs the least time
 *   3. the others in turn, to the end of their plan
 *   4. the gated one, past its plan, that needs the least time
 * A look that would end outside the budget is not begun, but the first ROUNDS_MIN are measured in
 * any case, and plans may take a tenth more than the budget, on a machine slower than foreseen.
 */
size_t schedulenext(const struct slot *s, size_t n, double budget_s, double spent_s);

#endif
