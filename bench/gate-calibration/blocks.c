#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "blocks.h"

struct sums
sumsof(const double *logs, size_t runs)
{
	struct sums s = {xcalloc(runs + 1, sizeof(double)), xcalloc(runs + 1, sizeof(double))};

	for (size_t i = 0; i < runs; i++) {
		double x = exp(logs[i]);

		s.sum[i + 1] = s.sum[i] + x;
		s.square[i + 1] = s.square[i] + x * x;
	}
	return s;
}

void
sumsrelease(struct sums *s)
{
	free(s->sum);
	free(s->square);
}

struct moments {
	double mean;
	double error2; /* the variance of the mean */
};

static struct moments
momentsof(const struct sums *s, size_t at, size_t n, double factor)
{
	double mean = (s->sum[at + n] - s->sum[at]) / (double)n;
	double square = (s->square[at + n] - s->square[at]) / (double)n;
	double var = fmax(square - mean * mean, 0) / (double)(n - 1);

	return (struct moments){factor * mean, factor * factor * var};
}

/*
 * The regularized incomplete beta function I_x(a, b) for x < (a + 1) / (a + b + 2), by its
 * continued fraction (Abramowitz and Stegun 26.5.8), from the inside out.
 */
static double
incompletebeta(double x, double a, double b)
{
	double f = 1;

	for (int m = 200; m > 0; m--) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

		f = 1 + even / (1 + odd / f);
	}
	f = 1 - (a + b) * x / (a + 1) / f;
	return exp(a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)) / (a * f);
}

/* P(T >= t) of Student's distribution. */
static double
studenttail(double t, double freedom)
{
	double x = freedom / (freedom + t * t), a = freedom / 2, p;

	if (t == 0)
		return .5;
	p = x < (a + 1) / (a + 2.5) ? incompletebeta(x, a, .5) : 1 - incompletebeta(1 - x, .5, a);
	return t > 0 ? p / 2 : 1 - p / 2;
}

double
welcht(const struct sums *s, const struct blocks *b, double factor, double *p)
{
	size_t base = b->reversed ? b->at + b->n : b->at, cand = b->reversed ? b->at : b->at + b->n;
	struct moments x = momentsof(s, base, b->n, 1), y = momentsof(s, cand, b->n, factor);
	double e2 = x.error2 + y.error2, t = (y.mean - x.mean) / sqrt(e2);

	if (p)
		*p = studenttail(t,
			e2 * e2 * (double)(b->n - 1) / (x.error2 * x.error2 + y.error2 * y.error2));
	return t;
}

double
meanratio(const struct sums *s, const struct blocks *b, double factor)
{
	size_t base = b->reversed ? b->at + b->n : b->at, cand = b->reversed ? b->at : b->at + b->n;

	return momentsof(s, cand, b->n, factor).mean / momentsof(s, base, b->n, 1).mean - 1;
}
