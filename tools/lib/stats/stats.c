#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/stats.h"

/* Not qsort: calling a function for each comparison would be most of a large table's time. */
static void
insertion(double *x, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		double v = x[i];
		size_t k = i;

		for (; k && x[k - 1] > v; k--)
			x[k] = x[k - 1];
		x[k] = v;
	}
}

void
sortreal(double *x, size_t n)
{
	enum { RUN = 12 };
	double *t, *from = x, *to;

	for (size_t i = 0; i < n; i += RUN)
		insertion(x + i, n - i < RUN ? n - i : RUN);
	if (n <= RUN)
		return;
	t = to = xcalloc(n, sizeof(*t));
	for (size_t run = RUN; run < n; run *= 2) {
		double *swap = from;

		for (size_t i = 0; i < n; i += 2 * run) {
			size_t a = i, aend = i + run < n ? i + run : n;
			size_t b = aend, bend = aend + run < n ? aend + run : n;

			for (size_t k = i; k < bend; k++)
				to[k] = b == bend || (a < aend && from[a] <= from[b]) ? from[a++]
										      : from[b++];
		}
		from = to;
		to = swap;
	}
	if (from != x)
		memcpy(x, from, n * sizeof(*x));
	free(t);
}

double
median(const double *x, size_t n)
{
	return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

double
medianof(const double *x, size_t n)
{
	double *t = xcalloc(n, sizeof(*t)), m;

	memcpy(t, x, n * sizeof(*t));
	sortreal(t, n);
	m = median(t, n);
	free(t);
	return m;
}

double
spread(const double *x, size_t n)
{
	double *t = xcalloc(n, sizeof(*t)), m = medianof(x, n), mad;

	for (size_t i = 0; i < n; i++)
		t[i] = fabs(x[i] - m);
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

double
topct(double theta)
{
	return 100 * expm1(theta);
}

double
totheta(double pct)
{
	return log1p(pct / 100);
}
