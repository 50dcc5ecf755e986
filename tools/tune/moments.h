/* What is known of a target: samples, what other processes learned, what fades; its score. */
#ifndef TUNE_MOMENTS_H
#define TUNE_MOMENTS_H

#include "tune/state.h"

/*
 * One sample: Welford's update (Technometrics 4, 1962). From `memory` samples on each new one takes
 * the place of what fades of the older. log_seconds may be nearer to the mean than seconds is.
 */
void addsample(struct known *k, double seconds, double log_seconds, double watts, double memory);

/* Adds what b has seen to a: Chan, Golub and LeVeque (COMPSTAT 1982); at most `memory` samples. */
void addknown(struct known *a, const struct known *b, double memory);

/*
 * What was added to `base` so that it became `now`, as if seen by itself: exact while nothing has
 * faded, else the newest of `now`. Nothing when `now` has no more samples than `base`.
 */
struct known newer(const struct known *now, const struct known *base);

/* Keeps at most `weight` samples' worth. */
void fade(struct known *k, double weight);

/* Forgets all samples of the moments, not the counts of runs and samples. */
void forget(struct known *k);

/* False for NAN, too. */
static inline bool
within(double x, double least, double most)
{
	return x >= least && x <= most;
}

/* The variance from a sum of squares; NAN below two samples. */
double variance(double m2, double weight);

/* tune_score() of what is known, with or without its term of power; one sample is taken as stable. */
double scoreof(const struct known *k, bool power);

#endif
