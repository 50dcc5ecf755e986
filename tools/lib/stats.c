#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "stats.h"

static int
byvalue(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void
sortreal(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), byvalue);
}

double
median(const double *x, size_t n)
{
	return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

double
spread(const double *x, size_t n)
{
	double *t = xcalloc(n, sizeof(*t)), m, mad;

	memcpy(t, x, n * sizeof(*t));
	sortreal(t, n);
	m = median(t, n);
	for (size_t i = 0; i < n; i++)
		t[i] = fabs(t[i] - m);
	sortreal(t, n);
	mad = median(t, n);
	free(t);
	return 1.4826 * mad;
}

double
uppertail(double z)
{
	return erfc(z / sqrt(2)) / 2;
}

double
zquantile(double p)
{
	double lo = -40, hi = 0;

	if (p > .5)
		return -zquantile(1 - p); /* small tails have more digits */
	/* 100 halvings of 40 are below the spacing of doubles. */
	for (int i = 0; i < 100; i++) {
		double mid = (lo + hi) / 2;

		if (uppertail(-mid) < p)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}

/* (z_(1-a) + z_0.9)^2 / 0.955: pairs for a standardized effect of 1. */
static double
planfactor(double a)
{
	double z = zquantile(a) + zquantile(.1);

	return z * z / .955;
}

double
detectable(double sd, size_t n, double a)
{
	return n ? sd * sqrt(planfactor(a) / (double)n) : INFINITY;
}

double
pairsneeded(double sd, double effect, double a)
{
	return ceil(planfactor(a) * (sd / effect) * (sd / effect));
}
