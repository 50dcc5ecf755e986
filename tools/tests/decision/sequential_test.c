/* Looks: what they spend, where they stand, and that their errors are what they say, by counting.
 */
#include <stddef.h>

#include "check.h"
#include "decision/sequential.h"

enum { MANY = 60, ROUNDS = 9 };

static const struct rules rules = {
	.alpha = .01, .shares = 1, .min_effect = .00498754, .margin = .00995033, .beta = .05};

static struct judgement
looked(const double *d, size_t n, size_t planned, const struct rules *r)
{
	return judgelooks(&(struct pairs){.d = d}, n, planned, r);
}

/* Sixty looks of one plan: later and later, each able to reject, together within their means. */
static bool
sound(size_t planned, const struct rules *r)
{
	double alpha = 0, beta = 0;
	struct look l = {0};

	for (int k = 0; k < MANY; k++) {
		struct look next = looknext(&l, planned, r);

		alpha += next.alpha;
		beta += next.beta;
		if (next.rounds <= l.rounds || next.alpha <= 0 || next.beta < 0)
			return false;
		if (pow(2, -(double)next.rounds) > next.alpha ||
			(next.beta > 0 && pow(2, -(double)next.rounds) > next.beta))
			return false;
		if (next.rounds > planned * 1000)
			break;
		l = next;
	}
	return alpha <= r->alpha / (double)r->shares && beta <= r->beta;
}

static void
testspending(void)
{
	static const double alphas[] = {.5, .1, .01, .001, 1e-9};
	static const size_t shares[] = {1, 7, 10000};

	for (size_t a = 0; a < 5; a++) {
		for (size_t s = 0; s < 3; s++) {
			struct rules r = rules;
			size_t bad = 0;

			r.alpha = alphas[a];
			r.shares = shares[s];
			for (size_t n = 1; n < 3000 && !bad; n++)
				bad = sound(n, &r) ? 0 : n;
			CHECKINT((int)bad, 0);
			CHECK(sound(LOOKS_PLANNED_MAX, &r));
		}
	}
}

static void
testplaces(void)
{
	/* The look at 88 comes when one run in twenty has shown. */
	static const size_t at200[] = {16, 25, 38, 58, 77, 133, 200, 300, 450}, at8[] = {8, 12, 18};
	struct rules none = rules;
	struct look l = {0};
	double spent = 0;

	for (size_t k = 0; k < 9; k++) {
		l = looknext(&l, 200, &rules);
		CHECKINT((int)l.rounds, (int)at200[k]);
		spent += l.alpha;
		if (k == 0)
			CHECKNEAR(l.alpha, .009 * pow(.08, 1.5), 1e-9);
		if (l.rounds == 200)
			CHECKNEAR(spent, .009, 1e-9);
		if (l.rounds == 77)
			CHECKNEAR(l.beta, .045 * pow(.385, 1.5), 1e-9);
		if (l.rounds == 300)
			CHECKNEAR(l.alpha, .0005, 1e-9);
		if (l.rounds == 450)
			CHECKNEAR(l.alpha, .00025, 1e-9);
	}
	/* None is moved where the plan ends before. */
	l = (struct look){.rounds = 53};
	CHECKINT((int)looknext(&l, 80, &rules).rounds, 80);
	/* With so few, what the looks before could not use is left for the first that can reject.
	 */
	l = (struct look){0};
	for (size_t k = 0; k < 3; k++) {
		l = looknext(&l, 8, &rules);
		CHECKINT((int)l.rounds, (int)at8[k]);
		if (k == 0)
			CHECKNEAR(l.alpha, .009, 1e-9);
	}
	none.beta = 0;
	CHECKNEAR(looknext(&(struct look){0}, 200, &none).beta, 0, 0);
}

/* Sizes of differences, all different, in no order. */
static double
size(size_t i)
{
	return .01 * (double)(1 + i * 7 % 16);
}

/*
 * Every way that 9 coins can fall, of a plan of 6 rounds: the share of those that end in `v` when
 * the true effect is theta, which is what the error is.
 */
static double
share(enum verdict v, double theta, const struct rules *r)
{
	double d[ROUNDS];
	int hits = 0;

	for (unsigned coins = 0; coins < 1U << ROUNDS; coins++) {
		for (size_t i = 0; i < ROUNDS; i++)
			d[i] = theta + (coins >> i & 1 ? size(i) : -size(i));
		hits += looked(d, ROUNDS, 6, r).verdict == v;
	}
	return hits / (double)(1U << ROUNDS);
}

static void
testerrors(void)
{
	struct rules r = {.alpha = .1, .shares = 1, .margin = .001, .beta = .2, .shift_only = true};
	struct rules two = r, plain = r;
	double regressed = share(REGRESSED, 0, &r), unchanged;

	plain.min_effect = 1; /* so that nothing is called improved before it is called unchanged */
	unchanged = share(UNCHANGED, r.margin, &plain);
	two.alpha *= 2;
	two.shares = 2;
	CHECK(regressed <= .1 && regressed > .05);
	CHECK(unchanged <= .2 && unchanged > .1);
	plain.shift_only = false;
	CHECK(share(UNCHANGED, r.margin, &plain) < unchanged);
	CHECKNEAR(share(REGRESSED, 0, &two), regressed, 0);
	r.beta = 0;
	CHECKNEAR(share(UNCHANGED, r.margin, &r), 0, 0);
	CHECK(share(IMPROVED, 0, &r) <= .1);
}

static void
testjudgement(void)
{
	double d[450];
	struct judgement j, whole;

	for (size_t i = 0; i < 450; i++)
		d[i] = .05 + .001 * (double)(i * 37 % 101);
	/* Decided at the first look, whatever comes after it. */
	for (size_t i = 16; i < 450; i++)
		d[i] = -d[i];
	j = looked(d, 450, 200, &rules);
	CHECKINT(j.verdict, REGRESSED);
	CHECKINT((int)j.rounds, 16);
	CHECKINT((int)j.next, 0);
	CHECKNEAR(j.level, .009 * pow(.08, 1.5), 1e-9);
	CHECK(j.low > 0 && j.p_slower <= j.level);
	/* One round less, and nobody has looked. */
	j = looked(d, 15, 200, &rules);
	CHECKINT(j.verdict, INCONCLUSIVE);
	CHECKINT((int)j.next, 16);
	CHECKNEAR(j.rounds_short, 1, 0);
	CHECK(isinf(j.low) && isinf(j.high) && isinf(j.detectable) && j.theta > .05);
	CHECKINT((int)looked(d, 0, 200, &rules).next, 16);
	/* Undecided: the last look counts, at 77 of 90 rounds; the next one is not far enough. */
	for (size_t i = 0; i < 450; i++)
		d[i] = (i % 2 ? 1 : -1) * (.2 + .01 * (double)(i / 2));
	j = looked(d, 90, 200, &rules);
	CHECKINT(j.verdict, INCONCLUSIVE);
	CHECKINT((int)j.rounds, 77);
	CHECKINT((int)j.next, 133);
	CHECK(j.rounds_short >= 43 && isfinite(j.detectable));
	/* Not sequential: all rounds, all of alpha. */
	for (size_t i = 0; i < 450; i++)
		d[i] = .02 + .0001 * (double)(i * 37 % 101);
	j = looked(d, 90, 0, &rules);
	whole = judgepaired(&(struct pairs){.d = d}, 90, &rules);
	CHECKINT(j.verdict, REGRESSED);
	CHECKINT((int)j.rounds, 90);
	CHECKINT((int)j.next, 0);
	CHECKNEAR(j.level, .01, 0);
	CHECKNEAR(j.p_slower, whole.p_slower, 0);
	CHECKNEAR(j.low, whole.low, 0);
}

int
main(void)
{
	testspending();
	testplaces();
	testerrors();
	testjudgement();
	return checkdone();
}
