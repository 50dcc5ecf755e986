#include <math.h>

#include "stats.h"
#include "verdict.h"

const char *
verdictname(enum verdict v)
{
	static const char *const names[] = {
		"regressed", "improved", "unchanged", "inconclusive", "identical", "invalid"};

	return names[v];
}

static enum verdict
decide(const struct judgement *j, const struct rules *r, double a, double least)
{
	if (j->p_slower <= a && j->theta >= least)
		return REGRESSED;
	if (j->p_faster <= a && j->theta <= -least)
		return IMPROVED;
	if (j->p_unchanged <= r->beta)
		return UNCHANGED;
	return INCONCLUSIVE;
}

struct judgement
judgepaired(const double *d, size_t n, const struct rules *r)
{
	double a = r->alpha / (double)r->shares, sd = spread(d, n);
	struct pvalues zero = signedrank(d, n, 0), margin = signedrank(d, n, r->margin);
	struct estimate e = walsh(d, n, a);
	struct judgement j = {.rounds = n,
		.theta = e.theta,
		.low = e.low,
		.high = e.high,
		.p_slower = zero.greater,
		.p_faster = zero.less,
		.p_unchanged = margin.less,
		.detectable = fmax(detectable(sd, n, a), r->min_effect)};

	/* With so few pairs that even all of one sign prove nothing, nothing can be detected. */
	if (ldexp(1, -(int)fmin((double)n, 1000)) > a)
		j.detectable = INFINITY;
	j.verdict = decide(&j, r, a, r->min_effect);
	if (j.verdict == INCONCLUSIVE) {
		/* Whichever is nearer: to show that it differs, or that it stays below margin. */
		double effect = fmax(fabs(e.theta), r->margin - e.theta);
		double least = ceil(-log2(a));

		j.rounds_short = fmax(1, fmax(pairsneeded(sd, effect, a), least) - (double)n);
	}
	return j;
}

/* ln of the number of ways to draw k of n */
static double
logchoose(size_t n, size_t k)
{
	return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

struct judgement
judgeblocks(
	const double *base, size_t nbase, const double *cand, size_t ncand, const struct rules *r)
{
	double a = r->alpha / (double)r->shares;
	struct pvalues p = ranksum(base, nbase, cand, ncand);
	struct estimate e = shift(base, nbase, cand, ncand, a);
	struct judgement j = {.rounds = nbase < ncand ? nbase : ncand,
		.theta = e.theta,
		.low = e.low,
		.high = e.high,
		.p_slower = p.greater,
		.p_faster = p.less,
		.p_unchanged = 1};
	double least = fmax(r->min_effect, r->floor);
	/* Two independent samples: their standard errors add. */
	double sd = hypot(spread(base, nbase), spread(cand, ncand));

	j.detectable = fmax(detectable(sd, j.rounds, a), least);
	/* With so few samples that even all apart prove nothing, nothing can be detected. */
	if (-logchoose(nbase + ncand, ncand) > log(a))
		j.detectable = INFINITY;
	j.verdict = decide(&j, r, a, least);
	if (j.verdict == INCONCLUSIVE)
		j.rounds_short = INFINITY; /* more of the same would not help: measure paired */
	return j;
}
