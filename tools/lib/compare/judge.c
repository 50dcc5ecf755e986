#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "compare/judge.h"
#include "decision/sequential.h"
#include "stats/stats.h"

struct rules
comparisonrules(const struct comparison *c, const struct criteria *q, size_t gated)
{
	struct rules r = criteriarules(q, c->min_effect_pct, c->margin_pct);

	r.shares = criteriashares(q, gated);
	return r;
}

/* d[i] = ln(cand_i / base_i) */
static double *
logratios(const struct comparison *c)
{
	double *d = xcalloc(c->nbase, sizeof(*d));

	for (size_t i = 0; i < c->nbase; i++)
		d[i] = log(c->cand[i] / c->base[i]);
	return d;
}

static double *
logs(const double *x, size_t n)
{
	double *d = xcalloc(n, sizeof(*d));

	for (size_t i = 0; i < n; i++)
		d[i] = log(x[i]);
	return d;
}

/* Counts of two files: exact where each side's hardly differ, else as good as any other numbers. */
static bool
judgeexact(struct comparison *c, const struct rules *r)
{
	if (!c->count || c->aggregate)
		return false;
	c->j = judgecounts(c->base, c->nbase, c->cand, c->ncand, r);
	return c->j.verdict != INVALID;
}

/* Instructions: exact where those of each side hardly differ. */
static void
judgeinstructions(struct comparison *c, const struct rules *r)
{
	double *b, *k;

	c->j = judgecounts(c->base, c->nbase, c->cand, c->ncand, r);
	if (c->j.verdict != INVALID)
		return;
	b = logs(c->base, c->nbase);
	k = logs(c->cand, c->ncand);
	c->j = judgevaried(b, c->nbase, k, c->ncand, r);
	if (c->j.verdict == INVALID)
		comparisonunfit(c,
			"the instructions of one side differ from run to run by more than half the "
			"minimum effect, and %d counts would be needed to judge them",
			COUNTS_RANKED);
	free(b);
	free(k);
}

static void
judgesamples(struct comparison *c, const struct rules *r)
{
	if (c->invalid) {
		c->j = (struct judgement){.verdict = INVALID};
	} else if (c->appeared) {
		c->j = (struct judgement){.verdict = APPEARED, .rounds = c->ncand};
	} else if (c->identical) {
		c->j = (struct judgement){.verdict = IDENTICAL, .rounds = c->nbase};
	} else if (c->paired) {
		double *d = logratios(c);
		struct pairs p = {.d = d,
			.base = c->blended ? NULL : c->base,
			.cand = c->blended ? NULL : c->cand,
			.follows = c->follows,
			.clockless = c->number};

		c->j = (c->number ? judgenumbers : judgelooks)(&p, c->nbase, c->planned, r);
		if (c->j.verdict == INVALID)
			comparisonunfit(c,
				"one side is 0 each time, and the other is not one number "
				"each time");
		free(d);
	} else if (c->counted) {
		judgeinstructions(c, r);
	} else if (judgeexact(c, r)) {
		return;
	} else if (c->aggregate || (c->nbase == 1 && c->ncand == 1)) {
		c->single = true;
		c->j = judgeaggregate(
			log(medianof(c->cand, c->ncand) / medianof(c->base, c->nbase)), r);
	} else {
		double *b = logs(c->base, c->nbase), *k = logs(c->cand, c->ncand);

		c->j = judgeblocks(b, c->nbase, k, c->ncand, r);
		free(b);
		free(k);
	}
}

void
judgecomparison(struct comparison *c, const struct rules *r)
{
	judgesamples(c, r);
	if (c->undirected && (c->j.verdict == REGRESSED || c->j.verdict == IMPROVED))
		c->j.verdict = CHANGED;
}

/* The mean of counts, where nothing that is gated was timed. */
static bool
suitecounts(const struct comparisons *all, const struct rules *r, struct judgement *j)
{
	struct judgement *of = xcalloc(all->n ? all->n : 1, sizeof(*of));
	bool ok = true;
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct comparison *c = &all->of[i];

		if (!c->gated || c->appeared)
			continue;
		ok = ok && c->counted && !c->invalid;
		of[n++] = c->j;
	}
	if (ok && n)
		*j = meancounts(of, n, r);
	free(of);
	return ok && n;
}

bool
judgesuite(const struct comparisons *all, const struct rules *r, struct judgement *j, bool *counted)
{
	size_t rounds = SIZE_MAX, planned = 0, gated = 0;
	struct rules alone = *r;
	double *mean;

	for (size_t i = 0; i < all->n; i++) {
		const struct comparison *c = &all->of[i];

		if (!c->gated || c->counted || c->unslowed)
			continue;
		if (!c->paired || c->invalid || c->identical)
			return false;
		gated++;
		rounds = c->nbase < rounds ? c->nbase : rounds;
		if (c->planned && (!planned || c->planned < planned))
			planned = c->planned;
	}
	*counted = !gated;
	if (!gated)
		return suitecounts(all, r, j);
	mean = xcalloc(rounds, sizeof(*mean));
	for (size_t i = 0; i < all->n; i++) {
		const struct comparison *c = &all->of[i];

		for (size_t k = 0; c->gated && !c->counted && !c->unslowed && k < rounds; k++)
			mean[k] += log(c->cand[k] / c->base[k]) / (double)gated;
	}
	alone.shares = 1;
	*j = judgelooks(&(struct pairs){.d = mean}, rounds, planned, &alone);
	free(mean);
	return true;
}
