/* The rules of choice one by one: when the best changes, whom warm-up leaves out, what confidence is. */
#include "told.h"

static void
record(struct tune_profile *p, int target, int n, double seconds, double noise, double watts)
{
	for (int i = 0; i < n; i++)
		CHECKINT(tune_record(p, target, seconds * exp(i & 1 ? noise : -noise), watts), 0);
}

/* Warm-up is over, and a leads. */
static struct tune_profile *
leading(struct tune *t)
{
	struct tune_profile *p = gemm(t, 2);

	for (int i = 0; i < 12; i++)
		(void)tune_choose(p, NULL);
	record(p, 0, 6, 1e-3, 0.03, NAN);
	record(p, 1, 6, 1.02e-3, 0.03, NAN);
	CHECKINT(tune_best(p), 0);
	return p;
}

/* Before warm-up is over the lowest mean leads, by however little. */
static void
first(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = gemm(t, 2);

	record(p, 0, 1, 1e-3, 0, NAN);
	CHECKINT(tune_best(p), 0);
	record(p, 1, 1, 0.95e-3, 0, NAN);
	CHECKINT(tune_best(p), 1);
	tune_close(t);
}

/* 4 % are below any threshold, but after 200 samples they are certain. */
static void
certain(void)
{
	struct tune_config c = plainly();
	struct tune *t;
	struct tune_profile *p;

	c.switch_threshold = 1000;
	t = tune_open(&c);
	p = leading(t);
	record(p, 0, 50, 1e-3, 0.03, NAN);
	record(p, 1, 200, 0.96e-3, 0.01, NAN);
	CHECKINT(tune_best(p), 1);
	CHECKINT((int)tune_totals(t).changes, 0);
	tune_close(t);
}

/* Above the threshold, but no more than a guess: the best stays. */
static void
unsure(void)
{
	struct tune_config c = plainly();
	struct tune *t;
	struct tune_profile *p;

	c.switch_threshold = 1;
	t = tune_open(&c);
	p = leading(t);
	record(p, 1, 10, 0.98e-3, 0.09, NAN);
	CHECK(statsof(p, 1).log_mean < statsof(p, 0).log_mean);
	CHECKINT(tune_best(p), 0);
	record(p, 1, 40, 0.96e-3, 0.01, NAN);
	CHECKINT(tune_best(p), 1);
	tune_close(t);
}

/* Twice as slow without noise: two samples tell, the other eight go to the best. */
static void
leftout(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = gemm(t, 2);

	for (int i = 0; i < 10; i++) {
		int k = tune_choose(p, NULL);

		record(p, k, 1, k ? 2e-3 : 1e-3, 0, NAN);
	}
	CHECKINT((int)statsof(p, 0).count, 8);
	CHECKINT((int)statsof(p, 1).count, 2);
	tune_close(t);
}

/* Sixty choices as one number each, a bit or two of it per choice. */
static void
choices(enum tune_policy policy, uint64_t seed, int to[60])
{
	struct tune_config c = plainly();
	struct tune *t;
	struct tune_profile *p;

	c.policy = policy;
	c.seed = seed;
	c.confidence = 1;
	t = tune_open(&c);
	p = gemm(t, 3);
	for (int i = 0; i < 60; i++) {
		to[i] = tune_choose(p, NULL);
		record(p, to[i], 1, 1e-3 * (1 + 0.1 * to[i]) * (1 + 0.1 * (i % 3)), 0, NAN);
	}
	tune_close(t);
}

/* UCB draws nothing, Thompson sampling does; both try all and stay with the best most of the time. */
static void
policies(void)
{
	int a[60], b[60], best;

	for (int policy = TUNE_UCB; policy <= TUNE_THOMPSON; policy++) {
		choices((enum tune_policy)policy, 1, a);
		choices((enum tune_policy)policy, 2, b);
		CHECK(!memcmp(a, b, sizeof(a)) == (policy == TUNE_UCB));
		best = 0;
		for (int i = 0; i < 60; i++)
			best += !a[i];
		CHECK(best > 30 && best < 58);
	}
}

/* t = 2.0 with 4 degrees of freedom against one, and against each of two. */
static void
confidence(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = gemm(t, 3);
	const double step = 0.05, apart = 2.0 * step * sqrt(2.0 / 3);

	for (int i = -1; i <= 1; i++) {
		(void)tune_record(p, 0, 1e-3 * exp(i * step), NAN);
		(void)tune_record(p, 1, 1e-3 * exp(apart + i * step), NAN);
	}
	/* Nothing is known of the third. */
	CHECKNEAR(tune_confidence(p), 0, 0);
	for (int i = -1; i <= 1; i++)
		(void)tune_record(p, 2, 1e-3 * exp(apart + i * step), NAN);
	CHECK(fabs(tune_confidence(p) - (1 - 2 * (1 - 0.9419))) < 0.02);
	tune_close(t);
}

/* What was known of the others before a change counts as one sample. */
static void
faded(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = leading(t);

	record(p, 1, 100, 1.5e-3, 0.01, NAN);
	record(p, 0, 20, 1e-3, 0.01, NAN);
	CHECKINT((int)tune_totals(t).changes, 1);
	CHECK(statsof(p, 1).weight > 80);
	record(p, 0, 3, 4e-3, 0.01, NAN);
	CHECKINT((int)tune_totals(t).changes, 2);
	CHECK(statsof(p, 1).weight < 2);
	CHECKINT((int)statsof(p, 1).count, 106);
	CHECK(!tune_converged(p));
	tune_close(t);
}

/* The target that is best by an objective; b is slower and takes less power. */
static int
bestby(enum tune_objective objective, double slower, double power, double lesspower)
{
	struct tune_config c = plainly();
	struct tune *t;
	struct tune_profile *p;
	int best;

	c.objective = objective;
	t = tune_open(&c);
	p = gemm(t, 2);
	record(p, 0, 3, 1e-3, 0.01, power);
	record(p, 1, 3, 1e-3 * slower, 0.01, lesspower);
	best = tune_best(p);
	CHECKSTR(told, "");
	tune_close(t);
	return best;
}

static void
objectives(void)
{
	CHECKINT(bestby(TUNE_PERFORMANCE, 2, 100, 20), 0);
	CHECKINT(bestby(TUNE_EFFICIENCY, 2, 100, 20), 1);
	CHECKINT(bestby(TUNE_EFFICIENCY, 2, 100, 80), 0);
	CHECKINT(bestby(TUNE_BATTERY, 2, 100, 20), 1);
	CHECKINT(bestby(TUNE_BATTERY, 2, 100, 80), 0);
	/* 0.5 P + 0.3 P / W: 250 + 15 against 248 + 149. */
	CHECKINT(bestby(TUNE_SCORE, 1.02, 10, 1), 1);
	CHECKINT(bestby(TUNE_SCORE, 1.02, 10, 10), 0);
}

/* A target whose samples do not count has its turn again. */
static void
replaced(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = gemm(t, 3);
	int bad = 3;

	for (int i = 0; i < 12; i++) {
		int k = tune_choose(p, NULL);
		bool wrong = k == 2 && bad-- > 0;

		(void)tune_record(p, k, wrong ? -1 : 1e-3 * (1 + 0.05 * (i % 4)), NAN);
	}
	for (int k = 0; k < 3; k++)
		CHECKINT((int)statsof(p, k).count, 3);
	tune_close(t);
}

int
main(void)
{
	first();
	certain();
	unsure();
	leftout();
	policies();
	confidence();
	faded();
	objectives();
	replaced();
	return checkdone();
}
