/* Taking a sample: one arm of one benchmark, executed once or several times. */
#ifndef SAMPLER_H
#define SAMPLER_H

#include <stdbool.h>

#include "plan.h"
#include "series.h"

/* What catches the output of the commands: descriptors of files without a name. */
struct sampler {
	int out;
	int err;
};

void sampleropen(struct sampler *sm);
void samplerclose(struct sampler *sm);

/*
 * Executes an arm `times` times into *s, `prepare` before and `cleanup` after each. False after a
 * message when one of them failed; `cleanup` has run also after an execution that failed.
 */
bool samplertake(const struct sampler *sm, const struct plan *p, const struct bench *b, size_t arm,
	unsigned times, struct sample *s);

#endif
