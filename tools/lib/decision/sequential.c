#include <math.h>
#include <stdbool.h>

#include "decision/sequential.h"
#include "stats/stats.h"

static const double within = .9; /* the share of the plan; the rest is for looks past it */

/* In fewer rounds, what befalls one run in twenty is missed in more than 2 % of cases. */
enum { SHOWN_ROUNDS = 77 };

/* The first look of the grid that comes later than those is at them. */
static size_t
lookat(size_t n, size_t planned)
{
	return n < planned && n > SHOWN_ROUNDS && n * 2 / 3 < SHOWN_ROUNDS ? SHOWN_ROUNDS : n;
}

static size_t
roundsafter(size_t rounds, size_t planned)
{
	size_t n = planned;

	while (n <= rounds)
		n += (n + 1) / 2;
	while (n <= planned && lookat(n * 2 / 3, planned) > rounds)
		n = n * 2 / 3;
	return lookat(n, planned);
}

/* What may be spent up to n rounds: within * t^1.5 in the plan, then half of the rest each time. */
static double
spendable(size_t n, size_t planned)
{
	double left = 1 - within;

	if (n <= planned)
		return within * pow((double)n / (double)planned, 1.5);
	for (size_t k = planned; k < n; k += (k + 1) / 2)
		left /= 2;
	return 1 - left;
}

/* Whether n rounds of one sign would be proof. */
static bool
canreject(size_t n, double level)
{
	return level > 0 && (double)n >= -log2(level);
}

struct look
looknext(const struct look *last, size_t planned, const struct rules *r)
{
	struct look l = *last;
	double alpha = r->alpha / (double)r->shares, share;

	do {
		l.rounds = roundsafter(l.rounds, planned);
		share = spendable(l.rounds, planned);
		l.alpha = alpha * (share - last->alpha_spent);
	} while (!canreject(l.rounds, l.alpha));
	l.alpha_spent = share;
	l.beta = r->beta * (share - last->beta_spent);
	if (canreject(l.rounds, l.beta) && (l.rounds >= planned || l.rounds >= SHOWN_ROUNDS))
		l.beta_spent = share;
	else
		l.beta = 0;
	return l;
}

/* Rounds that no look has seen yet: an estimate, and nothing is known about how good it is. */
static struct judgement
unseen(const struct pairs *p, size_t n)
{
	return (struct judgement){.verdict = INCONCLUSIVE,
		.rounds = n,
		.theta = n ? walsh(p->d, n, .5).theta : NAN,
		.low = -INFINITY,
		.high = INFINITY,
		.p_slower = 1,
		.p_faster = 1,
		.p_unchanged = 1,
		.detectable = INFINITY};
}

struct judgement
judgelooks(const struct pairs *p, size_t n, size_t planned, const struct rules *r)
{
	struct look l = {0};
	struct judgement j;
	double needed;

	if (!planned)
		return judgepaired(p, n, r);
	j = unseen(p, n);
	for (l = looknext(&l, planned, r); l.rounds <= n; l = looknext(&l, planned, r)) {
		struct rules at = *r;

		at.alpha = l.alpha;
		at.shares = 1;
		at.beta = l.beta;
		j = judgepaired(p, l.rounds, &at);
		if (j.verdict != INCONCLUSIVE)
			return j;
	}
	/* What the last look says it needs counts from there. */
	needed = (double)j.rounds + j.rounds_short;
	j.rounds_short = fmax(needed, (double)l.rounds) - (double)n;
	j.next = l.rounds;
	return j;
}

static bool
constant(const double *x, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (x[i] < x[0] || x[i] > x[0])
			return false;
	return true;
}

struct judgement
judgenumbers(const struct pairs *p, size_t n, size_t planned, const struct rules *r)
{
	struct judgement j = {.verdict = INVALID, .rounds = n};
	bool finite = true,
	     same = p->base && p->cand && constant(p->base, n) && constant(p->cand, n);

	if (same && n >= ROUNDS_MIN) {
		static const double one = 1;
		bool none = fpclassify(p->base[0]) == FP_ZERO && fpclassify(p->cand[0]) == FP_ZERO;

		j = none ? judgecounts(&one, 1, &one, 1, r)
			 : judgecounts(p->base, n, p->cand, n, r);
		j.rounds = n;
		return j;
	}
	if (same && planned >= ROUNDS_MIN) {
		j = unseen(p, 0);
		j.rounds = n;
		j.next = ROUNDS_MIN;
		j.rounds_short = (double)(ROUNDS_MIN - n);
		return j;
	}
	for (size_t i = 0; i < n; i++)
		finite = finite && isfinite(p->d[i]);
	return finite ? judgelooks(p, n, planned, r) : j;
}
