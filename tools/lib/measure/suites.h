/* Suites: commands that measure many benchmarks in one execution. */
#ifndef MEASURE_SUITES_H
#define MEASURE_SUITES_H

#include "measure/executor.h"
#include "measure/measure.h"
#include "measure/warmup.h"

/*
 * Runs each suite of the plan once in each arm and puts the benchmarks that it has, in whichever
 * arm, in its place. Tells which of them an arm does not have, or where they fail. False, after a
 * message, when a command failed or wrote nothing that can be read. Fatal when a name is taken.
 */
bool suitesfind(struct plan *p, const struct settings *set);

/*
 * A round of a suite, whose first benchmark b is: one execution in each arm, appended to the series
 * ser[] of all its benchmarks, or to a pilot; NAN where an arm has no number. False as roundrun().
 */
bool suiteround(const struct sampler *sm, const struct plan *p, const struct bench *b,
	uint64_t seed, struct series *ser, struct pilot *pilot);

/* Why benchmark b of a suite has no verdict, in a static buffer: an arm has no number; or NULL. */
const char *suitelacks(const struct plan *p, const struct bench *b, const struct series *s);

#endif
