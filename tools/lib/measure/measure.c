#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/progress.h"
#include "measure/adaptive.h"
#include "measure/executor.h"
#include "measure/measure.h"
#include "measure/places.h"
#include "measure/round.h"
#include "measure/schedule.h"
#include "measure/warmup.h"
#include "measure/watch.h"

/* The smallest effect that is called, of a benchmark; theta. */
static double
leasteffect(const struct settings *set, const struct bench *b)
{
	struct criteria usual = criteriadefault();
	struct rules r =
		criteriarules(set->decide ? set->decide : &usual, b->min_effect_pct, b->margin_pct);

	json_decref(usual.match);
	return r.min_effect;
}

/* One count of each arm, elsewhere than the ones before: where a copy fails there, in its place. */
static bool
countonce(struct sampler sm, struct plan *p, struct bench *b, uint64_t seed, struct series *ser)
{
	sm.place = placeof(seed, ser->rounds);
	sm.quiet = sm.place;
	placearms(p, b, sm.place);
	if (roundrun(&sm, p, b, seed, ser, NULL))
		return true;
	if (!sm.quiet)
		return false;
	for (size_t a = 0; a < p->narms; a++)
		if (!p->arms[a].unmoved)
			p->arms[a].unmoved = "copies that lie elsewhere fail";
	sm.quiet = false;
	placearms(p, b, sm.place);
	return roundrun(&sm, p, b, seed, ser, NULL);
}

/* Counts the instructions of every benchmark that is to be counted. */
static bool
countall(const struct sampler *sm, struct plan *p, const struct settings *set, struct series *ser)
{
	struct progress shown = {0};
	bool ok = true;

	for (size_t i = 0; ok && i < p->nbenches; i++) {
		struct bench *b = &p->benches[i];
		double least = leasteffect(set, b);
		size_t need = placesneeded(&ser[i], p->narms, least);

		while (ok && benchcounted(b) && ser[i].rounds < need) {
			ok = countonce(*sm, p, b, set->seed, &ser[i]);
			need = placesneeded(&ser[i], p->narms, least);
			progressline(&shown, "count %zu of %zu, %s", ser[i].rounds, need, b->name);
		}
		if (benchcounted(b))
			placearms(p, b, 0);
	}
	progressend(&shown);
	return ok;
}

static bool
warm(const struct sampler *sm, const struct plan *p, const struct settings *set, struct series *ser)
{
	bool ok = true;

	for (size_t b = 0; ok && b < p->nbenches; b++) {
		struct pilot pilot;

		if (benchcounted(&p->benches[b]) || benchfollows(&p->benches[b]))
			continue;
		pilotinit(&pilot, p->narms);
		for (long long i = 0; ok && i < set->warmup; i++)
			ok = roundrun(sm, p, &p->benches[b], set->seed, &ser[b], &pilot);
		for (size_t m = 0; ok && m < (p->benches[b].suite ? p->benches[b].members : 1); m++)
			pilotapply(&pilot, p, &p->benches[b + m], &ser[b + m]);
		pilotrelease(&pilot);
	}
	return ok;
}

/* The seconds of the budget for each benchmark that is timed. */
static double
evenshare(const struct plan *p, const struct settings *set)
{
	return set->budget_s / (double)plantimed(p);
}

/* The benchmark that has had the least of its share so far, or nbenches when all are done. */
static size_t
nextbench(const struct plan *p, const struct settings *set, const struct series *ser,
	const double *spent)
{
	double share = evenshare(p, set);
	size_t best = p->nbenches;

	for (size_t b = 0; b < p->nbenches; b++) {
		bool done = ser[b].rounds >= ROUNDS_MAX ||
			    (ser[b].rounds >= ROUNDS_MIN && spent[b] >= share);

		if (set->rounds)
			done = ser[b].rounds >= (size_t)set->rounds;
		if (!done && !benchcounted(&p->benches[b]) && !benchfollows(&p->benches[b]) &&
			(best == p->nbenches || spent[b] < spent[best]))
			best = b;
	}
	return best;
}

/* Seconds of measuring that are still to come. */
static double
remaining(const struct plan *p, const struct settings *set, const struct series *ser,
	const double *spent)
{
	double share = evenshare(p, set), left = 0;

	for (size_t b = 0; b < p->nbenches; b++) {
		double each = ser[b].rounds ? spent[b] / (double)ser[b].rounds : 0;

		if (benchcounted(&p->benches[b]) || benchfollows(&p->benches[b]))
			continue;
		if (set->rounds)
			left += each * (double)((size_t)set->rounds - ser[b].rounds);
		else
			left += fmin(fmax(0, share - spent[b]),
				each * (double)(ROUNDS_MAX - ser[b].rounds));
	}
	return left;
}

/* Every benchmark its even share. */
static bool
evenall(const struct sampler *sm, const struct plan *p, const struct settings *set,
	struct series *ser)
{
	double *spent = xcalloc(p->nbenches, sizeof(*spent));
	struct progress shown = {0};
	bool ok = true;
	size_t b;

	while (ok && (b = nextbench(p, set, ser, spent)) < p->nbenches) {
		double begin = clocknow();

		ok = roundrun(sm, p, &p->benches[b], set->seed, &ser[b], NULL);
		spent[b] += clocknow() - begin;
		progressline(&shown, "round %zu, %s, %.0f s left", ser[b].rounds,
			p->benches[b].name, remaining(p, set, ser, spent));
	}
	progressend(&shown);
	free(spent);
	return ok;
}

bool
measure(struct plan *p, const struct settings *set, struct series *ser)
{
	struct sampler sm;
	bool ok;

	for (size_t b = 0; b < p->nbenches; b++)
		ser[b].executions = 1;
	sampleropen(&sm, set->pinned ? &set->cpus : NULL);
	ok = watchall(&sm, p, set, ser) && countall(&sm, p, set, ser) && warm(&sm, p, set, ser) &&
	     (set->decide ? decideall : evenall)(&sm, p, set, ser);
	samplerclose(&sm);
	return ok;
}
