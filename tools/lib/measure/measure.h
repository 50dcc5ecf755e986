/* Measuring: rounds in which every arm runs once, in an order drawn from the seed. */
#ifndef MEASURE_MEASURE_H
#define MEASURE_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "decision/criteria.h"
#include "plan/plan.h"
#include "measure/samples.h"

struct settings {
	long long rounds; /* per benchmark; 0: by budget */
	double budget_s;  /* of measuring */
	/* What is to be decided; NULL: nothing, each benchmark gets an even share. */
	const struct criteria *decide;
	long long warmup; /* rounds thrown away before */
	double timeout_s; /* of one execution, where its benchmark has no other */
	uint64_t seed;
	struct cpus cpus;   /* where the commands run if pinned */
	const char *pinned; /* the list of CPUs that it is from, or NULL */
	const char *own;    /* where each arm gets a copy of the folder if it has to, or NULL */
};

/*
 * Warms up and measures every benchmark of p into ser[], one each, zeroed before. False, after a
 * message, as soon as a command fails; the rounds before are in ser then.
 */
bool measure(struct plan *p, const struct settings *set, struct series *ser);

#endif
