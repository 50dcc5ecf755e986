/* Measuring until a gate can decide: benchmark by benchmark, look by look. */
#ifndef MEASURE_ADAPTIVE_H
#define MEASURE_ADAPTIVE_H

#include <stdbool.h>

#include "measure/executor.h"
#include "measure/measure.h"
#include "plan/plan.h"
#include "measure/samples.h"

/*
 * Fatal unless the plan can be decided: a base for each candidate, a benchmark that is gated. What
 * is in a suite is known, and is to be checked again, once it has run.
 */
void decidecheck(const struct plan *p, const struct criteria *q);

/*
 * Measures every benchmark that is timed, warmed up, until set->decide is answered for the gated
 * ones: `cand` against `base` by bench-compare's rules, and the canary, if there is one, caught; or
 * until the budget is spent (measure/schedule.h). Sets ser[].planned. False, after a message, when a
 * command failed.
 */
bool decideall(const struct sampler *sm, const struct plan *p, const struct settings *set,
	struct series *ser);

#endif
