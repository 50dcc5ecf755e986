/* What a shift does not show: mean, tail, ticks, carry-over and trend. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "decision/doubt.h"
#include "stats/excess.h"
#include "stats/stats.h"

static const double mean_level = .05;
static const double growth_share = .4; /* of beta: 2 % of 5 % */
static const double tail_level = .025; /* of each of two */
static const double follows_level = .1, trend_level = .1, unsteady_level = .01;
static const double most_of_it = .8;

const char *
doubtname(enum doubtkind k)
{
	static const char *const names[] = {[DOUBT_MEAN] = "mean",
		[DOUBT_TAIL] = "tail",
		[DOUBT_CLOCK] = "clock",
		[DOUBT_FOLLOWS] = "carry-over",
		[DOUBT_TREND] = "trend",
		[DOUBT_COUNTS] = "counts"};

	return names[k];
}

static const struct doubt none = {NO_DOUBT, 0};

/* "improved" has spent none of beta. */
static struct doubt
aboutmean(const struct judgement *j, const struct pairs *p, size_t n, const struct rules *r)
{
	double beta = j->verdict == UNCHANGED ? r->beta : mean_level;

	if (j->mean >= r->margin || signflip(p->d, n, r->margin, 4) > mean_level ||
		signflip(p->d, n, 2 * r->margin, 0) > growth_share * beta)
		return (struct doubt){DOUBT_MEAN, j->mean};
	return none;
}

/* The signs of the largest differences from the margin, which coins may give to either side. */
static struct doubt
abouttail(const struct pairs *p, size_t n, const struct rules *r)
{
	static const size_t parts[] = {4, TAIL};
	double *over = xcalloc(n, sizeof(*over));
	struct doubt q = none;

	for (size_t i = 0; i < n; i++)
		over[i] = p->d[i] - r->margin;
	for (size_t k = 0; k < sizeof(parts) / sizeof(*parts) && !q.kind; k++) {
		double most = border(over, n, parts[k]);
		size_t slower = 0, beyond = 0;

		for (size_t i = 0; i < n; i++) {
			slower += over[i] > most;
			beyond += fabs(over[i]) > most;
		}
		if (binomialtail(slower, beyond, .5) <= tail_level)
			q = (struct doubt){DOUBT_TAIL, log1p((double)slower / (double)beyond)};
	}
	free(over);
	return q;
}

static bool
equal(double x, double y)
{
	return fabs(x - y) <= 1e-9 * fabs(y); /* sums of ticks are rounded */
}

/* The least difference, in theta, of samples that mostly have equals; 0 when they do not. */
static double
tickof(const struct pairs *p, size_t n)
{
	double *x = xcalloc(2 * n, sizeof(*x)), tick = INFINITY, middle;
	size_t alone = 0;

	memcpy(x, p->base, n * sizeof(*x));
	memcpy(x + n, p->cand, n * sizeof(*x));
	sortreal(x, 2 * n);
	middle = median(x, 2 * n);
	for (size_t i = 0; i < 2 * n; i++) {
		bool first = !i || !equal(x[i - 1], x[i]);
		bool last = i + 1 == 2 * n || !equal(x[i], x[i + 1]);

		alone += first && last;
		if (i && first)
			tick = fmin(tick, log1p((x[i] - x[i - 1]) / middle));
	}
	free(x);
	return alone > n ? 0 : tick;
}

static struct doubt
aboutclock(const struct pairs *p, size_t n, const struct rules *r)
{
	double tick = p->base && p->cand && !p->clockless ? tickof(p, n) : 0;

	if (tick > 0 && (tick >= r->margin || signedrank(p->d, n, r->margin - tick).less > r->beta))
		return (struct doubt){DOUBT_CLOCK, tick};
	return none;
}

/* Whether the verdict would be the same had all d been larger by `more`. */
static bool
stands(const struct judgement *j, const struct pairs *p, size_t n, const struct rules *r,
	double more)
{
	if (j->verdict == REGRESSED)
		return j->theta + more >= r->min_effect;
	if (j->verdict == IMPROVED)
		return j->theta + more <= -r->min_effect;
	return signedrank(p->d, n, r->margin - more).less <= r->beta;
}

static struct doubt
aboutfollows(const struct judgement *j, const struct pairs *p, size_t n, const struct rules *r)
{
	double *hidden = xcalloc(n, sizeof(*hidden)), *plain = xcalloc(n, sizeof(*plain)), change;
	size_t nhidden = 0, nplain = 0;
	struct doubt q = none;
	struct pvalues v;

	for (size_t i = 0; i < n; i++) {
		if (p->follows[i] < 0)
			hidden[nhidden++] = p->d[i];
		else
			plain[nplain++] = p->d[i];
	}
	v = ranksum(plain, nplain, hidden, nhidden);
	if (fmin(v.less, v.greater) <= follows_level / 2) {
		change = shift(plain, nplain, hidden, nhidden, .5).theta;
		if (!stands(j, p, n, r, -change * (double)nhidden / (double)n))
			q = (struct doubt){DOUBT_FOLLOWS, -change};
	}
	free(hidden);
	free(plain);
	return q;
}

/*
 * Whether the verdict holds for the rounds from `at` on: by the same test, or as they show most of
 * the difference; for "unchanged", whether neither part is slower by the margin.
 */
static bool
steady(const struct judgement *j, const struct pairs *p, size_t n, const struct rules *r, size_t at)
{
	struct pvalues v = signedrank(p->d + at, n - at, 0);
	double early = walsh(p->d, at, .5).theta, late = walsh(p->d + at, n - at, .5).theta;

	if (j->verdict == UNCHANGED)
		return early < r->margin && late < r->margin;
	if (late / j->theta >= most_of_it)
		return true;
	return fabs(late) >= r->min_effect &&
	       (j->verdict == REGRESSED ? v.greater : v.less) <= j->level;
}

static struct doubt
abouttrend(const struct judgement *j, const struct pairs *p, size_t n, const struct rules *r)
{
	const size_t first[] = {n / 16, n / 8, n / 4, n / 2, n - n / 4};
	enum { PARTS = sizeof(first) / sizeof(*first) };
	double level = j->verdict == UNCHANGED ? unsteady_level : trend_level, least = 1;
	size_t at = 0;

	for (size_t k = 0; k < PARTS; k++) {
		struct pvalues v = ranksum(p->d + first[k], n - first[k], p->d, first[k]);

		if (fmin(v.less, v.greater) < least) {
			least = fmin(v.less, v.greater);
			at = first[k];
		}
	}
	if (least > level / (2 * PARTS) || steady(j, p, n, r, at))
		return none;
	return (struct doubt){DOUBT_TREND, shift(p->d + at, n - at, p->d, at, .5).theta};
}

struct doubt
doubtabout(const struct judgement *j, const struct pairs *p, size_t n, const struct rules *r)
{
	struct doubt q = none;

	if (j->verdict == UNCHANGED)
		q = aboutclock(p, n, r);
	if (!q.kind)
		q = abouttrend(j, p, n, r);
	if (!q.kind && p->follows)
		q = aboutfollows(j, p, n, r);
	if (!q.kind && j->verdict != REGRESSED)
		q = aboutmean(j, p, n, r);
	if (!q.kind && j->verdict != REGRESSED)
		q = abouttail(p, n, r);
	return q;
}

double
doubthides(const struct doubt *q, const struct pairs *p, size_t n)
{
	switch (q->kind) {
	case NO_DOUBT:
		return 0;
	case DOUBT_MEAN:
	case DOUBT_TAIL:
		return log1p(fmax(excessbound(p->d, n, .01), 0));
	case DOUBT_CLOCK:
		return q->size;
	case DOUBT_FOLLOWS:
	case DOUBT_TREND:
	case DOUBT_COUNTS:
		break;
	}
	return INFINITY;
}
