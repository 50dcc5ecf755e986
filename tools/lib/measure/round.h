/* One round of one benchmark: every arm once, in an order drawn from the seed. */
#ifndef MEASURE_ROUND_H
#define MEASURE_ROUND_H

#include <stdbool.h>
#include <stdint.h>

#include "measure/executor.h"
#include "plan/plan.h"
#include "measure/samples.h"
#include "measure/warmup.h"

/*
 * Measures a round and appends it to the series, or adds it to a pilot if there is one. False,
 * after a message, when a command failed; the round is lost then. That of a suite is one of all its
 * benchmarks, whose series stand around ser as they do in the plan.
 */
bool roundrun(const struct sampler *sm, const struct plan *p, const struct bench *b, uint64_t seed,
	struct series *ser, struct pilot *pilot);

#endif
