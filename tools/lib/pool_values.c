#include <stdlib.h>

#include "err.h"
#include "mem.h"
#include "num.h"
#include "pool_values.h"
#include "profraw_layout.h"

static uint64_t
mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ b * 0xff51afd7ed558ccdULL) * 0x9e3779b97f4a7c15ULL;

	return h ^ h >> 29;
}

/* Where record (vtable) i is in the file. */
static uint64_t
recordat(const struct profraw *pr, uint64_t i, bool vtable)
{
	if (vtable)
		return pr->vtab.off + i * proflay(pr->version)->vtab[pr->wide].size;
	return pr->data.off + i * pr->lay->size;
}

/* Its address when the program ran. */
static uint64_t
address(const struct profraw *pr, uint64_t i, bool vtable)
{
	uint64_t at = recordat(pr, i, vtable);

	at += vtable ? proflay(pr->version)->vtab[pr->wide].addr : pr->lay->fn;
	return pr->wide ? profraw64(pr, at) : profraw32(pr, at);
}

static uint64_t
count(const struct profraw *pr, bool vtable)
{
	return vtable ? pr->nvtab : pr->nrec;
}

/* Sets a->v; returns what has to be subtracted from the addresses of pr. */
static uint64_t
setaddresses(struct pooladdr *a, const struct profraw *pr, bool vtable)
{
	uint64_t min = UINT64_MAX;

	a->n = count(pr, vtable);
	a->v = xreallocarray(NULL, a->n, sizeof(*a->v));
	for (uint64_t i = 0; i < a->n; i++) {
		a->v[i] = address(pr, i, vtable);
		if (a->v[i] && a->v[i] < min)
			min = a->v[i];
	}
	for (uint64_t i = 0; i < a->n; i++)
		a->v[i] -= a->v[i] ? min - 1 : 0;
	return min == UINT64_MAX ? 0 : min - 1;
}

static int
bystart(const void *va, const void *vb)
{
	const struct poolspan *a = va, *b = vb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return (a->key > b->key) - (a->key < b->key);
}

static void
setspans(struct pooladdr *a, const struct profraw *pr)
{
	const struct profvtablay *lay = &proflay(pr->version)->vtab[pr->wide];

	a->nspan = 0;
	a->span = xreallocarray(NULL, a->n, sizeof(*a->span));
	for (uint64_t i = 0; i < a->n; i++) {
		uint64_t at = recordat(pr, i, true), end;

		if (!a->v[i] || !addok(a->v[i], profraw32(pr, at + lay->len), &end))
			continue;
		a->span[a->nspan++] = (struct poolspan){a->v[i], end, profraw64(pr, at)};
	}
	if (a->nspan)
		qsort(a->span, a->nspan, sizeof(*a->span), bystart);
}

static void
setslots(struct pooladdr *a, const struct profraw *pr)
{
	for (a->cap = 16; a->cap < 2 * a->n; a->cap *= 2)
		;
	a->slot = xcalloc(a->cap, sizeof(*a->slot));
	for (uint64_t i = 0; i < a->n; i++) {
		uint64_t k = mix(a->v[i], 0) & (a->cap - 1);

		if (!a->v[i])
			continue;
		while (a->slot[k].addr && a->slot[k].addr != a->v[i])
			k = (k + 1) & (a->cap - 1);
		if (!a->slot[k].addr)
			a->slot[k] =
				(struct poolslot){a->v[i], profraw64(pr, recordat(pr, i, false))};
	}
}

/* From the addresses to what finds them. */
static void
makeindex(struct pooladdr *a, const struct profraw *pr, bool vtable)
{
	if (vtable)
		setspans(a, pr);
	else
		setslots(a, pr);
}

static void
release(struct pooladdr *a)
{
	free(a->v);
	free(a->slot);
	free(a->span);
	*a = (struct pooladdr){0};
}

/* What the address leads to, 0 for nothing known. */
static uint64_t
keyof(const struct pooladdr *a, uint64_t addr, bool vtable)
{
	size_t lo = 0, hi = a->nspan;

	if (!vtable) {
		uint64_t k = mix(addr, 0) & (a->cap - 1);

		while (a->slot[k].addr && a->slot[k].addr != addr)
			k = (k + 1) & (a->cap - 1);
		return a->slot[k].addr ? a->slot[k].key : 0;
	}
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (a->span[mid].start <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && addr < a->span[lo - 1].end ? a->span[lo - 1].key : 0;
}

/* The addresses of pr are those of a, all moved by *by. */
static bool
moved(const struct pooladdr *a, const struct profraw *pr, bool vtable, uint64_t *by)
{
	uint64_t i = 0, wrong = 0;

	*by = 0;
	while (i < a->n && !a->v[i])
		i++;
	if (i < a->n)
		*by = address(pr, i, vtable) - a->v[i];
	for (i = 0; i < a->n; i++)
		wrong |= address(pr, i, vtable) ^ (a->v[i] ? a->v[i] + *by : 0);
	return !wrong;
}

/* Any order will do, as long as it does not depend on who comes first. */
static bool
smaller(const struct pooladdr *a, const struct pooladdr *b)
{
	for (uint64_t i = 0; i < a->n; i++)
		if (a->v[i] != b->v[i])
			return a->v[i] < b->v[i];
	return false;
}

void
poolvaluesinit(struct poolvalues *t, const struct profraw *pr)
{
	setaddresses(&t->fn, pr, false);
	setaddresses(&t->vtab, pr, true);
	makeindex(&t->fn, pr, false);
	makeindex(&t->vtab, pr, true);
}

static void
copy(struct pooladdr *to, const struct pooladdr *from, const struct profraw *tmpl, bool vtable)
{
	release(to);
	to->n = from->n;
	to->v = xreallocarray(NULL, to->n, sizeof(*to->v));
	if (to->n)
		memcpy(to->v, from->v, to->n * sizeof(*to->v));
	makeindex(to, tmpl, vtable);
}

void
poolvaluescopy(struct poolvalues *t, const struct poolvalues *from, const struct profraw *tmpl)
{
	copy(&t->fn, &from->fn, tmpl, false);
	copy(&t->vtab, &from->vtab, tmpl, true);
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
	release(&t->fn);
	release(&t->vtab);
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

/* Keeps the smaller addresses in *a: those that have been seen are then of no more use. */
static void
look(struct view *view, struct pooladdr *a, struct poolvalues *t, const struct profraw *pr,
	bool vtable)
{
	*view = (struct view){.a = a, .ours = true};
	if (moved(a, pr, vtable, &view->by))
		return;
	view->by = setaddresses(&view->own, pr, vtable);
	makeindex(&view->own, pr, vtable);
	if (smaller(&view->own, a)) {
		release(a);
		*a = view->own;
		view->own = (struct pooladdr){0};
		for (size_t i = 0; i < t->n; i++)
			t->v[i].addr = POOL_NOADDR;
		return;
	}
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
			key = addr == POOL_NOADDR ? 0
						  : keyof(view->a, addr, kind == PROFRAW_VTABLE);
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

	look(&views[0], &t->fn, t, pr, false);
	look(&views[1], &t->vtab, t, pr, true);
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
	release(&views[0].own);
	release(&views[1].own);
}

void
poolvaluesmerge(struct poolvalues *t, const struct poolvalues *from, const struct profraw *tmpl)
{
	for (size_t i = 0; i < from->n; i++)
		poolvalue(t, from->v[i].site, from->v[i].key, from->v[i].count);
	if (smaller(&from->fn, &t->fn))
		copy(&t->fn, &from->fn, tmpl, false);
	if (smaller(&from->vtab, &t->vtab))
		copy(&t->vtab, &from->vtab, tmpl, true);
	for (size_t i = 0; i < t->n; i++)
		t->v[i].addr = POOL_NOADDR;
}

static int
bykey(const void *va, const void *vb)
{
	const struct poolslot *a = va, *b = vb;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->addr > b->addr) - (a->addr < b->addr);
}

struct poolback
poolback(const struct pooladdr *a, const struct profraw *tmpl, bool vtable)
{
	struct poolback b = {.v = xcalloc(a->n, sizeof(*b.v))};

	for (uint64_t i = 0; i < a->n; i++)
		if (a->v[i])
			b.v[b.n++] = (struct poolslot){
				a->v[i], profraw64(tmpl, recordat(tmpl, i, vtable))};
	if (b.n)
		qsort(b.v, b.n, sizeof(*b.v), bykey);
	return b;
}

uint64_t
poolbackfind(const struct poolback *b, uint64_t key)
{
	size_t lo = 0, hi = b->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (b->v[mid].key < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < b->n && b->v[lo].key == key ? b->v[lo].addr : 0;
}
