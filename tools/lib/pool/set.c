#include <stdlib.h>

#include "base/mem.h"
#include "pool/set.h"

struct pool *
mkpool(const struct pool *refuse, bool sums)
{
	struct pool *p = xcalloc(1, sizeof(*p));

	p->refuse = refuse;
	p->sums = sums;
	return p;
}

void
delpool(struct pool *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		delpoolmodule(p->v[i]);
	free(p->v);
	free(p->slot);
	poolopen(p);
	free(p->stage);
	free(p->part);
	free(p);
}

struct poolmodule *
poolfind(const struct pool *p, const struct profraw *pr, uint64_t hash)
{
	struct poolmodule *m = p->nslot ? p->slot[hash & (p->nslot - 1)] : NULL;

	while (m && (m->hash != hash || !poolsame(m, pr)))
		m = m->next;
	return m;
}

static void
enter(struct pool *p, struct poolmodule *m)
{
	struct poolmodule **at = &p->slot[m->hash & (p->nslot - 1)];

	m->next = *at;
	*at = m;
}

void
poolput(struct pool *p, struct poolmodule *m)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 16;
		p->v = xreallocarray(p->v, p->cap, sizeof(struct poolmodule *));
	}
	p->v[p->n++] = m;
	if (p->n <= p->nslot) {
		enter(p, m);
		return;
	}
	p->nslot = p->nslot ? 2 * p->nslot : 16;
	free(p->slot);
	p->slot = xcalloc(p->nslot, sizeof(struct poolmodule *));
	for (size_t i = 0; i < p->n; i++)
		enter(p, p->v[i]);
}

void
poolcut(struct pool *p, size_t n)
{
	while (p->n > n) {
		struct poolmodule *m = p->v[--p->n];
		struct poolmodule **at = &p->slot[m->hash & (p->nslot - 1)];

		while (*at != m)
			at = &(*at)->next;
		*at = m->next;
		for (unsigned i = 0; i < POOL_HINTS; i++)
			if (p->hint[i] == m)
				p->hint[i] = NULL;
		delpoolmodule(m);
	}
}

void
poolmerge(struct pool *to, const struct pool *from)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct poolmodule *f = from->v[i];
		struct poolmodule *m;

		if (!f->profiles)
			continue;
		m = poolfind(to, &f->pr, f->hash);
		if (!m) {
			m = poolmodulecopy(f);
			poolput(to, m);
		}
		poolmergecounters(m, f);
		poolvaluesmerge(&m->values, &f->values);
		for (size_t k = 0; k < f->nid; k++)
			poolid(m, f->id[k].p, f->id[k].n);
		m->profiles += f->profiles;
		m->weight += f->weight;
	}
}

void
poolscale(struct pool *p, uint64_t num, uint64_t den)
{
	for (size_t i = 0; i < p->n; i++) {
		struct poolvalues *t = &p->v[i]->values;

		poolscalecounters(p->v[i], num, den);
		for (size_t k = 0; k < t->n; k++)
			t->v[k].count = poolratio(t->v[k].count, num, den);
	}
}

void
poolclear(struct pool *p)
{
	for (size_t i = 0; i < p->n; i++)
		poolmoduleclear(p->v[i]);
}
