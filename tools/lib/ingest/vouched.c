/* How hot a few sources alone can make a function. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "ingest/vouched.h"

/* Of all counts, in hot functions. */
#define HOT 0.99

struct vouched *
mkvouched(const struct consensus *c, double percent)
{
	struct vouched *v = xcalloc(1, sizeof(*v));

	v->n = c->n;
	v->usual = xcalloc(c->n, sizeof(*v->usual));
	v->mean = xcalloc(c->n, sizeof(*v->mean));
	v->limit = xcalloc(c->n, sizeof(*v->limit));
	for (size_t i = 0; i < c->n; i++)
		v->usual[i] = consensusreached(c, i, percent);
	return v;
}

void
delvouched(struct vouched *v)
{
	free(v->usual);
	free(v->mean);
	free(v->limit);
	free(v);
}

void
vouchedadd(struct vouched *v, const uint64_t *sum, uint64_t total, uint64_t weight)
{
	for (size_t i = 0; i < v->n; i++)
		v->mean[i] += (double)weight * fmin((double)sum[i] / (double)total, v->usual[i]);
}

static int
descending(const void *va, const void *vb)
{
	const double *a = va, *b = vb;

	return (*a < *b) - (*a > *b);
}

void
vouchedend(struct vouched *v)
{
	double *mean = xcalloc(v->n, sizeof(*mean)), all = 0, hot = 0, least = 0;

	for (size_t i = 0; i < v->n; i++)
		all += mean[i] = v->mean[i];
	qsort(mean, v->n, sizeof(*mean), descending);
	for (v->hot = 0; v->hot < v->n && hot < HOT * all; v->hot++)
		hot += least = mean[v->hot];
	free(mean);
	for (size_t i = 0; i < v->n; i++) {
		bool ishot = all <= 0 || v->mean[i] >= least;

		v->limit[i] = ishot ? 1 : fmax(v->usual[i], least / all / 2);
	}
}

uint64_t
vouchedmost(
	const struct vouched *v, const uint64_t *sum, uint64_t total, uint64_t *most, size_t *first)
{
	uint64_t over = 0, largest = 0;

	*first = 0;
	for (size_t i = 0; i < v->n; i++) {
		double limit = v->limit[i] * (double)total;

		most[i] = sum[i];
		if (v->limit[i] >= 1 || (double)sum[i] <= limit)
			continue;
		most[i] = limit < 1 ? 1 : (uint64_t)limit;
		over = addmost(over, sum[i] - most[i]);
		if (sum[i] - most[i] <= largest)
			continue;
		largest = sum[i] - most[i];
		*first = i;
	}
	return over;
}
