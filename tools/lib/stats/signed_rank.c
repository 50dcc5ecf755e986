/* Paired data: Wilcoxon's signed-rank test and the estimate and interval that belong to it. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/hodges_lehmann.h"
#include "stats/rank.h"
#include "stats/stats.h"

/* Above it the normal approximation is near, and on the safe side: p = .00085 for .00080. */
enum { EXACT_PAIRS = 200 };

/*
 * tail[w] = P(W >= w), w = 0 .. sum + 1, for the sum W of the ranks that each count with
 * probability 1/2: one rank after another joins. The caller's to free.
 */
static double *
uppertails(const unsigned *rank, size_t n)
{
	uint64_t sum = 0, top = 0;
	double *p, *q;

	for (size_t i = 0; i < n; i++)
		sum += rank[i];
	p = xcalloc(sum + 2, sizeof(*p));
	q = xcalloc(sum + 2, sizeof(*q));
	p[0] = 1;
	for (size_t i = 0; i < n; i++) {
		uint64_t r = rank[i];
		double *t = p;

		top += r;
		for (uint64_t s = 0; s < r; s++)
			q[s] = .5 * p[s];
		for (uint64_t s = r; s <= top; s++)
			q[s] = .5 * (p[s] + p[s - r]);
		p = q;
		q = t;
	}
	/* From the small end, so that little is lost in the sums. */
	for (uint64_t s = sum + 1; s-- > 0;)
		p[s] = fmin(p[s] + p[s + 1], 1);
	free(q);
	return p;
}

/* The same for the ranks 1 .. n, kept: a table of many benchmarks asks for it again and again. */
static const double *
untiedtails(size_t n)
{
	static double *kept[EXACT_PAIRS + 1];
	unsigned rank[EXACT_PAIRS];

	if (!kept[n]) {
		for (size_t i = 0; i < n; i++)
			rank[i] = (unsigned)(i + 1);
		kept[n] = uppertails(rank, n);
	}
	return kept[n];
}

static double
normaltail(const unsigned *rank2, size_t n, uint64_t w2)
{
	double mean = 0, var = 0;

	for (size_t i = 0; i < n; i++) {
		mean += rank2[i] / 2.0;
		var += (double)rank2[i] * rank2[i] / 4.0;
	}
	/* Doubled ranks lie two apart, so the continuity correction of 1/2 is 1 here. */
	return uppertail(((double)w2 - 1 - mean) / sqrt(var));
}

struct pvalues
signedrank(const double *d, size_t n, double at)
{
	double *size = xcalloc(n, sizeof(*size));
	unsigned *rank2 = xcalloc(n, sizeof(*rank2));
	uint64_t up = 0, down = 0; /* doubled sums */
	struct pvalues p = {1, 1};
	bool tied;

	for (size_t i = 0; i < n; i++)
		size[i] = fabs(d[i] - at);
	tied = meanranks(size, n, rank2);
	for (size_t i = 0; i < n; i++) {
		if (d[i] > at)
			up += rank2[i];
		else if (d[i] < at)
			down += rank2[i];
	}
	/* Zeros are in neither sum: they count against both alternatives. */
	if (n > EXACT_PAIRS) {
		p.greater = normaltail(rank2, n, up);
		p.less = normaltail(rank2, n, down);
	} else if (tied) {
		double *tail = uppertails(rank2, n);

		p.greater = tail[up];
		p.less = tail[down];
		free(tail);
	} else if (n) {
		p.greater = untiedtails(n)[up / 2];
		p.less = untiedtails(n)[down / 2];
	}
	free(rank2);
	free(size);
	return p;
}

/* The largest c with P(W <= c) <= a for the sum W of n untied ranks, or -1. */
static int64_t
cutoff(size_t n, double a)
{
	uint64_t sum = (uint64_t)n * (n + 1) / 2, lo = 0, hi = sum + 1;
	const double *tail;

	if (n > EXACT_PAIRS) {
		double sd = sqrt((double)sum * (2.0 * (double)n + 1) / 12);

		return (int64_t)floor((double)sum / 2 + zquantile(a) * sd - .5);
	}
	/* The smallest w with P(W >= w) <= a; W is symmetric about sum / 2. */
	tail = untiedtails(n);
	while (lo < hi) {
		uint64_t mid = (lo + hi) / 2;

		if (tail[mid] <= a)
			hi = mid;
		else
			lo = mid + 1;
	}
	return (int64_t)(sum - lo);
}

struct estimate
walsh(const double *d, size_t n, double a)
{
	double *x = xcalloc(n, sizeof(*x));
	struct estimate e;

	memcpy(x, d, n * sizeof(*x));
	sortreal(x, n);
	e = hodgeslehmann(&(struct pairing){.x = x, .nx = n}, cutoff(n, a));
	free(x);
	return e;
}
