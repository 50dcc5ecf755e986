/* The warm-up of a benchmark: its rounds are thrown away, but for what they tell of the next. */
#ifndef MEASURE_WARMUP_H
#define MEASURE_WARMUP_H

#include "plan/plan.h"
#include "measure/samples.h"

struct pilot {
	/* The shortest times, since a busy machine only ever adds to them. */
	double *wall_s; /* [arm] of one execution */
	/* What one takes as things are, of which a slowed arm has to be a share: the sums. */
	double *walls_s, *cpus_s;
	unsigned rounds;
	double round_s; /* of a round of one execution each, `prepare` and all */
};

void pilotinit(struct pilot *t, size_t narms);
void pilotrelease(struct pilot *t);

/* Takes in a round of the warm-up, by arm, and how long it took. */
void pilotadd(struct pilot *t, size_t narms, const struct sample *got, double round_s);

/*
 * Sets what the pilot decides: how many executions make a sample of at least 2 ms (the share of
 * clock and launcher grows below it) in the slowest arm; what each execution of a slowed arm
 * has to lose: slow_pct of the mean time, by the metric, of the base's arm if there is one, else
 * its own; and what a round will then take.
 */
void pilotapply(
	const struct pilot *t, const struct plan *p, const struct bench *b, struct series *ser);

/*
 * Before a round: a slowed arm loses its share of what the base has taken in the rounds so far, in
 * the median. On a machine whose load changes it would else become another share.
 */
void pilotagain(const struct plan *p, const struct bench *b, struct series *ser);

#endif
