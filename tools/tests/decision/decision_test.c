/* From samples to verdicts: the border of each, and that nothing unseen is called seen. */
#include <stddef.h>
#include <stdint.h>

#include "check.h"
#include "decision/decision.h"

enum { MANY = 300 };

/* The default rules of bench-compare: 1 %, 0.5 %, 1 %, floor 10 %. */
static const struct rules rules = {.alpha = .01,
	.shares = 1,
	.min_effect = .00498754,
	.margin = .00995033,
	.beta = .05,
	.floor = .0953102};

/* n differences around theta, evenly spread over +-width, in an order that mixes them. */
static const double *
around(double theta, double width, size_t n)
{
	static double d[MANY];

	for (size_t i = 0; i < n; i++)
		d[i] = theta + width * (2 * (double)(i * 37 % n) / (double)(n - 1) - 1);
	return d;
}

static struct judgement
paired(const double *d, size_t n, const struct rules *r)
{
	return judgepaired(&(struct pairs){.d = d}, n, r);
}

static void
testpaired(void)
{
	struct rules shared = rules, strict = rules;
	struct judgement j = paired(around(.02, .03, 101), 101, &rules);

	CHECKINT(j.verdict, REGRESSED);
	CHECKNEAR(j.theta, .02, 1e-9);
	CHECK(j.low > 0 && j.low < .02 && j.high > .02 && j.p_slower < 1e-6 && j.p_faster > .99);
	CHECKNEAR(j.rounds_short, 0, 0);
	CHECKINT(paired(around(-.02, .03, 101), 101, &rules).verdict, IMPROVED);
	CHECKINT(paired(around(0, .03, 101), 101, &rules).verdict, UNCHANGED);
	/* Certain, but too small to be called; then too small for the margin, too. */
	CHECKINT(paired(around(.004, .003, 101), 101, &rules).verdict, UNCHANGED);
	strict.margin = .004;
	j = paired(around(.0045, .003, 101), 101, &strict);
	CHECK(j.p_slower < .01);
	CHECKINT(j.verdict, INCONCLUSIVE);
	CHECK(j.rounds_short >= 1);
	/* Large, but not certain: with a share of one in a thousand. */
	j = paired(around(.01, .06, 101), 101, &rules);
	CHECK(j.p_slower < .01 && j.p_slower > 1e-5);
	CHECKINT(j.verdict, REGRESSED);
	shared.shares = 1000;
	CHECKINT(paired(around(.01, .06, 101), 101, &shared).verdict, INCONCLUSIVE);
}

/* What so few rounds could have seen: nothing, until all of one sign would be proof. */
static void
testfew(void)
{
	for (size_t n = 2; n < 10; n++) {
		struct judgement j = paired(around(.3, .01, n), n, &rules);

		CHECKINT(j.verdict, n < 7 ? INCONCLUSIVE : REGRESSED);
		CHECKINT(isinf(j.detectable), n < 7);
		CHECKNEAR(j.rounds_short, n < 7 ? 7 - (double)n : 0, 0);
	}
}

/*
 * A candidate that is a fifth slower in every third round, and otherwise to the tick the same: the
 * median deviation is 0, which must not be taken for a measurement without noise.
 */
static void
testmostlyequal(void)
{
	double d[99];
	struct judgement j;

	for (size_t i = 0; i < 99; i++)
		d[i] = i % 3 ? 0 : .2;
	j = paired(d, 99, &rules);
	CHECKINT(j.verdict, INCONCLUSIVE);
	CHECK(j.detectable > .05);
	for (size_t i = 0; i < 99; i++)
		d[i] = 0;
	j = paired(d, 99, &rules);
	CHECKINT(j.verdict, UNCHANGED);
	CHECKNEAR(j.detectable, rules.min_effect, 0);
}

static void
testblocks(void)
{
	static double a[MANY], b[MANY];
	struct rules bold = rules;
	struct judgement j;

	for (size_t i = 0; i < 30; i++) {
		a[i] = .001 * (double)(i * 7 % 30);
		b[i] = a[i] + .15;
	}
	j = judgeblocks(a, 30, b, 30, &rules);
	CHECKINT(j.verdict, REGRESSED);
	CHECKNEAR(j.theta, .15, 1e-9);
	CHECKINT(judgeblocks(b, 30, a, 30, &rules).verdict, IMPROVED);
	for (size_t i = 0; i < 30; i++)
		b[i] = a[i] + .08; /* below the floor */
	j = judgeblocks(a, 30, b, 30, &rules);
	CHECKINT(j.verdict, INCONCLUSIVE);
	CHECK(j.detectable >= rules.floor && isinf(j.rounds_short));
	bold.floor = 0;
	CHECKINT(judgeblocks(a, 30, b, 30, &bold).verdict, REGRESSED);
	/* 1 / C(8, 4) is more than 1 %, 1 / C(10, 5) is not. */
	CHECK(isinf(judgeblocks(a, 4, b, 4, &bold).detectable));
	CHECK(isfinite(judgeblocks(a, 5, b, 5, &bold).detectable));
}

static void
testcounts(void)
{
	static const double base[] = {1e9, 1000400000}, near[] = {1002e6, 1003e6},
			    far[] = {1e9, 1003e6};
	static const double more[] = {1011e6, 1010e6}, less[] = {990e6, 991e6}, none[] = {0, 0};
	struct rules strict = rules;
	struct judgement j = judgecounts(base, 2, more, 2, &rules);

	CHECKINT(j.verdict, REGRESSED);
	CHECKNEAR(j.low, log(1010 / 1000.4), 1e-12);
	CHECKNEAR(j.high, log(1.011), 1e-12);
	CHECK(j.theta > j.low && j.theta < j.high && isnan(j.p_slower));
	CHECKINT(judgecounts(base, 2, less, 2, &rules).verdict, IMPROVED);
	CHECKINT(judgecounts(base, 2, near, 2, &rules).verdict, UNCHANGED);
	CHECKINT(judgecounts(base, 2, base, 2, &rules).verdict, UNCHANGED);
	/* 0.3 % among two runs of one program, when 0.5 % is to be told: either side. */
	CHECKINT(judgecounts(base, 2, far, 2, &rules).verdict, INVALID);
	CHECKINT(judgecounts(far, 2, base, 2, &rules).verdict, INVALID);
	CHECKINT(judgecounts(far, 1, more, 1, &rules).verdict, REGRESSED);
	j = judgecounts(far, 2, none, 2, &rules);
	CHECKINT(j.verdict, IMPROVED);
	CHECK(j.theta == -INFINITY && j.high == -INFINITY);
	j = judgecounts(none, 2, far, 2, &rules);
	CHECKINT(j.verdict, REGRESSED);
	CHECK(j.theta == INFINITY && j.low == INFINITY);
	/* Below what is called, above what may be called unchanged. */
	strict.margin = .001;
	j = judgecounts(base, 2, near, 2, &strict);
	CHECKINT(j.verdict, INCONCLUSIVE);
	CHECK(isinf(j.rounds_short));
	CHECKNEAR(j.detectable, rules.min_effect, 0);
}

static void
testvaried(void)
{
	double a[COUNTS_RANKED], b[COUNTS_RANKED];
	struct judgement j;

	for (size_t i = 0; i < COUNTS_RANKED; i++) {
		a[i] = 20 + .005 * (double)i;
		b[i] = a[i] + .02;
	}
	j = judgevaried(a, COUNTS_RANKED, b, COUNTS_RANKED, &rules);
	CHECKINT(j.verdict, INCONCLUSIVE);
	CHECKINT(j.doubt.kind, DOUBT_COUNTS);
	CHECKNEAR(j.doubt.size, .005 * (COUNTS_RANKED - 1), 1e-9);
	CHECK(j.low < 0 && j.high > 0 && isinf(j.rounds_short));
	for (size_t i = 0; i < COUNTS_RANKED; i++)
		b[i] += .06; /* still below the floor of times */
	j = judgevaried(a, COUNTS_RANKED, b, COUNTS_RANKED, &rules);
	CHECKINT(j.verdict, REGRESSED);
	CHECKINT(j.doubt.kind, NO_DOUBT);
	CHECK(j.low > 0 && j.theta < rules.floor);
	CHECKINT(judgevaried(b, COUNTS_RANKED, a, COUNTS_RANKED, &rules).verdict, IMPROVED);
	CHECKINT(judgevaried(a, COUNTS_RANKED - 1, b, COUNTS_RANKED, &rules).verdict, INVALID);
}

int
main(void)
{
	CHECKSTR(verdictname(REGRESSED), "regressed");
	CHECKSTR(verdictname(INVALID), "invalid");
	testpaired();
	testfew();
	testmostlyequal();
	testblocks();
	testcounts();
	testvaried();
	return checkdone();
}
