/* What is usually done: each side measured in a block of its own, one after the other. */
#ifndef BLOCKS_H
#define BLOCKS_H

#include <stddef.h>

/*
 * Sums over the runs, so that the mean and variance of any block cost nothing: of the first i runs'
 * seconds and of their squares.
 */
struct sums {
	double *sum, *square; /* [runs + 1] */
};

struct sums sumsof(const double *logs, size_t runs);
void sumsrelease(struct sums *s);

/* Two blocks of n runs from run `at` on; reversed: the candidate's is the first. */
struct blocks {
	size_t at, n;
	int reversed;
};

/* Welch's t of "the candidate is slower", whose samples are multiplied by `factor`; and its p. */
double welcht(const struct sums *s, const struct blocks *b, double factor, double *p);

/* By how much the candidate's mean is larger: 0.05 is 5 %. */
double meanratio(const struct sums *s, const struct blocks *b, double factor);

#endif
