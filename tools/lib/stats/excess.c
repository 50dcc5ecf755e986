/* Means and tails of paired data: excesses, their randomization test, exact binomial bounds. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/excess.h"
#include "stats/stats.h"

static double
excess(double d)
{
	return copysign(expm1(fabs(d)), d);
}

double
border(const double *d, size_t n, size_t part)
{
	double *size = xcalloc(n, sizeof(*size)), b;
	size_t beyond = (n + part - 1) / part;

	for (size_t i = 0; i < n; i++)
		size[i] = fabs(d[i]);
	sortreal(size, n);
	b = size[n - 1 - (beyond < n ? beyond : n - 1)];
	free(size);
	return b;
}

double
excessmean(const double *d, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += excess(d[i]);
	return sum / (double)n;
}

/* The sum of excesses over what coins would make of it. */
static double
signflipz(const double *over, size_t n, size_t part)
{
	double most = part ? border(over, n, part) : INFINITY, sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++) {
		double e = excess(fmin(fmax(over[i], -most), most));

		sum += e;
		squares += e * e;
	}
	return squares > 0 ? sum / sqrt(squares) : 0;
}

double
signflip(const double *d, size_t n, double shift, size_t part)
{
	size_t strata = n < STRATUM ? 1 : n / STRATUM;
	double *over = xcalloc(n, sizeof(*over)), z = 0;

	for (size_t i = 0; i < n; i++)
		over[i] = d[i] - shift;
	for (size_t k = 0; k < strata; k++) {
		size_t from = k * n / strata, to = (k + 1) * n / strata;

		z += signflipz(over + from, to - from, part);
	}
	free(over);
	return uppertail(-z / sqrt((double)strata));
}

double
excessbound(const double *d, size_t n, double a)
{
	double mean = excessmean(d, n), squares = 0;

	for (size_t i = 0; i < n; i++)
		squares += (excess(d[i]) - mean) * (excess(d[i]) - mean);
	return mean - zquantile(a) * sqrt(squares) / (double)n;
}

double
binomialtail(size_t k, size_t n, double p)
{
	double sum = 0;

	if (!k || p >= 1)
		return 1;
	if (p <= 0)
		return 0;
	for (size_t i = n; i + 1 > k; i--) /* the small terms first */
		sum += exp(lgamma((double)n + 1) - lgamma((double)i + 1) -
			   lgamma((double)(n - i) + 1) + (double)i * log(p) +
			   (double)(n - i) * log1p(-p));
	return fmin(sum, 1);
}

double
sharemost(size_t k, size_t n, double a)
{
	double lo = 0, hi = 1;

	if (k >= n)
		return 1;
	for (int i = 0; i < 60; i++) {
		double mid = (lo + hi) / 2;

		if (binomialtail(k + 1, n, mid) < 1 - a)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}
