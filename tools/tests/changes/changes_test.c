/* Change points: known answers, chance, bases that change, and what no run can show. */
#include <stdlib.h>

#include "changes/changes.h"
#include "changes/fit.h"
#include "changes/permute.h"
#include "base/mem.h"
#include "check.h"

enum { N = 60 };

/* Noise that is the same in every run, within a and -a, evenly. */
static double
noise(size_t i, double a)
{
	uint32_t x = (uint32_t)(i + 1) * 2654435761u;

	x = (x ^ x >> 15) * 2246822519u;
	x = (x ^ x >> 13) * 3266489917u;
	return a * (2 * (double)(x ^ x >> 16) / UINT32_MAX - 1);
}

/* Runs of places 1 to n against place 0, 0.3 % of noise. */
static void
anchored(struct run runs[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		runs[i] = (struct run){0, i + 1, noise(i, 0.003), 0.002};
}

static void
raise(struct run runs[], size_t n, size_t at, double by)
{
	for (size_t i = 0; i < n; i++)
		runs[i].theta += (runs[i].head >= at ? by : 0) - (runs[i].base >= at ? by : 0);
}

static struct changes
find(const struct run runs[], size_t n, size_t places)
{
	struct changesrules r = changesdefault();
	struct changes c;

	changesfind(&c, runs, n, places, &r);
	return c;
}

static void
steps(void)
{
	struct run runs[N];
	struct changes c, again;

	anchored(runs, N);
	CHECKINT((long long)find(runs, N, N + 1).n, 0);
	raise(runs, N, 20, 0.02);
	raise(runs, N, 40, -0.02);
	c = find(runs, N, N + 1);
	CHECKINT((long long)c.n, 2);
	CHECKINT((long long)c.of[0].at, 20);
	CHECKINT((long long)c.of[0].over, 1);
	CHECKNEAR(c.of[0].theta, 0.02, 0.05);
	CHECKNEAR(c.of[0].se, 0.002 * sqrt(1.0 / 20), 0.2); /* the base has the level 0 */
	CHECKNEAR(c.of[0].p, 1.0 / 2000, 1e-9);
	CHECKINT((long long)c.of[1].at, 40);
	CHECKNEAR(c.of[1].theta, -0.02, 0.05);
	CHECKNEAR(changeslevel(&c, 30), 0.02, 0.05);
	CHECK(fabs(changeslevel(&c, 60)) < 0.002);
	again = find(runs, N, N + 1);
	CHECK(!memcmp(&c, &again, sizeof(c)));
}

/* What the last runs show, as soon as three do; one or two may be outliers. */
static void
latest(void)
{
	struct run runs[N];

	anchored(runs, N);
	raise(runs, N, 50, 0.02);
	CHECKINT((long long)find(runs, 50, 51).n, 0);
	CHECKINT((long long)find(runs, 53, 54).n, 1);
	CHECKINT((long long)find(runs, 53, 54).of[0].at, 50);
	anchored(runs, N);
	runs[30].theta += 0.5;
	CHECKINT((long long)find(runs, N, N + 1).n, 0);
}

/* Eight steps of 0.4 %, none of which can be seen alone, are one change. */
static void
together(void)
{
	struct run runs[N];
	struct changes c;

	anchored(runs, N);
	for (size_t i = 0; i < 8; i++)
		raise(runs, N, 20 + 2 * i, 0.004);
	c = find(runs, N, N + 1);
	CHECKINT((long long)c.n, 1);
	CHECK(c.of[0].over >= 8);
	CHECK(c.of[0].at >= 16 && c.of[0].at + c.of[0].over <= 40);
	CHECKNEAR(changeslevel(&c, N), 0.032, 0.06);
}

/* A base that changes keeps the level, when some runs lie between it and the present one. */
static void
rebased(void)
{
	struct run runs[N];
	struct changes c;

	anchored(runs, N);
	for (size_t i = 30; i < N; i++)
		runs[i].base = 25;
	CHECKINT((long long)find(runs, N, N + 1).n, 0);
	raise(runs, N, 29, 0.02);
	c = find(runs, N, N + 1);
	CHECKINT((long long)c.n, 1);
	CHECKINT((long long)c.of[0].at, 29);
	CHECKNEAR(c.of[0].theta, 0.02, 0.05);
}

/* Each against the one before: one run alone shows a step, and only its interval can tell. */
static void
chained(void)
{
	struct run runs[N];
	struct changes c;

	anchored(runs, N);
	for (size_t i = 0; i < N; i++)
		runs[i].base = i;
	CHECKINT((long long)find(runs, N, N + 1).n, 0);
	raise(runs, N, 35, 0.02);
	c = find(runs, N, N + 1);
	CHECKINT((long long)c.n, 1);
	CHECKINT((long long)c.of[0].at, 35);
	CHECK(c.of[0].p < 1e-6);
}

/* Numbers without a base have one level more, which is no change. */
static void
rootless(void)
{
	struct run runs[N];
	struct changes c;

	anchored(runs, N);
	for (size_t i = 0; i < N; i++) {
		runs[i].base = NOWHERE;
		runs[i].head = i;
		runs[i].theta += 3;
	}
	c = find(runs, N, N);
	CHECKINT((long long)c.n, 0);
	CHECKNEAR(c.root, -3, 1e-3);
	for (size_t i = 30; i < N; i++)
		runs[i].theta += 0.02;
	c = find(runs, N, N);
	CHECKINT((long long)c.n, 1);
	CHECKINT((long long)c.of[0].at, 30);
}

/* Runs that know less of themselves count less; those that know too much are not believed. */
static void
weights(void)
{
	struct run runs[N];

	anchored(runs, N);
	for (size_t i = 40; i < N; i++) {
		runs[i].theta = noise(i, 0.06) + 0.01;
		runs[i].se = 0.04;
	}
	CHECKINT((long long)find(runs, N, N + 1).n, 0);
	anchored(runs, N);
	for (size_t i = 0; i < N; i++)
		runs[i].se = 1e-5;
	CHECKINT((long long)find(runs, N, N + 1).n, 0);
	CHECK(find(runs, N, N + 1).scale > 100);
}

/*
 * Of four numbers one order in six has both large ones behind both small ones, and one the other way
 * round: 8 of 24 orders have as good a step as the sorted one. Worked out by hand.
 */
static void
exact(void)
{
	const double theta[] = {0, 0, 1, 1};
	struct changesrules r = changesdefault();
	struct candidate *all;
	struct run runs[4];
	struct fit f;
	double *gain, most = 0;
	size_t n;

	for (size_t i = 0; i < 4; i++)
		runs[i] = (struct run){NOWHERE, i, theta[i], 1};
	fitbegin(&f, runs, 4, 4);
	CHECK(fitadd(&f, (struct column){0, 0}));
	CHECK(!fitadd(&f, (struct column){0, 0}));
	all = fitcandidates(&f, &n);
	gain = xcalloc(n, sizeof(*gain));
	fitgains(&f, f.residual, all, n, gain);
	for (size_t i = 0; i < n; i++)
		if (all[i].c.over == 1)
			most = fmax(most, gain[i]);
	CHECKNEAR(most, 1, 1e-12); /* all there is to explain: 4 times (1 / 2)^2 */
	CHECKNEAR(permutetest(&f, all, n, most, &r), 8.0 / 24, 1e-12);
	free(gain);
	free(all);
	fitrelease(&f);
}

/* Nothing, one run, runs that are all the same, and more steps than there may be. */
static void
edges(void)
{
	struct run runs[2 * N] = {{0}};

	CHECKINT((long long)find(runs, 0, 0).n, 0);
	anchored(runs, 1);
	CHECKINT((long long)find(runs, 1, 2).n, 0);
	for (size_t i = 0; i < N; i++)
		runs[i] = (struct run){0, i + 1, 0, 0.001};
	CHECKINT((long long)find(runs, N, N + 1).n, 0);
	for (size_t i = 0; i < 2 * N; i++)
		runs[i] = (struct run){0, i + 1, (double)(i / 4 % 2), 0.001};
	CHECK(find(runs, 2 * N, 2 * N + 1).n <= CHANGES_MAX);
}

int
main(void)
{
	steps();
	latest();
	together();
	rebased();
	chained();
	rootless();
	weights();
	exact();
	edges();
	return checkdone();
}
