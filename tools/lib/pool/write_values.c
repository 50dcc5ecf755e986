#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "pool/write.h"
#include "profraw/layout.h"

/* The values of a module in the order in which they are written. */
struct sorted {
	struct poolvalue *v; /* by site */
	size_t n, at;
	uint32_t site;
	struct poolback back[PROFRAW_NKIND];
};

/* Most frequent first. */
static int
bysum(const void *va, const void *vb)
{
	const struct poolvalue *a = va, *b = vb;

	if (a->site != b->site)
		return a->site < b->site ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return (a->key > b->key) - (a->key < b->key);
}

/* Of a single profile: as it was but for the counts, `addr` being the place it had. */
static int
byplace(const void *va, const void *vb)
{
	const struct poolvalue *a = va, *b = vb;

	if (a->site != b->site)
		return a->site < b->site ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return (a->addr > b->addr) - (a->addr < b->addr);
}

/*
 * llvm-profdata orders equal counts by target when it adds something to a function, and leaves
 * them as they are when it does not.
 */
static void
sortvalues(struct sorted *s, const struct poolmodule *m)
{
	const struct poolvalues *t = &m->values;

	s->n = t->n;
	s->v = xcalloc(t->n, sizeof(*s->v));
	for (size_t i = 0; i < t->n; i++) {
		s->v[i] = t->v[i];
		s->v[i].addr = i;
	}
	if (t->n)
		qsort(s->v, t->n, sizeof(*s->v), m->weight > 1 ? bysum : byplace);
}

enum { MAXVALUES = 255 }; /* of a site: their number is a byte */

static void
tally(struct poolinfo *info, unsigned kind, const struct poolvalue *v)
{
	uint64_t *sum[] = {&info->calls, v->key ? NULL : &info->unknown};

	for (unsigned i = 0; kind == PROFRAW_CALL && i < 2; i++)
		if (sum[i] && (!addok(*sum[i], v->count, sum[i]) || *sum[i] > INT64_MAX))
			*sum[i] = INT64_MAX;
}

/* The values of n sites of one kind. */
static void
putkind(struct poolwriter *w, struct sorted *s, unsigned kind, unsigned n)
{
	size_t from = w->b->n, at = s->at;

	put(w, kind, 4);
	put(w, n, 4);
	for (unsigned i = 0; i < n; i++) {
		size_t k = at;

		while (at < s->n && s->v[at].site == s->site + i)
			at++;
		put(w, at - k > MAXVALUES ? MAXVALUES : at - k, 1);
	}
	zeros(w, pad8(w->b->n - from));
	for (unsigned i = 0; i < n; i++, s->site++)
		for (unsigned k = 0; s->at < s->n && s->v[s->at].site == s->site; k++, s->at++) {
			const struct poolvalue *v = &s->v[s->at];

			tally(w->info, kind, v);
			if (k >= MAXVALUES)
				continue;
			put(w,
				kind == PROFRAW_MEMOP ? v->key
						      : poolbackfind(&s->back[kind], v->key),
				8);
			put(w, v->count, 8);
		}
}

void
poolwritevalues(struct poolwriter *w)
{
	const struct poolmodule *m = w->m;
	struct sorted s = {0};

	sortvalues(&s, m);
	s.back[PROFRAW_CALL] = poolback(&m->pr, false);
	s.back[PROFRAW_VTABLE] = poolback(&m->pr, true);
	for (uint64_t i = 0; i < m->nsiterec; i++) {
		const struct profrec *r = &m->siterec[i];
		size_t at = w->b->n;
		unsigned kinds = 0;

		put(w, 0, 8);
		for (unsigned k = 0; k < PROFRAW_NKIND; k++)
			if (r->nsites[k]) {
				putkind(w, &s, k, r->nsites[k]);
				kinds++;
			}
		poke(w, at, w->b->n - at, 4);
		poke(w, at + 4, kinds, 4);
	}
	free(s.v);
	free(s.back[PROFRAW_CALL].v);
	free(s.back[PROFRAW_VTABLE].v);
}
