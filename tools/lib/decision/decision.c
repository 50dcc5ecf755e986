#include <math.h>
#include <stdint.h>

#include "decision/decision.h"
#include "decision/doubt.h"
#include "stats/excess.h"
#include "stats/stats.h"

const char *
verdictname(enum verdict v)
{
	static const char *const names[] = {[REGRESSED] = "regressed",
		[IMPROVED] = "improved",
		[UNCHANGED] = "unchanged",
		[INCONCLUSIVE] = "inconclusive",
		[IDENTICAL] = "identical",
		[INVALID] = "invalid",
		[LAYOUT_SUSPECT] = "layout-suspect",
		[APPEARED] = "new",
		[CHANGED] = "changed",
		[DIFFERS] = "differs"};

	return names[v];
}

struct rules
controlrules(const struct rules *r)
{
	struct rules c = *r;

	c.alpha = .001 / 2; /* each direction has half */
	c.beta = 0;
	c.shift_only = true;
	return c;
}

struct rules
canaryrules(const struct rules *r)
{
	struct rules c = *r;

	c.shares = 1;
	c.min_effect = 0;
	c.beta = 0;
	c.shift_only = true;
	return c;
}

static enum verdict
decide(const struct judgement *j, const struct rules *r, double a, double least)
{
	if (j->p_slower <= a && j->theta >= least)
		return REGRESSED;
	if (j->p_faster <= a && j->theta <= -least)
		return IMPROVED;
	/* A p may underflow to 0. */
	if (r->beta > 0 && j->p_unchanged <= r->beta)
		return UNCHANGED;
	return INCONCLUSIVE;
}

/*
 * The smallest slowdown that would have been found with probability 0.9: from the spread of n
 * samples, or from the interval where that is wider than the spread promises. It is so where most
 * samples are equal (their spread is 0) and infinite where there are too few to prove anything.
 */
static double
seen(double sd, size_t n, const struct estimate *e, double a)
{
	double z = fmax(-zquantile(a), .1), half = (e->high - e->low) / 2;

	return fmax(detectable(sd, n, a), half * (z - zquantile(.1)) / z);
}

/*
 * Further pairs that would show a difference, or that it stays below the margin: whichever is
 * nearer. Where so many ought to have shown it already, chance was against it, and a p-value falls
 * as the square of its quantile grows with the rounds.
 */
static double
roundsshort(const struct judgement *j, double sd, const struct rules *r)
{
	double n = (double)j->rounds, a = j->level, beta = r->beta > 0 ? r->beta : a;
	double effects[] = {fabs(j->theta), r->margin - j->theta};
	double ps[] = {fmin(j->p_slower, j->p_faster), j->p_unchanged}, best = INFINITY;
	double levels[] = {a, beta}, least = ceil(-log2(a));

	if (n < least)
		return least - n;
	for (int k = 0; k < 2; k++) {
		double z = zquantile(fmax(ps[k], 1e-300)), wanted = zquantile(levels[k]);
		double need = pairsneeded(sd, effects[k], a);

		if (effects[k] <= (k ? 0 : r->min_effect) || ps[k] <= levels[k] || ps[k] >= .5)
			continue;
		best = fmin(best, fmax(need, ceil(n * (wanted / z) * (wanted / z))) - n);
	}
	return fmax(best, 1);
}

/* What there is besides the shift, and whether it casts doubt on what that says. */
static void
lookcloser(struct judgement *j, const struct pairs *p, const struct rules *r)
{
	size_t n = j->rounds, longer = 0;

	j->looked = true;
	j->mean = log1p(excessmean(p->d, n));
	j->tail = border(p->d, n, TAIL);
	for (size_t i = 0; i < n; i++)
		longer += p->d[i] > j->tail;
	j->tail_share = sharemost(longer, n, .05);
	if (j->verdict == INCONCLUSIVE)
		return;
	j->doubt = doubtabout(j, p, n, r);
	if (!j->doubt.kind)
		return;
	j->verdict = INCONCLUSIVE;
	j->detectable = fmax(j->detectable, doubthides(&j->doubt, p, n));
}

struct judgement
judgepaired(const struct pairs *p, size_t n, const struct rules *r)
{
	double a = r->alpha / (double)r->shares, sd = spread(p->d, n);
	struct pvalues zero = signedrank(p->d, n, 0), margin = signedrank(p->d, n, r->margin);
	struct estimate e = walsh(p->d, n, a);
	struct judgement j = {.rounds = n,
		.level = a,
		.theta = e.theta,
		.low = e.low,
		.high = e.high,
		.p_slower = zero.greater,
		.p_faster = zero.less,
		.p_unchanged = margin.less,
		.detectable = fmax(seen(sd, n, &e, a), r->min_effect)};

	j.verdict = decide(&j, r, a, r->min_effect);
	if (!r->shift_only)
		lookcloser(&j, p, r);
	if (j.doubt.kind)
		j.rounds_short = INFINITY;
	else if (j.verdict == INCONCLUSIVE)
		j.rounds_short = roundsshort(&j, sd, r);
	return j;
}

struct judgement
judgeblocks(
	const double *base, size_t nbase, const double *cand, size_t ncand, const struct rules *r)
{
	double a = r->alpha / (double)r->shares;
	struct pvalues p = ranksum(base, nbase, cand, ncand);
	struct estimate e = shift(base, nbase, cand, ncand, a);
	struct judgement j = {.rounds = nbase < ncand ? nbase : ncand,
		.level = a,
		.theta = e.theta,
		.low = e.low,
		.high = e.high,
		.p_slower = p.greater,
		.p_faster = p.less,
		.p_unchanged = 1};
	double least = fmax(r->min_effect, r->floor);
	/* Two independent samples: their standard errors add. */
	double sd = hypot(spread(base, nbase), spread(cand, ncand));

	j.detectable = fmax(seen(sd, j.rounds, &e, a), least);
	j.verdict = decide(&j, r, a, least);
	if (j.verdict == INCONCLUSIVE)
		j.rounds_short = INFINITY; /* more of the same would not help: measure paired */
	return j;
}

struct judgement
judgeaggregate(double theta, const struct rules *r)
{
	double least = fmax(r->min_effect, r->floor);
	struct judgement j = {.rounds = 1,
		.theta = theta,
		.low = -INFINITY,
		.high = INFINITY,
		.p_slower = NAN,
		.p_faster = NAN,
		.p_unchanged = NAN,
		.detectable = least};

	j.verdict = fabs(theta) >= least ? DIFFERS : INCONCLUSIVE;
	if (j.verdict == INCONCLUSIVE)
		j.rounds_short = INFINITY;
	return j;
}

struct range {
	double least, most; /* of the logarithms */
};

static struct range
rangeof(const double *x, size_t n)
{
	struct range r = {log(x[0]), log(x[0])};

	for (size_t i = 1; i < n; i++) {
		r.least = fmin(r.least, log(x[i]));
		r.most = fmax(r.most, log(x[i]));
	}
	return r;
}

/* What exact numbers say: the interval is all that they can be. */
static struct judgement
exactly(size_t rounds, double theta, double low, double high, const struct rules *r)
{
	struct judgement j = {.verdict = INCONCLUSIVE,
		.rounds = rounds,
		.theta = theta,
		.low = low,
		.high = high,
		.p_slower = NAN,
		.p_faster = NAN,
		.p_unchanged = NAN,
		.detectable = r->min_effect};

	if (low > 0 && theta >= r->min_effect)
		j.verdict = REGRESSED;
	else if (high < 0 && theta <= -r->min_effect)
		j.verdict = IMPROVED;
	else if (high < r->margin)
		j.verdict = UNCHANGED;
	else
		j.rounds_short = INFINITY; /* they would be the same */
	return j;
}

bool
countsvary(const double *x, size_t n, double min_effect)
{
	struct range r = rangeof(x, n);

	return r.most - r.least > min_effect / 2;
}

struct judgement
judgecounts(
	const double *base, size_t nbase, const double *cand, size_t ncand, const struct rules *r)
{
	struct range b = rangeof(base, nbase), c = rangeof(cand, ncand);
	size_t rounds = nbase < ncand ? nbase : ncand;
	double theta = log(medianof(cand, ncand) / medianof(base, nbase));

	/* From none or to none it changed, however much the others differ. */
	if (isfinite(theta) &&
		(countsvary(base, nbase, r->min_effect) || countsvary(cand, ncand, r->min_effect)))
		return (struct judgement){.verdict = INVALID, .rounds = rounds};
	return exactly(rounds, theta, c.least - b.most, c.most - b.least, r);
}

/* How far logarithms are apart. */
static double
apart(const double *x, size_t n)
{
	double least = x[0], most = x[0];

	for (size_t i = 1; i < n; i++) {
		least = fmin(least, x[i]);
		most = fmax(most, x[i]);
	}
	return most - least;
}

struct judgement
judgevaried(
	const double *base, size_t nbase, const double *cand, size_t ncand, const struct rules *r)
{
	struct rules steady = *r;
	struct judgement j;

	if (nbase < COUNTS_RANKED || ncand < COUNTS_RANKED)
		return (struct judgement){
			.verdict = INVALID, .rounds = nbase < ncand ? nbase : ncand};
	steady.floor = 0;
	j = judgeblocks(base, nbase, cand, ncand, &steady);
	if (j.verdict == INCONCLUSIVE)
		j.doubt =
			(struct doubt){DOUBT_COUNTS, fmax(apart(base, nbase), apart(cand, ncand))};
	return j;
}

struct judgement
meancounts(const struct judgement of[], size_t n, const struct rules *r)
{
	double theta = 0, low = 0, high = 0;
	size_t rounds = SIZE_MAX;

	for (size_t i = 0; i < n; i++) {
		theta += of[i].theta / (double)n;
		low += of[i].low / (double)n;
		high += of[i].high / (double)n;
		rounds = of[i].rounds < rounds ? of[i].rounds : rounds;
	}
	return exactly(rounds, theta, low, high, r);
}
