/* What was measured: samples, and the rounds that they were taken in. */
#ifndef MEASURE_SAMPLES_H
#define MEASURE_SAMPLES_H

#include <stddef.h>

#include "base/digest.h"
#include "decision/metric.h"
#include "receipt/sighting.h"
#include "run/launch.h"

/* One arm in one round: one execution, or several. */
struct sample {
	double wall_s; /* times: the mean of the executions */
	double user_s;
	double sys_s;
	double maxrss_kb; /* the largest */
	double nvcsw;	  /* context switches: all of them */
	double nivcsw;
	double instructions;	 /* if they were counted; nothing but the output is of use then */
	double number;		 /* of its own; the same */
	char output[SHA256_HEX]; /* of standard output; "" when the executions differ in it */
};

/* Adds an execution; samplemean() after the last makes means of the sums. */
void sampleadd(struct sample *s, const struct outcome *o);
void samplemean(struct sample *s, unsigned executions);
double samplecpu(const struct sample *s); /* user and system time */

/* What a metric judges. */
double samplevalue(const struct sample *s, enum metric metric);

/* The rounds of one benchmark. */
struct series {
	unsigned executions; /* of a sample */
	double *burn_s;	     /* [arm]: CPU time that each execution has to burn; NULL: none */
	double round_s;	     /* what a round takes, about */
	size_t planned;	     /* rounds; 0: judged only once, at the end */
	size_t rounds;
	struct sample *samples; /* [round * arms + arm] */
	size_t *order;		/* [round * arms + slot] */
	long long *steal;	/* [round] */
	struct sighting *seen;	/* [arm]: measure/watch.h; NULL: none was watched */
	char **leaves;		/* files that its runs left in the folder that all arms share, */
	size_t nleaves;		/* ten of them at most */
	char *shared;		/* one that it changed there though each arm had its own, or NULL */
};

/* Appends a round: order[narms], samples[narms] by arm, steal ticks. */
void seriesadd(struct series *s, size_t narms, const size_t *order, const struct sample *samples,
	long long steal);
const struct sample *seriesat(const struct series *s, size_t narms, size_t round, size_t arm);

#endif
