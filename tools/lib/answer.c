#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "contest.h"
#include "looks.h"
#include "mem.h"
#include "stats.h"
#include "verdict.h"

/* d[i] = ln(cand_i / base_i) */
static double *
logratios(const struct contest *c)
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

static void
judge(struct contest *c, const struct rules *r)
{
	if (c->invalid) {
		c->j = (struct judgement){.verdict = INVALID};
	} else if (c->identical) {
		c->j = (struct judgement){.verdict = IDENTICAL, .rounds = c->nbase};
	} else if (c->paired) {
		double *d = logratios(c);

		c->j = judgelooks(d, c->nbase, c->planned, r);
		free(d);
	} else {
		double *b = logs(c->base, c->nbase), *k = logs(c->cand, c->ncand);

		c->j = judgeblocks(b, c->nbase, k, c->ncand, r);
		free(b);
		free(k);
	}
}

/*
 * The geometric mean over the gated benchmarks, round by round: they share the order of each round,
 * so the mean of their log ratios is paired data of its own, with looks of its own when they have
 * some. False where that is not to be had.
 */
static bool
judgesuite(const struct contests *all, const struct rules *r, struct judgement *j)
{
	size_t rounds = SIZE_MAX, planned = 0, gated = 0;
	struct rules alone = *r;
	double *mean;

	for (size_t i = 0; i < all->n; i++) {
		const struct contest *c = &all->of[i];

		if (!c->gated)
			continue;
		if (!c->paired || c->invalid || c->identical)
			return false;
		gated++;
		rounds = c->nbase < rounds ? c->nbase : rounds;
		if (c->planned && (!planned || c->planned < planned))
			planned = c->planned;
	}
	if (!gated)
		return false;
	mean = xcalloc(rounds, sizeof(*mean));
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; all->of[i].gated && k < rounds; k++)
			mean[k] += log(all->of[i].cand[k] / all->of[i].base[k]) / (double)gated;
	alone.shares = 1;
	*j = judgelooks(mean, rounds, planned, &alone);
	free(mean);
	return true;
}

static json_t *
numberornull(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

/* Not of the number in percent: ln 0 is infinite, 0 % is not. */
static json_t *
pctornull(double theta)
{
	return isfinite(theta) ? numberornull(topct(theta)) : json_null();
}

static double
medianof(const double *x, size_t n)
{
	double *t = xcalloc(n, sizeof(*t)), m;

	memcpy(t, x, n * sizeof(*t));
	sortreal(t, n);
	m = median(t, n);
	free(t);
	return m;
}

static void
addjudgement(json_t *o, const struct judgement *j)
{
	json_object_set_new(o, "verdict", json_string(verdictname(j->verdict)));
	json_object_set_new(o, "rounds", json_integer((json_int_t)j->rounds));
	if (j->verdict == INVALID || j->verdict == IDENTICAL)
		return;
	json_object_set_new(o, "change_pct", pctornull(j->theta));
	json_object_set_new(o, "low_pct", pctornull(j->low));
	json_object_set_new(o, "high_pct", pctornull(j->high));
	json_object_set_new(o, "level", json_real(j->level));
	json_object_set_new(o, "p_slower", numberornull(j->p_slower));
	json_object_set_new(o, "p_faster", numberornull(j->p_faster));
	json_object_set_new(o, "p_unchanged", numberornull(j->p_unchanged));
	json_object_set_new(o, "detectable_pct", pctornull(j->detectable));
	json_object_set_new(o, "rounds_short", numberornull(j->rounds_short));
}

static json_t *
contestjson(const struct contest *c)
{
	json_t *o = jsonpack("{s:o, s:b}", "name", jsonstr(c->name), "gated", c->gated);

	addjudgement(o, &c->j);
	if (c->invalid) {
		json_object_set_new(o, "reason", jsonstr(c->invalid));
		return o;
	}
	json_object_set_new(
		o, "base_s", numberornull(medianof(c->base, c->paired ? c->j.rounds : c->nbase)));
	json_object_set_new(
		o, "cand_s", numberornull(medianof(c->cand, c->paired ? c->j.rounds : c->ncand)));
	return o;
}

/* The outcome of the whole comparison, from the verdicts of the gated benchmarks. */
static int
outcome(const struct contests *all, const struct question *q, const char **word)
{
	size_t gated = 0, count[INVALID + 1] = {0}, undecided = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct judgement *j = &all->of[i].j;

		if (!all->of[i].gated)
			continue;
		gated++;
		count[j->verdict]++;
		if (j->verdict == INCONCLUSIVE &&
			!(j->detectable <= totheta(q->max_undetected_pct)))
			undecided++;
	}
	*word = "pass";
	if (!gated || count[INVALID])
		return *word = "invalid", EXIT_INVALID;
	if (count[REGRESSED])
		return *word = "regressed", EXIT_NO;
	if (undecided)
		return *word = "inconclusive", EXIT_UNDECIDED;
	return EXIT_YES;
}

json_t *
answer(const struct question *q, const struct document docs[], size_t n)
{
	struct contests all;
	struct rules r = questionrules(q, NAN, NAN);
	json_t *benches = json_array(), *suite = json_null(), *v;
	struct judgement j;
	const char *word;
	size_t gated = 0;
	int code;

	contestsread(&all, &docs[0], n > 1 ? &docs[1] : NULL, q->base, q->cand, q->metric);
	for (size_t i = 0; i < all.n; i++) {
		all.of[i].gated = questiongates(q, all.of[i].name);
		gated += all.of[i].gated;
	}
	r.shares = gated ? gated : 1;
	for (size_t i = 0; i < all.n; i++) {
		judge(&all.of[i], &r);
		json_array_append_new(benches, contestjson(&all.of[i]));
	}
	if (judgesuite(&all, &r, &j)) {
		suite = json_object();
		addjudgement(suite, &j);
	}
	code = outcome(&all, q, &word);
	v = jsonpack("{s:s, s:o, s:o, s:s, s:o, s:I, s:f, s:o, s:o, s:s, s:i}", "format",
		"pgokit-verdict-1", "base", jsonstr(all.base), "cand", jsonstr(all.cand), "design",
		all.paired ? "paired" : "sequential", "rules", rulesjson(q), "gated",
		(json_int_t)gated, "confidence", 1 - 2 * r.alpha / (double)r.shares, "benches",
		benches, "suite", suite, "outcome", word, "exit", code);
	contestsrelease(&all);
	return v;
}
