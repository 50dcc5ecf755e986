/* Taking a sample: one arm of one benchmark, executed once or several times. */
#ifndef MEASURE_EXECUTOR_H
#define MEASURE_EXECUTOR_H

#include <stdbool.h>

#include "input/suite_rows.h"
#include "plan/plan.h"
#include "measure/samples.h"

struct sampler {
	int out, err;		 /* what catches the output of the commands: files without a name */
	const struct cpus *cpus; /* where they run, without prepare and cleanup; or NULL */
	unsigned place;		 /* where what is counted lies: measure/places.h */
	bool quiet;		 /* how a command failed is not told */
};

void sampleropen(struct sampler *sm, const struct cpus *cpus);
void samplerclose(struct sampler *sm);

/*
 * Executes an arm into *s as often as ser says, `prepare` before and `cleanup` after each time.
 * False after a message when one of them failed; `cleanup` has run also after an execution that
 * failed.
 */
bool samplertake(const struct sampler *sm, const struct plan *p, const struct bench *b, size_t arm,
	const struct series *ser, struct sample *s);

/* One execution of a suite in an arm, and the rows that it wrote. False after a message as above. */
bool samplersuite(const struct sampler *sm, const struct plan *p, const struct bench *b, size_t arm,
	struct sample *s, struct suiterows *rows);

/* Executes an arm once, as it is traced: what is seen of the run goes to *to. False as above. */
bool samplerwatch(const struct sampler *sm, const struct plan *p, const struct bench *b, size_t arm,
	unsigned run, struct sighting *to);

#endif
