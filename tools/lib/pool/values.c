#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "pool/values.h"

static uint64_t
mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ b * 0xff51afd7ed558ccdULL) * 0x9e3779b97f4a7c15ULL;

	return h ^ h >> 29;
}

void
poolvaluesinit(struct poolvalues *t, const struct profraw *pr)
{
	pooladdrset(&t->fn, pr, false);
	pooladdrset(&t->vtab, pr, true);
	pooladdrindex(&t->fn, pr, false);
	pooladdrindex(&t->vtab, pr, true);
}

void
poolvaluescopy(struct poolvalues *t, const struct poolvalues *from, const struct profraw *tmpl)
{
	pooladdrcopy(&t->fn, &from->fn, tmpl, false);
	pooladdrcopy(&t->vtab, &from->vtab, tmpl, true);
}

void
poolvaluesclear(struct poolvalues *t)
{
	t->n = t->guess = 0;
	if (t->nslot)
		memset(t->slot, 0, t->nslot * sizeof(*t->slot));
}

void
poolvaluesrelease(struct poolvalues *t)
{
	pooladdrrelease(&t->fn);
	pooladdrrelease(&t->vtab);
	free(t->v);
	free(t->slot);
	*t = (struct poolvalues){0};
}

static uint32_t *
slot(struct poolvalues *t, uint32_t site, uint64_t key)
{
	size_t k = mix(key, site) & (t->nslot - 1);

	while (t->slot[k] && (t->v[t->slot[k] - 1].site != site || t->v[t->slot[k] - 1].key != key))
		k = (k + 1) & (t->nslot - 1);
	return &t->slot[k];
}

static void
grow(struct poolvalues *t)
{
	if (t->n == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 64;
		t->v = xreallocarray(t->v, t->cap, sizeof(*t->v));
	}
	if (2 * t->n < t->nslot)
		return;
	if (t->n > UINT32_MAX / 4)
		fatal("add up values: %zu different ones are too many", t->n);
	t->nslot = t->nslot ? 2 * t->nslot : 128;
	free(t->slot);
	t->slot = xcalloc(t->nslot, sizeof(*t->slot));
	for (size_t i = 0; i < t->n; i++)
		*slot(t, t->v[i].site, t->v[i].key) = (uint32_t)i + 1;
}

static struct poolvalue *
find(struct poolvalues *t, uint32_t site, uint64_t key, uint64_t addr)
{
	uint32_t *at;

	grow(t);
	at = slot(t, site, key);
	if (!*at) {
		t->v[t->n] = (struct poolvalue){.key = key, .addr = addr, .site = site};
		*at = (uint32_t)++t->n;
	}
	t->guess = *at;
	return &t->v[*at - 1];
}

void
poolvalue(struct poolvalues *t, uint32_t site, uint64_t key, uint64_t n)
{
	struct poolvalue *v = find(t, site, key, POOL_NOADDR);

	if (!addok(v->count, n, &v->count))
		v->count = UINT64_MAX;
}

/* What the addresses in one profile are compared with. */
struct view {
	const struct pooladdr *a;
	struct pooladdr own; /* when it is not the module's */
	uint64_t by;
	bool ours;
};

static void
look(struct view *view, const struct pooladdr *a, const struct profraw *pr, bool vtable)
{
	*view = (struct view){.a = a, .ours = true};
	if (pooladdrmoved(a, pr, vtable, &view->by))
		return;
	view->by = pooladdrset(&view->own, pr, vtable);
	pooladdrindex(&view->own, pr, vtable);
	view->a = &view->own;
	view->ours = false;
}

/* One value of a file: that which followed the one before in other files is tried first. */
static void
add(struct poolvalues *t, uint32_t site, unsigned kind, const struct view *view, uint64_t value,
	uint64_t n)
{
	uint64_t addr = value, key = value;
	struct poolvalue *v = t->guess < t->n ? &t->v[t->guess] : NULL;

	if (view)
		addr = value > view->by ? value - view->by : POOL_NOADDR;
	if (v && v->site == site && v->addr == addr && addr != POOL_NOADDR &&
		(!view || view->ours)) {
		t->guess++;
	} else {
		if (view)
			key = addr == POOL_NOADDR
				      ? 0
				      : pooladdrkey(view->a, addr, kind == PROFRAW_VTABLE);
		v = find(t, site, key, view && !view->ours ? POOL_NOADDR : addr);
	}
	if (!addok(v->count, n, &v->count))
		v->count = UINT64_MAX;
}

void
poolvaluesadd(struct poolvalues *t, const struct profraw *pr, const struct poolstage *s, size_t n,
	uint64_t weight)
{
	struct view views[2], *view[PROFRAW_NKIND] = {&views[0], NULL, &views[1]};

	look(&views[0], &t->fn, pr, false);
	look(&views[1], &t->vtab, pr, true);
	t->guess = 0;
	for (; n; n--, s++) {
		uint32_t site = s->site;

		for (unsigned k = 0; k < PROFRAW_NKIND; k++) {
			uint64_t at = s->v.kind[k].pairs;

			for (uint32_t i = 0; i < s->v.kind[k].nsites; i++, site++)
				for (unsigned c = s->v.kind[k].count[i]; c; c--, at += 16) {
					uint64_t x = profraw64(pr, at + 8);

					if (!mulok(x, weight, &x))
						x = UINT64_MAX;
					add(t, site, k, view[k], profraw64(pr, at), x);
				}
		}
	}
	pooladdrrelease(&views[0].own);
	pooladdrrelease(&views[1].own);
}

void
poolvaluesmerge(struct poolvalues *t, const struct poolvalues *from)
{
	for (size_t i = 0; i < from->n; i++)
		poolvalue(t, from->v[i].site, from->v[i].key, from->v[i].count);
}
