/* What a shift does not show: each doubt where it is due, and none where nothing is wrong. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "decision/doubt.h"
#include "decision/sequential.h"
#include "stats/shuffle.h"

enum { N = 200 };

/* The default rules of bench-compare, in theta. */
static const struct rules rules = {
	.alpha = .01, .shares = 1, .min_effect = .00498754, .margin = .00995033, .beta = .05};

static double base[N], cand[N], d[N];
static signed char follows[N];

/* Samples of 16 ms with noise of about 2 %, no two of them equal, in an order that mixes them. */
static double
sample(size_t i, size_t prime)
{
	return .016 * (1 + .04 * ((double)(i * prime % 211) / 211 - .5));
}

static void
equalarms(void)
{
	size_t before[2], order[2];

	for (size_t i = 0; i < N; i++) {
		base[i] = sample(i, 97) * (1 + 1e-7 * (double)i);
		cand[i] = sample(i, 131) * (1 + 1e-7 * (double)i);
		roundorder(7, i, 2, order);
		follows[i] = (signed char)followings(i ? before : NULL, order, 2, 0, 1);
		before[0] = order[0];
		before[1] = order[1];
	}
}

static struct judgement
judged(const struct rules *r)
{
	for (size_t i = 0; i < N; i++)
		d[i] = log(cand[i] / base[i]);
	return judgepaired(
		&(struct pairs){.d = d, .base = base, .cand = cand, .follows = follows}, N, r);
}

/* The verdict is doubted for this reason; without it (r->shift_only) it is `shift`. */
static struct judgement
doubted(enum doubtkind kind, enum verdict shift)
{
	struct rules blind = rules;
	struct judgement j = judged(&rules);

	blind.shift_only = true;
	CHECKINT(judged(&blind).verdict, shift);
	CHECKINT(j.verdict, INCONCLUSIVE);
	CHECKINT(j.doubt.kind, kind);
	CHECK(isinf(j.rounds_short));
	return j;
}

static void
testnone(void)
{
	struct judgement j;

	equalarms();
	j = judged(&rules);
	CHECKINT(j.verdict, UNCHANGED);
	CHECKINT(j.doubt.kind, NO_DOUBT);
	CHECK(j.looked && fabs(j.mean) < .005 && j.tail > .02 && j.tail < .05);
	CHECK(j.tail_share > .03 && j.tail_share < .10);
	for (size_t i = 0; i < N; i++)
		cand[i] *= 1.02;
	CHECKINT(judged(&rules).verdict, REGRESSED);
	for (size_t i = 0; i < N; i++)
		cand[i] *= .95;
	CHECKINT(judged(&rules).verdict, IMPROVED);
}

/* One run in twenty takes five times as long; a single one is enough. */
static void
testmean(void)
{
	struct judgement j;

	equalarms();
	for (size_t i = 7; i < N; i += 20)
		cand[i] *= 5;
	j = doubted(DOUBT_MEAN, UNCHANGED);
	CHECKNEAR(j.doubt.size, log1p(.2), .05);
	CHECK(j.detectable > .2); /* more than may be left undetected: no pass */
	equalarms();
	cand[7] *= 5;
	doubted(DOUBT_MEAN, UNCHANGED);
	/* The same of both arms is the machine. */
	base[100] *= 5;
	CHECKINT(judged(&rules).verdict, UNCHANGED);
	/* An improvement that some runs pay for. */
	equalarms();
	for (size_t i = 0; i < N; i++)
		cand[i] *= i % 20 == 7 ? 5 : .97;
	doubted(DOUBT_MEAN, IMPROVED);
}

/* Two modes 20 % apart: the base is slow in so many of 200 runs, the candidate in as many more. */
static void
modes(size_t slow, size_t more)
{
	equalarms();
	for (size_t i = 0; i < N; i++) {
		base[i] =
			.016 * (i * 37 % N < slow ? 1.2 : 1) * (1 + 1e-5 * (double)(i * 97 % 211));
		cand[i] = .016 * (i * 61 % N < slow + more ? 1.2 : 1) *
			  (1 + 1e-5 * (double)(i * 131 % 211));
	}
}

/* Too little for ranks; and a mean that is known too badly, though it looks well. */
static void
testmodes(void)
{
	modes(90, 20);
	doubted(DOUBT_MEAN, UNCHANGED);
	modes(96, 8);
	CHECK(doubted(DOUBT_MEAN, UNCHANGED).doubt.size < rules.margin);
}

/* A mode that few runs are in: the mean grew by less than the margin, and may by twice that. */
static void
testraremode(void)
{
	modes(24, 9);
	CHECK(doubted(DOUBT_MEAN, UNCHANGED).doubt.size < rules.margin);
	modes(24, 0);
	CHECKINT(judged(&rules).verdict, UNCHANGED);
}

/* A machine that is restless for a while hides nothing of what the other rounds show. */
static void
testrestless(void)
{
	equalarms();
	for (size_t i = 60; i < 120; i++) {
		base[i] *= 1 + .3 * (double)(i * 53 % 61) / 61;
		cand[i] *= 1 + .3 * (double)(i * 41 % 61) / 61;
	}
	CHECKINT(judged(&rules).verdict, UNCHANGED);
	/* A candidate that is slow for a while is. */
	for (size_t i = 80; i < 90; i++)
		cand[i] *= 1.5;
	doubted(DOUBT_MEAN, UNCHANGED);
}

static double
uniform(void)
{
	static uint64_t state;
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

/* What is said of the tail, at 95 %, where 2 % of the candidate's runs take ten times as long. */
static void
testtailshare(void)
{
	enum { ROUNDS = 77, DRAWS = 400 };
	int wrong = 0, unchanged = 0, said = 0;

	for (int k = 0; k < DRAWS; k++) {
		struct judgement j;
		double share;

		for (size_t i = 0; i < ROUNDS; i++)
			d[i] = uniform() < .02 ? log(10) : .1 * (uniform() - .5);
		j = judgepaired(&(struct pairs){.d = d}, ROUNDS, &rules);
		share = j.tail < .05 ? .02 + .98 * (.05 - j.tail) / .1 : 0;
		wrong += share > j.tail_share;
		unchanged += j.verdict == UNCHANGED;
		said += j.verdict == UNCHANGED && share <= j.tail_share;
	}
	CHECK(wrong <= DRAWS / 20);
	CHECK(unchanged > DRAWS / 20 && unchanged < DRAWS / 4); /* where none of them has shown */
	CHECK(said > unchanged / 2);
}

static void
testtail(void)
{
	equalarms();
	for (size_t i = 3; i < N; i += 20)
		cand[i] *= 1.13;
	CHECKNEAR(doubted(DOUBT_TAIL, UNCHANGED).doubt.size, log(2), 1e-9);
}

static double
ticked(double x, double tick)
{
	return tick * floor(x / tick + .5);
}

static void
testclock(void)
{
	static const double ticks[] = {.004, .010};

	for (size_t k = 0; k < 2; k++) {
		equalarms();
		for (size_t i = 0; i < N; i++) {
			base[i] = ticked(base[i], ticks[k]);
			cand[i] = ticked(cand[i] * 1.02, ticks[k]);
		}
		/* All the same: nobody knows how much finer the clock is. */
		CHECK(isinf(doubted(DOUBT_CLOCK, UNCHANGED).detectable));
		cand[5] += ticks[k];
		CHECKNEAR(doubted(DOUBT_CLOCK, UNCHANGED).doubt.size, log1p(ticks[k] / base[0]),
			1e-9);
	}
	/* Ticks of 0.06 % are in the interval. */
	equalarms();
	for (size_t i = 0; i < N; i++) {
		base[i] = ticked(base[i], .00001);
		cand[i] = ticked(cand[i], .00001);
	}
	CHECKINT(judged(&rules).verdict, UNCHANGED);
}

/* 2 % slower, and what follows it 3 %: half of rounds show 2 % and half nothing. */
static void
testfollows(void)
{
	struct judgement j;

	equalarms();
	for (size_t i = 0; i < N; i++)
		cand[i] *= follows[i] < 0 ? .99 : 1.015;
	j = doubted(DOUBT_FOLLOWS, UNCHANGED);
	CHECKNEAR(j.doubt.size, log(1.015 / .99), .2);
	CHECK(isinf(j.detectable));
	/* So large a change stands all the same. */
	for (size_t i = 0; i < N; i++)
		cand[i] *= 1.05;
	CHECKINT(judged(&rules).verdict, REGRESSED);
}

static void
testfollowings(void)
{
	static const size_t ab[] = {0, 1}, ba[] = {1, 0}, x[] = {2, 0, 1, 3}, y[] = {1, 2, 0, 3};

	CHECKINT(followings(ab, ba, 2, 0, 1), 0);
	CHECKINT(followings(ba, ab, 2, 0, 1), 0);
	CHECKINT(followings(ab, ab, 2, 0, 1), -2);
	CHECKINT(followings(ba, ba, 2, 0, 1), -2);
	CHECKINT(followings(NULL, ab, 2, 0, 1), -1);
	CHECKINT(followings(NULL, x, 4, 0, 1), -1);
	CHECKINT(followings(x, y, 4, 0, 1), 0);
	CHECKINT(followings(ba, (const size_t[]){0, 1}, 2, 1, 0), 0);
	/* The candidate after itself. */
	CHECKINT(followings((const size_t[]){0, 2, 1}, (const size_t[]){1, 2, 0}, 3, 0, 1), 1);
}

static void
testtrend(void)
{
	struct judgement j;

	equalarms();
	for (size_t i = 0; i < 60; i++)
		cand[i] *= 1.3;
	j = doubted(DOUBT_TREND, REGRESSED);
	CHECKNEAR(j.doubt.size, log(1.3), .2);
	CHECK(isinf(j.detectable)); /* what was a regression is no pass */
	/* Slower and slower is slower. */
	equalarms();
	for (size_t i = 0; i < N; i++)
		cand[i] *= 1 + .06 * (double)i / (double)N;
	CHECKINT(judged(&rules).verdict, REGRESSED);
	/* Slower by and by, and in the mean still below the margin. */
	equalarms();
	for (size_t i = 150; i < N; i++)
		cand[i] *= 1.02;
	doubted(DOUBT_TREND, UNCHANGED);
	/* An improvement that was the first rounds' alone. */
	equalarms();
	for (size_t i = 0; i < 60; i++)
		cand[i] *= .7;
	doubted(DOUBT_TREND, IMPROVED);
}

/* The control and the canary are judged by their shift: no doubt makes a difference none. */
static void
testselfcheck(void)
{
	struct rules control = controlrules(&rules), canary = canaryrules(&rules);

	equalarms();
	for (size_t i = 0; i < 60; i++)
		cand[i] *= 1.3;
	CHECKINT(judged(&control).verdict, REGRESSED);
	CHECKINT(judged(&canary).verdict, REGRESSED);
	CHECK(!judged(&control).looked);
}

/* A look before what befalls one run in twenty can have shown says nothing of "unchanged". */
static void
testearly(void)
{
	struct judgement j;

	equalarms();
	judged(&rules);
	j = judgelooks(&(struct pairs){.d = d}, 58, N, &rules);
	CHECKINT(j.verdict, INCONCLUSIVE);
	CHECKINT((int)j.next, 77);
	j = judgelooks(&(struct pairs){.d = d}, N, N, &rules);
	CHECKINT(j.verdict, UNCHANGED);
	CHECKINT((int)j.rounds, 77);
	/* A plan that is no longer than that is seen to its end. */
	j = judgelooks(&(struct pairs){.d = d}, 60, 60, &rules);
	CHECKINT((int)j.rounds, 60);
}

int
main(void)
{
	for (int k = DOUBT_MEAN; k <= DOUBT_TREND; k++)
		CHECK(doubtname((enum doubtkind)k) != NULL);
	testnone();
	testmean();
	testmodes();
	testraremode();
	testrestless();
	testtailshare();
	testtail();
	testclock();
	testfollows();
	testfollowings();
	testtrend();
	testselfcheck();
	testearly();
	return checkdone();
}
