#include <math.h>
#include <stdint.h>

#include "decision/decision.h"
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
	return c;
}

struct rules
canaryrules(const struct rules *r)
{
	struct rules c = *r;

	c.shares = 1;
	c.min_effect = 0;
	c.beta = 0;
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

struct judgement
judgepaired(const double *d, size_t n, const struct rules *r)
{
	double a = r->alpha / (double)r->shares, sd = spread(d, n);
	struct pvalues zero = signedrank(d, n, 0), margin = signedrank(d, n, r->margin);
	struct estimate e = walsh(d, n, a);
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
	if (j.verdict == INCONCLUSIVE) {
		/* Whichever is nearer: to show that it differs, or that it stays below margin. */
		double effect = fmax(fabs(e.theta), r->margin - e.theta);
		double least = ceil(-log2(a));

		j.rounds_short = fmax(1, fmax(pairsneeded(sd, effect, a), least) - (double)n);
	}
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

struct judgement
judgecounts(
	const double *base, size_t nbase, const double *cand, size_t ncand, const struct rules *r)
{
	struct range b = rangeof(base, nbase), c = rangeof(cand, ncand);
	size_t rounds = nbase < ncand ? nbase : ncand;
	double theta = log(medianof(cand, ncand) / medianof(base, nbase));

	/* From none or to none it changed, however much the others differ. */
	if (isfinite(theta) && fmax(b.most - b.least, c.most - c.least) > r->min_effect / 2)
		return (struct judgement){.verdict = INVALID, .rounds = rounds};
	return exactly(rounds, theta, c.least - b.most, c.most - b.least, r);
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
