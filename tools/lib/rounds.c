#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "machine.h"
#include "mem.h"
#include "order.h"
#include "progress.h"
#include "rounds.h"
#include "sampler.h"

enum { ROUNDS_MIN = 20, ROUNDS_MAX = 2000 }; /* of a benchmark that is measured by budget */
static const double sample_min_s = .002;     /* below it the clock's and launcher's share grows */

/*
 * Runs one round of one benchmark and appends it to its series; a round of the warm-up, which has
 * `shortest`, only lowers the shortest time of each arm.
 */
static bool
oneround(const struct plan *p, size_t bench, const struct settings *set, struct series *ser,
	const struct sampler *sm, double *shortest)
{
	size_t *order = xcalloc(p->narms, sizeof(*order));
	struct sample *got = xcalloc(p->narms, sizeof(*got));
	long long steal = stealticks();
	bool ok = true;

	roundorder(set->seed, ser->rounds, p->narms, order);
	for (size_t i = 0; ok && i < p->narms; i++)
		ok = samplertake(
			sm, p, &p->benches[bench], order[i], ser->executions, &got[order[i]]);
	for (size_t i = 0; ok && shortest && i < p->narms; i++)
		shortest[i] = fmin(shortest[i], got[i].wall_s);
	if (ok && !shortest)
		seriesadd(ser, p->narms, order, got, stealticks() - steal);
	free(got);
	free(order);
	return ok;
}

static double
clocknow(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/*
 * Warm-up: also finds how many executions a sample needs to be long enough to time, from the
 * shortest time of the slowest arm. The shortest, since a busy machine only ever adds time.
 */
static bool
warm(const struct plan *p, const struct settings *set, struct series *ser, const struct sampler *sm)
{
	double *shortest = xcalloc(p->narms, sizeof(*shortest));
	bool ok = true;

	for (size_t b = 0; ok && b < p->nbenches; b++) {
		double longest = 0;

		for (size_t i = 0; i < p->narms; i++)
			shortest[i] = INFINITY;
		for (long long i = 0; ok && i < set->warmup; i++)
			ok = oneround(p, b, set, &ser[b], sm, shortest);
		for (size_t i = 0; i < p->narms; i++)
			longest = fmax(longest, shortest[i]);
		if (longest < sample_min_s)
			ser[b].executions = (unsigned)ceil(sample_min_s / fmax(longest, 1e-5));
	}
	free(shortest);
	return ok;
}

/* The benchmark that has had the least of its share so far, or nbenches when all are done. */
static size_t
nextbench(const struct plan *p, const struct settings *set, const struct series *ser,
	const double *spent)
{
	double share = set->budget_s / (double)p->nbenches;
	size_t best = p->nbenches;

	for (size_t b = 0; b < p->nbenches; b++) {
		bool done = ser[b].rounds >= ROUNDS_MAX ||
			    (ser[b].rounds >= ROUNDS_MIN && spent[b] >= share);

		if (set->rounds)
			done = ser[b].rounds >= (size_t)set->rounds;
		if (!done && (best == p->nbenches || spent[b] < spent[best]))
			best = b;
	}
	return best;
}

/* Seconds of measuring that are still to come. */
static double
remaining(const struct plan *p, const struct settings *set, const struct series *ser,
	const double *spent)
{
	double share = set->budget_s / (double)p->nbenches, left = 0;

	for (size_t b = 0; b < p->nbenches; b++) {
		double each = ser[b].rounds ? spent[b] / (double)ser[b].rounds : 0;

		if (set->rounds)
			left += each * (double)((size_t)set->rounds - ser[b].rounds);
		else
			left += fmin(fmax(0, share - spent[b]),
				each * (double)(ROUNDS_MAX - ser[b].rounds));
	}
	return left;
}

static bool
measureall(const struct plan *p, const struct settings *set, struct series *ser,
	const struct sampler *sm)
{
	double *spent = xcalloc(p->nbenches, sizeof(*spent));
	struct progress shown = {0};
	bool ok = true;
	size_t b;

	while (ok && (b = nextbench(p, set, ser, spent)) < p->nbenches) {
		double begin = clocknow();

		ok = oneround(p, b, set, &ser[b], sm, NULL);
		spent[b] += clocknow() - begin;
		progressline(&shown, "round %zu, %s, %.0f s left", ser[b].rounds,
			p->benches[b].name, remaining(p, set, ser, spent));
	}
	progressend(&shown);
	free(spent);
	return ok;
}

bool
measure(const struct plan *p, const struct settings *set, struct series *ser)
{
	struct sampler sm;
	bool ok;

	sampleropen(&sm);
	for (size_t b = 0; b < p->nbenches; b++)
		ser[b].executions = 1;
	ok = warm(p, set, ser, &sm) && measureall(p, set, ser, &sm);
	samplerclose(&sm);
	return ok;
}
