#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "pool/set.h"

typedef unsigned long long ull;

static bool
wanted(const struct poolmodule *m)
{
	return m->profiles && !m->refused;
}

static void
refusemodule(struct pool *refuse, struct poolmodule *m, const char *why)
{
	struct poolmodule *c = poolmodulecopy(m);

	m->refused = xstrdup(why);
	c->refused = xstrdup(why);
	poolput(refuse, c);
}

/*
 * Version, records or none, width and byte order: one number, so that parties can be compared. A
 * reader that is given debug information for counters without records refuses profiles that need
 * none.
 */
static uint64_t
party(const struct poolmodule *m)
{
	const struct profraw *pr = &m->pr;

	return (uint64_t)pr->version << 3 | (pr->variant & PROFRAW_CORRELATE ? 0u : 4u) |
	       (pr->wide ? 2u : 0u) | (pr->swap ? 0u : 1u);
}

static void
describe(uint64_t party, char *s, size_t n)
{
	snprintf(s, n, "version %llu%s, %u bits, %s byte order", (ull)party / 8,
		party & 4 ? "" : "+correlate", party & 2 ? 64u : 32u,
		party & 1 ? "own" : "foreign");
}

static uint64_t
profilesof(const struct pool *p, uint64_t which)
{
	uint64_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (wanted(p->v[i]) && party(p->v[i]) == which)
			n += p->v[i]->profiles;
	return n;
}

static size_t
fitparties(const struct pool *p, struct pool *refuse)
{
	uint64_t best = 0, votes = 0;
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		uint64_t which = party(p->v[i]), k;

		if (!wanted(p->v[i]) || which == best)
			continue;
		k = profilesof(p, which);
		if (k > votes || (k == votes && which > best)) {
			best = which;
			votes = k;
		}
	}
	for (size_t i = 0; i < p->n; i++) {
		char why[224], is[80], most[80];

		if (!wanted(p->v[i]) || party(p->v[i]) == best)
			continue;
		describe(party(p->v[i]), is, sizeof(is));
		describe(best, most, sizeof(most));
		snprintf(why, sizeof(why), "raw %s; most profiles are %s", is, most);
		refusemodule(refuse, p->v[i], why);
		n++;
	}
	return n;
}

/* A function of a module. */
struct claim {
	uint64_t nameref, funchash, nctr;
	struct poolmodule *m;
};

static int
order(const void *va, const void *vb)
{
	const struct claim *a = va, *b = vb;

	if (a->nameref != b->nameref)
		return a->nameref < b->nameref ? -1 : 1;
	if (a->funchash != b->funchash)
		return a->funchash < b->funchash ? -1 : 1;
	if (a->nctr != b->nctr)
		return a->nctr < b->nctr ? -1 : 1;
	return a->m == b->m ? 0 : poolorder(a->m, b->m);
}

/* The one of two modules that has to go. */
static struct poolmodule *
loser(struct poolmodule *a, struct poolmodule *b)
{
	if (a->profiles != b->profiles)
		return a->profiles < b->profiles ? a : b;
	return poolorder(a, b) < 0 ? b : a;
}

/* One conflict at a time: when a module has gone, others may be none any more. */
static size_t
fitfunctions(const struct pool *p, struct pool *refuse)
{
	struct claim *v;
	size_t n = 0, modules = 0;

	for (size_t i = 0; i < p->n; i++) {
		n += wanted(p->v[i]) ? p->v[i]->pr.nrec : 0;
		modules += wanted(p->v[i]);
	}
	if (modules < 2 || !n)
		return 0;
	v = xreallocarray(NULL, n, sizeof(*v));
	n = 0;
	for (size_t i = 0; i < p->n; i++)
		for (uint64_t k = 0; wanted(p->v[i]) && k < p->v[i]->pr.nrec; k++) {
			struct profrec r = profrawrec(&p->v[i]->pr, k);

			v[n++] = (struct claim){r.nameref, r.funchash, r.nctr, p->v[i]};
		}
	qsort(v, n, sizeof(*v), order);
	for (size_t i = 1; i < n; i++) {
		struct claim *a = &v[i - 1], *b = &v[i];
		struct poolmodule *m;
		char why[192];

		if (a->nameref != b->nameref || a->funchash != b->funchash || a->nctr == b->nctr ||
			a->m == b->m)
			continue;
		m = loser(a->m, b->m);
		snprintf(why, sizeof(why),
			"the function with name hash 0x%016llx and hash 0x%llx has %llu counters, "
			"in a module with more profiles %llu",
			(ull)a->nameref, (ull)a->funchash, (ull)(m == a->m ? a : b)->nctr,
			(ull)(m == a->m ? b : a)->nctr);
		refusemodule(refuse, m, why);
		free(v);
		return 1;
	}
	free(v);
	return 0;
}

size_t
poolfit(const struct pool *p, struct pool *refuse)
{
	size_t n = fitparties(p, refuse), k;

	while ((k = fitfunctions(p, refuse)))
		n += k;
	return n;
}
