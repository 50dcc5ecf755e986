/* How fast a tuner finds the best target, what its policies lose until then, and after a change. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pgokit-tune.h"

enum {
	MOST = 6,
	STAY = 200,    /* operations that the greedy choice has to stay the same */
	LENGTH = 1000, /* operations of a run */
	AFTER = 3000,  /* and behind a change of the best target's speed */
};

/* What is drawn for one run: time of each target relative to the best one, and which that is. */
struct draw {
	int targets;
	int best;
	double ratio[MOST];
};

struct setting {
	int targets;
	double noise; /* standard deviation of ln(time); NAN: real work, the machine's own noise */
	bool hard;    /* every other target exactly 1.2 times the best */
	enum tune_policy policy;
};

struct outcome {
	int iterations;	   /* until the greedy choice is right and stays; -1: not in the run */
	double regret;	   /* time lost against an oracle, share of the oracle's */
	double confidence; /* stated at the limit of iterations */
	bool right;	   /* whether the greedy choice was the best one there */
	int recovery;	   /* operations after the change; -1: none */
};

static const char *const POLICY[] = {"epsilon", "ucb", "thompson"};
static const double TIME = 1e-3; /* the best target's simulated seconds */
static const double GOOD = 1.05; /* after a change: within 5 % of what is now the best */

/* SplitMix64, apart from the library's own: draws do not depend on what it asks for. */
static double
uniform(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15U;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
	z = (z ^ z >> 27) * 0x94d049bb133111ebU;
	return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static double
normal(uint64_t *state)
{
	double u = 1 - uniform(state);

	return sqrt(-2 * log(u)) * cos(6.283185307179586 * uniform(state));
}

static struct draw
mkdraw(const struct setting *s, uint64_t *state)
{
	struct draw d = {.targets = s->targets};

	d.best = (int)(uniform(state) * s->targets);
	for (int i = 0; i < s->targets; i++) {
		double gap = exp(log(1.2) + uniform(state) * log(4 / 1.2));

		d.ratio[i] = i == d.best ? 1 : s->hard ? 1.2 : gap;
	}
	return d;
}

/* Real work: multiplications that wait for one another, nothing that memory has a part in. */
static double sink;

static int
spin(void *context, void *args)
{
	double x = 1 + sink * 1e-300;

	(void)args;
	for (int n = *(int *)context; n; n--)
		x = x * 0.999999 + 1e-9;
	sink = x;
	return 0;
}

/* One operation; the time that its target takes on average, relative to the best one's. */
static double
operate(struct tune_profile *p, const struct draw *d, double noise, uint64_t *state)
{
	bool measure;
	int i;

	if (isnan(noise)) {
		struct tune_scope s = tune_begin(p);
		int work;

		i = s.target;
		work = (int)(20000 * d->ratio[i]);
		spin(&work, NULL);
		tune_end(&s, 0);
		return d->ratio[i];
	}
	i = tune_choose(p, &measure);
	if (measure)
		tune_record(p, i, TIME * d->ratio[i] * exp(noise * normal(state)), NAN);
	return d->ratio[i];
}

/* Operations until the choice is right and stays so; counts from 1, -1 when it does not. */
static int
settled(const bool *right, int n)
{
	int since = -1;

	for (int i = 0; i < n; i++) {
		if (!right[i])
			since = -1;
		else if (since < 0)
			since = i;
		if (since >= 0 && i - since >= STAY)
			return since + 1;
	}
	return -1;
}

/* The lowest ratio, without that of the best target unless it is to count. */
static double
least(const struct draw *d, bool all)
{
	double low = INFINITY;

	for (int i = 0; i < d->targets; i++)
		if (all || i != d->best)
			low = fmin(low, d->ratio[i]);
	return low;
}

static struct tune_profile *
mkprofile(struct tune *t, int targets)
{
	struct tune_op *op = tune_operation(t, "bench");

	for (int i = 0; i < targets; i++) {
		char name[] = {(char)('a' + i), '\0'};

		tune_target(op, &(struct tune_target){.name = name});
	}
	return tune_at(op, (const int64_t[]){1}, 1);
}

static struct outcome
run(const struct setting *s, uint64_t seed, FILE *list)
{
	struct tune_config c = tune_defaults();
	uint64_t state = seed;
	struct draw d = mkdraw(s, &state);
	struct outcome o = {.recovery = -1};
	int limit = s->targets > 3 ? 20 : 10;
	/* Up to 100 more: when the next measurement is due differs. */
	int length = isnan(s->noise) ? 400 : LENGTH + (int)(uniform(&state) * 100);
	bool right[AFTER];
	struct tune *t;
	struct tune_profile *p;

	c.seed = seed | 1;
	c.policy = s->policy;
	c.powercap = NULL;
	t = tune_open(&c);
	p = t ? mkprofile(t, s->targets) : NULL;
	if (!p)
		exit(2);
	for (int i = 0; i < length; i++) {
		o.regret += operate(p, &d, s->noise, &state) - 1;
		right[i] = tune_best(p) == d.best;
		if (i + 1 == limit) {
			o.confidence = tune_confidence(p);
			o.right = right[i];
		}
	}
	o.regret /= length;
	o.iterations = settled(right, length);
	if (!isnan(s->noise)) {
		/* From 1.2 to 4 times the second best. */
		d.ratio[d.best] = least(&d, false) * exp(log(1.2) + uniform(&state) * log(4 / 1.2));
		for (int i = 0; i < AFTER; i++) {
			operate(p, &d, s->noise, &state);
			right[i] = d.ratio[tune_best(p)] <= GOOD * least(&d, true);
		}
		o.recovery = settled(right, AFTER);
	}
	if (list) {
		fprintf(list, "%d\t%g\t%s\t%llu\t%d\t%.4f\t%d", s->targets, s->noise,
			POLICY[s->policy], (unsigned long long)seed, o.iterations, o.regret,
			o.recovery);
		for (int i = 0; i < d.targets; i++)
			fprintf(list, "\t%.3f%s", d.ratio[i], i == d.best ? "*" : "");
		putc('\n', list);
	}
	tune_close(t);
	return o;
}

static int
ascending(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The value that a share of n sorted numbers does not exceed. */
static int
quantile(const int *x, int n, double share)
{
	return x[(int)ceil(share * n) - 1];
}

/* One line of the table; whether the goal was met. */
static bool
row(const struct setting *s, int runs, uint64_t *seeds, FILE *list)
{
	int *iterations = malloc((size_t)runs * sizeof(int)), within = 0, recovered = 0;
	int *recovery = malloc((size_t)runs * sizeof(int));
	int limit = s->targets > 3 ? 20 : 10, sure = 0, rightly = 0;
	double regret = 0, share;
	char noise[16] = "real";

	if (!iterations || !recovery)
		exit(2);
	for (int i = 0; i < runs; i++) {
		uint64_t seed = (uint64_t)(uniform(seeds) * 0x1p53);
		struct outcome o = run(s, seed, list);

		iterations[i] = o.iterations < 0 ? LENGTH : o.iterations;
		within += o.iterations >= 0 && o.iterations <= limit;
		regret += o.regret / runs;
		recovered += o.recovery >= 0;
		recovery[i] = o.recovery < 0 ? AFTER : o.recovery;
		sure += o.confidence >= 0.8;
		rightly += o.confidence >= 0.8 && o.right;
	}
	qsort(iterations, (size_t)runs, sizeof(int), ascending);
	qsort(recovery, (size_t)runs, sizeof(int), ascending);
	share = 100.0 * within / runs;
	if (!isnan(s->noise))
		snprintf(noise, sizeof(noise), "%g %%", s->noise * 100);
	printf("%-8s %7d %6s %5s %5d  %5.1f %% in %2d  %4d  %4d  %8.2f %%", POLICY[s->policy],
		s->targets, noise, s->hard ? "1.2" : "drawn", runs, share, limit,
		quantile(iterations, runs, 0.5), quantile(iterations, runs, 0.95), regret * 100);
	if (isnan(s->noise))
		printf("  %17s", "-");
	else
		printf("  %5.1f %% %4d %5d", 100.0 * recovered / runs,
			quantile(recovery, runs, 0.5), quantile(recovery, runs, 0.95));
	printf("  %4d/%d\n", rightly, sure);
	fflush(stdout);
	free(iterations);
	free(recovery);
	return share >= 95;
}

int
main(int argc, char *argv[])
{
	static const int TARGETS[] = {2, 3, 6};
	static const double NOISE[] = {0.03, 0.1, NAN};
	uint64_t seed = 1, seeds;
	int simulated = 1000, real = 100, missed = 0, opt;
	FILE *list = NULL;

	while ((opt = getopt(argc, argv, "n:r:s:o:")) != -1) {
		if (opt == 'n')
			simulated = atoi(optarg);
		else if (opt == 'r')
			real = atoi(optarg);
		else if (opt == 's')
			seed = strtoull(optarg, NULL, 10);
		else if (opt != 'o' || !(list = fopen(optarg, "we")))
			return 2;
	}
	if (simulated < 1 || real < 1)
		return 2;
	seeds = seed;
	printf("seed %llu\n\n%-8s %7s %6s %5s %5s  %13s  %4s  %4s  %10s  %17s  %s\n",
		(unsigned long long)seed, "policy", "targets", "noise", "gaps", "runs", "found",
		"p50", "p95", "regret", "recovery p50 p95", "right/sure");
	for (int policy = TUNE_EPSILON; policy <= TUNE_THOMPSON; policy++)
		for (int n = 0; n < 3; n++)
			for (int k = 0; k < 3; k++)
				for (int hard = 0; hard <= !isnan(NOISE[n]); hard++) {
					struct setting s = {TARGETS[k], NOISE[n], hard,
						(enum tune_policy)policy};
					bool met = row(&s, isnan(s.noise) ? real : simulated,
						&seeds, list);

					/* The goal is the default policy's, on drawn gaps. */
					missed += policy == TUNE_EPSILON && !hard && !met;
				}
	printf("\n%d of 9 goals missed\n", missed);
	if (list && fclose(list))
		return 2;
	return fflush(stdout) ? 2 : missed > 0;
}
