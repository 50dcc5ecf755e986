#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "machine.h"
#include "mem.h"
#include "order.h"
#include "pilot.h"
#include "progress.h"
#include "rounds.h"
#include "sampler.h"

enum { ROUNDS_MIN = 20, ROUNDS_MAX = 2000 }; /* of a benchmark that is measured by budget */

static double
clocknow(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Runs one round of one benchmark: appended to its series, or for the pilot of its warm-up. */
static bool
oneround(const struct sampler *sm, const struct plan *p, const struct bench *b, uint64_t seed,
	struct series *ser, struct pilot *pilot)
{
	size_t *order = xcalloc(p->narms, sizeof(*order));
	struct sample *got = xcalloc(p->narms, sizeof(*got));
	long long steal = stealticks();
	double begin = clocknow();
	bool ok = true;

	roundorder(seed, ser->rounds, p->narms, order);
	for (size_t i = 0; ok && i < p->narms; i++)
		ok = samplertake(sm, p, b, order[i], ser, &got[order[i]]);
	if (ok && pilot)
		pilotadd(pilot, p->narms, got, clocknow() - begin);
	else if (ok)
		seriesadd(ser, p->narms, order, got, stealticks() - steal);
	free(got);
	free(order);
	return ok;
}

static bool
warm(const struct sampler *sm, const struct plan *p, const struct settings *set, struct series *ser)
{
	bool ok = true;

	for (size_t b = 0; ok && b < p->nbenches; b++) {
		struct pilot pilot;

		pilotinit(&pilot, p->narms);
		for (long long i = 0; ok && i < set->warmup; i++)
			ok = oneround(sm, p, &p->benches[b], set->seed, &ser[b], &pilot);
		if (ok)
			pilotapply(&pilot, p, &p->benches[b], &ser[b]);
		pilotrelease(&pilot);
	}
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
measureall(const struct sampler *sm, const struct plan *p, const struct settings *set,
	struct series *ser)
{
	double *spent = xcalloc(p->nbenches, sizeof(*spent));
	struct progress shown = {0};
	bool ok = true;
	size_t b;

	while (ok && (b = nextbench(p, set, ser, spent)) < p->nbenches) {
		double begin = clocknow();

		ok = oneround(sm, p, &p->benches[b], set->seed, &ser[b], NULL);
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

	for (size_t b = 0; b < p->nbenches; b++)
		ser[b].executions = 1;
	sampleropen(&sm, set->pinned ? &set->cpus : NULL);
	ok = warm(&sm, p, set, ser) && measureall(&sm, p, set, ser);
	samplerclose(&sm);
	return ok;
}
