#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "measure/machine.h"
#include "measure/suites.h"
#include "stats/shuffle.h"

/* The benchmark of that row among those found of a suite so far, a new one if need be. */
static struct bench *
found(struct plan *to, size_t from, const struct bench *whole, const struct suiterow *row)
{
	struct bench *b;
	char *name;

	for (size_t i = from; i < to->nbenches; i++)
		if (!strcmp(to->benches[i].name, row->name))
			return &to->benches[i];
	b = planbench(to, row->name);
	name = b->name;
	*b = *whole;
	b->name = name;
	b->member = to->nbenches - 1 - from;
	b->number.is = (struct receiptnumber){.unit = row->unit ? xstrdup(row->unit) : NULL,
		.higher = row->higher,
		.undirected = row->undirected,
		.count = row->count,
		.suite = xstrdup(whole->suite->format)};
	return b;
}

/* Whether the row is of the benchmark, and not another number of the same name. */
static bool
alike(const struct bench *b, const struct suiterow *row)
{
	const struct receiptnumber *k = &b->number.is;

	return k->higher == row->higher && k->undirected == row->undirected &&
	       !strcmp(k->unit ? k->unit : "", row->unit ? row->unit : "");
}

/* What an arm does not have of a suite, or cannot measure. */
static void
tell(const struct plan *p, const struct plan *to, size_t from, const struct suiterows *rows)
{
	size_t n = 0;

	for (size_t a = 0; a < p->narms; a++)
		for (size_t i = from; i < to->nbenches; i++) {
			const struct suiterow *row = suiterownamed(&rows[a], to->benches[i].name);

			if ((!row || row->invalid) && amongfirst(&n))
				warn("measure benchmark '%s', arm '%s': %s", to->benches[i].name,
					p->arms[a].name,
					row ? row->invalid : "its suite has no such benchmark");
		}
	warnmore("measure benchmarks", n);
}

/* Puts the benchmarks of a suite behind those that were found before. */
static bool
find(const struct sampler *sm, const struct plan *p, const struct bench *whole, struct plan *to)
{
	struct suiterows *rows = xcalloc(p->narms, sizeof(*rows));
	size_t from = to->nbenches;
	bool ok = true;

	for (size_t a = 0; ok && a < p->narms; a++) {
		struct sample s;

		ok = samplersuite(sm, p, whole, a, &s, &rows[a]);
		for (size_t i = 0; ok && i < rows[a].n; i++) {
			ok = alike(found(to, from, whole, &rows[a].of[i]), &rows[a].of[i]);
			if (!ok)
				warn("read benchmark '%s' of suite '%s': its unit or its direction is "
				     "another one in arm '%s'",
					rows[a].of[i].name, whole->name, p->arms[a].name);
		}
	}
	for (size_t i = from; i < to->nbenches; i++)
		to->benches[i].members = to->nbenches - from;
	if (ok)
		tell(p, to, from, rows);
	for (size_t a = 0; a < p->narms; a++)
		suiterowsrelease(&rows[a]);
	free(rows);
	return ok;
}

/* Appends a benchmark that is no suite as it is. */
static void
keep(struct plan *to, const struct bench *b)
{
	struct bench *k = planbench(to, b->name);

	*k = *b;
}

bool
suitesfind(struct plan *p, const struct settings *set)
{
	struct plan to = {0};
	struct sampler sm;
	bool ok = true;

	sampleropen(&sm, set->pinned ? &set->cpus : NULL);
	for (size_t i = 0; ok && i < p->nbenches; i++) {
		if (p->benches[i].suite)
			ok = find(&sm, p, &p->benches[i], &to);
		else
			keep(&to, &p->benches[i]);
	}
	samplerclose(&sm);
	if (ok) {
		free(p->benches);
		p->benches = to.benches;
		p->nbenches = to.nbenches;
	}
	return ok;
}

/* The numbers of an arm, into got[member * arms + arm]; false when there is one too many. */
static bool
fill(const struct plan *p, const struct bench *b, size_t arm, const struct suiterows *rows,
	const struct sample *whole, struct sample *got)
{
	size_t known = 0;

	for (size_t m = 0; m < b->members; m++) {
		const struct suiterow *row = suiterownamed(rows, b[m].name);
		struct sample *s = &got[m * p->narms + arm];

		*s = *whole;
		s->number = row && alike(&b[m], row) ? row->x : NAN;
		known += row != NULL;
	}
	for (size_t i = 0; known < rows->n && i < rows->n; i++) {
		size_t m = 0;

		while (m < b->members && strcmp(b[m].name, rows->of[i].name) != 0)
			m++;
		if (m == b->members) {
			warn("measure benchmark '%s', arm '%s': its suite did not have it before",
				rows->of[i].name, p->arms[arm].name);
			return false;
		}
	}
	return true;
}

bool
suiteround(const struct sampler *sm, const struct plan *p, const struct bench *b, uint64_t seed,
	struct series *ser, struct pilot *pilot)
{
	size_t *order = xcalloc(p->narms, sizeof(*order));
	struct sample *got = xcalloc(p->narms * b->members, sizeof(*got));
	long long steal = stealticks();
	double begin = clocknow();
	bool ok = true;

	roundorder(seed, ser->rounds, p->narms, order);
	for (size_t i = 0; ok && i < p->narms; i++) {
		struct suiterows rows = {0};
		struct sample whole;

		ok = samplersuite(sm, p, b, order[i], &whole, &rows) &&
		     fill(p, b, order[i], &rows, &whole, got);
		suiterowsrelease(&rows);
	}
	steal = stealticks() - steal;
	if (ok && pilot)
		pilotadd(pilot, p->narms, got, clocknow() - begin);
	for (size_t m = 0; ok && !pilot && m < b->members; m++)
		seriesadd(&ser[m], p->narms, order, got + m * p->narms, steal);
	free(got);
	free(order);
	return ok;
}

const char *
suitelacks(const struct plan *p, const struct bench *b, const struct series *s)
{
	static char text[256];

	for (size_t a = 0; b->suite && a < p->narms; a++) {
		size_t none = 0;

		for (size_t k = 0; k < s->rounds; k++)
			none += isnan(seriesat(s, p->narms, k, a)->number) != 0;
		if (!none)
			continue;
		if (none == s->rounds)
			snprintf(text, sizeof(text), "arm '%.100s' has no number of it",
				p->arms[a].name);
		else
			snprintf(text, sizeof(text),
				"arm '%.100s' has no number of it in %zu of %zu rounds",
				p->arms[a].name, none, s->rounds);
		return text;
	}
	return NULL;
}
