#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "changes/permute.h"

/* Steele, Lea and Flood, OOPSLA 2014. */
static uint64_t
splitmix(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void
swap(size_t *a, size_t *b)
{
	size_t c = *a;

	*a = *b;
	*b = c;
}

static void
shuffle(size_t *at, size_t n, uint64_t *state)
{
	for (size_t i = n; i > 1; i--)
		swap(&at[i - 1], &at[splitmix(state) % i]);
}

/* The next in lexicographic order; false after the last. */
static bool
following(size_t *at, size_t n)
{
	size_t i = n - 1, j = n - 1;

	while (i && at[i - 1] > at[i])
		i--;
	if (!i)
		return false;
	while (at[j] < at[i - 1])
		j--;
	swap(&at[i - 1], &at[j]);
	for (j = n - 1; i < j; i++, j--)
		swap(&at[i], &at[j]);
	return true;
}

/* All orders of n, or more than most. */
static size_t
orders(size_t n, size_t most)
{
	size_t all = 1;

	while (n > 1 && all <= most)
		all *= n--;
	return all;
}

/* A share of what there is to explain: the same data in another order have another rest. */
static double
share(const struct fit *f, const double *r, double gain)
{
	double all = 0;

	for (size_t i = 0; i < f->n; i++)
		all += f->weight[i] * r[i] * r[i];
	return all > gain ? gain / all : 1;
}

struct work {
	double *unit, *y, *r, *gain;
};

static double
permuted(
	const struct fit *f, const struct candidate c[], size_t n, const size_t *at, struct work *w)
{
	double best = 0;

	for (size_t i = 0; i < f->n; i++)
		w->y[i] = w->unit[at[i]] / sqrt(f->weight[i]);
	fitproject(f, w->y, w->r);
	fitgains(f, w->r, c, n, w->gain);
	for (size_t i = 0; i < n; i++)
		best = fmax(best, w->gain[i]);
	return share(f, w->r, best);
}

double
permutetest(const struct fit *f, const struct candidate c[], size_t n, double gain,
	const struct changesrules *r)
{
	double found = share(f, f->residual, gain) * (1 - 1e-9);
	size_t *at = xcalloc(f->n, sizeof(*at)), as = 0, done = 0;
	bool exact = orders(f->n, r->draws) <= r->draws;
	struct work w = {xcalloc(f->n, sizeof(double)), xcalloc(f->n, sizeof(double)),
		xcalloc(f->n, sizeof(double)), xcalloc(n, sizeof(double))};
	uint64_t state = r->seed;

	for (size_t i = 0; i < f->n; i++) {
		at[i] = i;
		w.unit[i] = f->residual[i] * sqrt(f->weight[i]);
	}
	if (exact) {
		do {
			as += permuted(f, c, n, at, &w) >= found;
			done++;
		} while (following(at, f->n));
	} else {
		for (as = done = 1; done <= r->draws; done++) {
			shuffle(at, f->n, &state);
			as += permuted(f, c, n, at, &w) >= found;
			/* A few more than there may be of all: p is above alpha. */
			if ((double)as > 2 + 2 * r->alpha * (double)r->draws)
				break;
		}
	}
	free(w.unit);
	free(w.y);
	free(w.r);
	free(w.gain);
	free(at);
	return (double)as / (double)done;
}
