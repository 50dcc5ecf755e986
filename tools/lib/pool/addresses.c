#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "pool/addresses.h"
#include "profraw/layout.h"

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
uint64_t
pooladdrset(struct pooladdr *a, const struct profraw *pr, bool vtable)
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

		if (!a->v[i] || !addok(a->v[i], profraw32(pr, at + lay->len), &end) ||
			end == a->v[i])
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
void
pooladdrindex(struct pooladdr *a, const struct profraw *pr, bool vtable)
{
	if (vtable)
		setspans(a, pr);
	else
		setslots(a, pr);
}

void
pooladdrrelease(struct pooladdr *a)
{
	free(a->v);
	free(a->slot);
	free(a->span);
	*a = (struct pooladdr){0};
}

/* What the address leads to, 0 for nothing known. */
uint64_t
pooladdrkey(const struct pooladdr *a, uint64_t addr, bool vtable)
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
bool
pooladdrmoved(const struct pooladdr *a, const struct profraw *pr, bool vtable, uint64_t *by)
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

void
pooladdrcopy(
	struct pooladdr *to, const struct pooladdr *from, const struct profraw *tmpl, bool vtable)
{
	pooladdrrelease(to);
	to->n = from->n;
	to->v = xreallocarray(NULL, to->n, sizeof(*to->v));
	if (to->n)
		memcpy(to->v, from->v, to->n * sizeof(*to->v));
	pooladdrindex(to, tmpl, vtable);
}

static int
bykey(const void *va, const void *vb)
{
	const struct poolslot *a = va, *b = vb;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->addr > b->addr) - (a->addr < b->addr);
}

/* Where linkers would put them; profraw-verify wonders about odd ones. */
#define VTABLEALIGN 16ULL

uint64_t
poolvtableat(const struct profraw *tmpl, uint64_t i, uint64_t before)
{
	const struct profvtablay *lay = &proflay(tmpl->version)->vtab[tmpl->wide];
	uint64_t at = i ? recordat(tmpl, i - 1, true) : 0, next;

	if (!i)
		return VTABLEALIGN;
	next = (before + profraw32(tmpl, at + lay->len) + VTABLEALIGN - 1) & ~(VTABLEALIGN - 1);
	return before && next >= before && (tmpl->wide || !(next >> 32)) ? next : 0;
}

struct poolback
poolback(const struct profraw *tmpl, bool vtable)
{
	uint64_t n = count(tmpl, vtable), addr = 0;
	struct poolback b = {.v = xcalloc(n, sizeof(*b.v))};

	for (uint64_t i = 0; i < n; i++) {
		uint64_t at = recordat(tmpl, i, vtable);
		bool empty = vtable &&
			     !profraw32(tmpl, at + proflay(tmpl->version)->vtab[tmpl->wide].len);

		addr = vtable ? poolvtableat(tmpl, i, addr) : poolfunctionat(i);
		if (addr && !empty)
			b.v[b.n++] = (struct poolslot){addr, profraw64(tmpl, at)};
	}
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
