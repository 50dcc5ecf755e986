#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "compare/judge.h"
#include "compare/layouts.h"
#include "stats/stats.h"

/* Multiplies x[i], a geometric mean in the making, by the power-th root of y[i]. */
static void
blend(double *x, const double *y, size_t n, double power)
{
	for (size_t i = 0; i < n; i++)
		x[i] *= pow(y[i], 1 / power);
}

static double *
ones(size_t n)
{
	double *x = xcalloc(n, sizeof(*x));

	for (size_t i = 0; i < n; i++)
		x[i] = 1;
	return x;
}

/* Benchmark i of all layouts as one. They were measured in the same rounds. */
static void
pool(const struct layouts *l, struct comparisons *all, size_t i)
{
	const struct comparison *first = &l->of[0].of[i];
	struct comparison *c = comparisonadd(all, first->name);

	if (first->counted)
		comparisoncounted(c);
	c->unmoved = first->unmoved;
	c->unit = c->unit || !first->unit ? c->unit : xstrdup(first->unit);
	c->inverse = first->inverse;
	c->undirected = first->undirected;
	c->count = first->count;
	c->number = first->number;
	c->unslowed = first->unslowed;
	c->planned = first->planned;
	c->min_effect_pct = first->min_effect_pct;
	c->margin_pct = first->margin_pct;
	c->max_undetected_pct = first->max_undetected_pct;
	c->identical = true;
	c->blended = l->n > 1;
	for (size_t k = 0; k < l->n; k++) {
		const struct comparison *one = &l->of[k].of[i];

		c->identical = c->identical && one->identical;
		c->output = c->output ? c->output : one->output;
		if (one->invalid)
			comparisonunfit(c, "layout %zu: %s", k + 1, one->invalid);
		else if (one->nbase != first->nbase)
			comparisonunfit(c, "its layouts have not all as many samples");
	}
	if (c->invalid)
		return;
	c->nbase = c->ncand = first->nbase;
	c->base = ones(c->nbase);
	c->cand = ones(c->ncand);
	if (!c->blended && first->follows) {
		c->follows = xcalloc(c->nbase, sizeof(*c->follows));
		memcpy(c->follows, first->follows, c->nbase * sizeof(*c->follows));
	}
	for (size_t k = 0; k < l->n; k++) {
		blend(c->base, l->of[k].of[i].base, c->nbase, (double)l->n);
		blend(c->cand, l->of[k].of[i].cand, c->ncand, (double)l->n);
	}
}

void
layoutsread(struct layouts *l, struct comparisons *all, const struct receipt *r,
	const struct roles *roles, enum metric metric)
{
	*l = (struct layouts){xcalloc(roles->layouts, sizeof(*l->of)), roles->layouts};
	for (size_t k = 0; k < l->n; k++)
		comparisonsread(&l->of[k], r, roles->base[k], roles->cand[k], metric);
	*all = (struct comparisons){.paired = true,
		.base = xstrdup(roles->arm[ROLE_BASE]),
		.cand = xstrdup(roles->arm[ROLE_CAND])};
	for (size_t i = 0; i < l->of[0].n; i++)
		pool(l, all, i);
}

void
layoutsrelease(struct layouts *l)
{
	for (size_t k = 0; k < l->n; k++)
		comparisonsrelease(&l->of[k]);
	free(l->of);
	*l = (struct layouts){0};
}

/* The logarithm of what benchmark i takes in layout k of the base. */
static double
level(const struct layouts *l, size_t k, size_t i)
{
	const struct comparison *c = &l->of[k].of[i];

	return log(medianof(c->base, c->nbase));
}

/* The mean of it over the gated benchmarks that were counted, or timed. */
static double
meanlevel(const struct layouts *l, size_t k, const struct comparisons *all, bool counted)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (!all->of[i].gated || all->of[i].counted != counted || all->of[i].unslowed)
			continue;
		sum += level(l, k, i);
		n++;
	}
	return sum / (double)n;
}

double
layoutsspread(const struct layouts *l, size_t i)
{
	double least = INFINITY, most = -INFINITY;

	for (size_t k = 0; k < l->n; k++) {
		least = fmin(least, level(l, k, i));
		most = fmax(most, level(l, k, i));
	}
	return most - least;
}

double
layoutsmeanspread(const struct layouts *l, const struct comparisons *all, bool counted)
{
	double least = INFINITY, most = -INFINITY;

	for (size_t k = 0; k < l->n; k++) {
		double m = meanlevel(l, k, all, counted);

		least = fmin(least, m);
		most = fmax(most, m);
	}
	return most - least;
}

void
layoutsjudge(struct layouts *l, struct comparisons *all, const struct criteria *q)
{
	for (size_t i = 0; i < all->n; i++) {
		struct comparison *c = &all->of[i];
		struct rules r = comparisonrules(c, q, all->gated);

		for (size_t k = 0; k < l->n; k++)
			judgecomparison(&l->of[k].of[i], &r);
		if ((c->j.verdict == REGRESSED || c->j.verdict == IMPROVED) &&
			fabs(c->j.theta) <= layoutsspread(l, i))
			c->j.verdict = LAYOUT_SUSPECT;
	}
}
