/* Numbers drawn from a seed, and bounds of rounding, for the tests of kernels. */
#ifndef DRAWN_H
#define DRAWN_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The unit roundoff of a float: half the distance from 1 to the next. */
static const double ROUNDOFF = FLT_EPSILON / 2;

static uint64_t drawnstate;

/* A distance as a share of what so many roundings explain; infinite where it is no number. */
static inline double
drawnapart(double distance, double roundings)
{
	if (distance <= 0)
		return 0;
	return distance <= DBL_MAX && roundings > 0 ? distance / (roundings * ROUNDOFF) : INFINITY;
}

/* The seed is SEED of the environment, else the time; printed, so that a failure can be repeated. */
static inline void
drawnseed(void)
{
	const char *given = getenv("SEED");

	drawnstate = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
	printf("SEED=%llu\n", (unsigned long long)drawnstate);
}

/* splitmix64. */
static inline uint64_t
drawnbits(void)
{
	uint64_t z = drawnstate += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* A number below n, which is not 0. */
static inline size_t
drawnbelow(size_t n)
{
	return (size_t)(drawnbits() % n);
}

/* A float from -1 to 1. */
static inline float
drawnfloat(void)
{
	return (float)(drawnbits() >> 40) * 0x1p-23f - 1;
}

/* n floats, in memory of exactly their size: a sanitizer sees what reads beyond it. */
static inline float *
drawnfloats(size_t n)
{
	float *x = malloc(n * sizeof(*x));

	if (!x && n)
		abort();
	for (size_t i = 0; i < n; i++)
		x[i] = drawnfloat();
	return x;
}

#endif
