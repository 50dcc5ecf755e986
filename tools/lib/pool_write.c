#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "num.h"
#include "pool_set.h"
#include "profraw_layout.h"

/*
 * Every field that the sum does not determine has one value here, so that equal sums are equal
 * bytes. Counter pointers are absolute up to version 7: they start here.
 */
#define CTRBASE 0x1000

struct writer {
	const struct poolmodule *m;
	struct buf *b;
	size_t start; /* of the profile in b */
	struct poolinfo *info;
	struct poolvalue *v; /* sorted by site, then as they are to be written */
	size_t n, at;
	struct poolback back[PROFRAW_NKIND];
	uint32_t site;
};

static void
put(struct writer *w, uint64_t x, unsigned size)
{
	unsigned char p[8];

	if (w->m->pr.swap)
		x = __builtin_bswap64(x) >> (64 - 8 * size);
	memcpy(p, &x, sizeof(p)); /* the low bytes come first: see the check in poolwrite() */
	bufadd(w->b, p, size);
}

static void
zeros(struct writer *w, uint64_t n)
{
	for (; n; n--)
		bufadd(w->b, "", 1);
}

static uint64_t
pad8(uint64_t n)
{
	return -n & 7;
}

static void
poke(struct writer *w, size_t at, uint64_t x, unsigned size)
{
	size_t n = w->b->n;

	w->b->n = at;
	put(w, x, size);
	w->b->n = n;
}

static void
putsection(struct writer *w, const struct profsect *s)
{
	bufadd(w->b, w->m->tmpl + s->off, s->size);
}

static void
putids(struct writer *w)
{
	const struct proflay *lay = proflay(w->m->pr.version);

	for (size_t i = 0; i < w->m->nid; i++) {
		put(w, w->m->id[i].n, 8);
		bufadd(w->b, w->m->id[i].p, w->m->id[i].n);
		zeros(w, lay->idpad ? pad8(w->m->id[i].n) : 0);
		for (size_t k = 0; k < w->m->id[i].n; k++)
			bufprintf(&w->info->ids, "%s%02x", i && !k ? "," : "", w->m->id[i].p[k]);
	}
}

static void
putheader(struct writer *w)
{
	const struct profraw *pr = &w->m->pr;
	const struct proflay *lay = proflay(pr->version);
	uint64_t f[F_COUNT] = {
		[F_NDATA] = pr->nrec,
		[F_NCTR] = pr->nctr,
		[F_NBITMAP] = pr->bitmap.size,
		[F_NAMES] = pr->names.size,
		[F_CTRDELTA] = pr->relative ? pr->ctrdelta : CTRBASE,
		[F_BITMAPDELTA] = pr->bitmap.size ? pr->bitmapdelta : 0,
		[F_NVTAB] = pr->nvtab,
		[F_VNAMES] = pr->vnames.size,
		[F_KINDLAST] = lay->nkind - 1u,
	};

	/* Before version 9 there is no bitmap, and this is the padding in front of the names. */
	f[lay->word[F_PADBITMAP] ? F_PADBITMAP : F_PADNAMES] = pad8(pr->ctr.size);
	if (lay->word[F_PADBITMAP])
		f[F_PADNAMES] = pad8(pr->bitmap.size);
	for (size_t i = 0; i < w->m->nid; i++)
		f[F_IDS] += 8 + w->m->id[i].n + (lay->idpad ? pad8(w->m->id[i].n) : 0);
	put(w, pr->magic, 8);
	put(w, pr->version | pr->variant, 8);
	zeros(w, 8 * (lay->words - 2u));
	for (unsigned i = 0; i < F_COUNT; i++)
		if (lay->word[i])
			poke(w, w->start + 8u * lay->word[i], f[i], 8);
}

static void
putrecords(struct writer *w)
{
	const struct profraw *pr = &w->m->pr;
	const struct profreclay *lay = pr->lay;
	unsigned ptr = pr->wide ? 8 : 4;
	size_t at = w->b->n;

	putsection(w, &pr->data);
	for (uint64_t i = 0; i < pr->nrec; i++, at += lay->size) {
		if (!pr->relative)
			poke(w, at + lay->ctr, CTRBASE + profrawrec(pr, i).ctr, ptr);
		poke(w, at + lay->fn, poolfunctionat(i), ptr);
		poke(w, at + lay->fn + ptr, 0, ptr);
	}
}

static uint64_t
counter(const struct poolmodule *m, uint64_t i)
{
	return m->ctr[i] > PROFRAW_MAXCOUNT ? PROFRAW_MAXCOUNT : m->ctr[i];
}

static void
putcounters(struct writer *w)
{
	const struct poolmodule *m = w->m;
	uint64_t n = m->ctr ? poolnctr(m) : 0;

	if (m->cover)
		bufadd(w->b, m->cover, m->pr.nctr);
	zeros(w, m->ctr ? m->phase : 0);
	for (uint64_t i = 0; i < n; i++)
		put(w, counter(m, i), 8);
	zeros(w, m->ctr ? m->pr.ctr.size - m->phase - 8 * n : 0);
	zeros(w, pad8(m->pr.ctr.size));
	bufadd(w->b, m->bitmap, m->pr.bitmap.size);
	zeros(w, pad8(m->pr.bitmap.size));
}

static void
putvtables(struct writer *w)
{
	const struct profraw *pr = &w->m->pr;
	const struct profvtablay *lay = &proflay(pr->version)->vtab[pr->wide];
	uint64_t addr = 0;

	for (uint64_t i = 0; i < pr->nvtab; i++) {
		uint64_t from = pr->vtab.off + i * lay->size;

		put(w, profraw64(pr, from), 8);
		addr = poolvtableat(pr, i, addr);
		put(w, addr, pr->wide ? 8 : 4);
		put(w, profraw32(pr, from + lay->len), 4);
		zeros(w, lay->size - lay->len - 4u);
	}
	zeros(w, pad8(pr->vtab.size));
}

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
sortvalues(struct writer *w)
{
	const struct poolvalues *t = &w->m->values;

	w->n = t->n;
	w->v = xcalloc(t->n, sizeof(*w->v));
	for (size_t i = 0; i < t->n; i++) {
		w->v[i] = t->v[i];
		w->v[i].addr = i;
	}
	if (t->n)
		qsort(w->v, t->n, sizeof(*w->v), w->m->weight > 1 ? bysum : byplace);
}

enum { MAXVALUES = 255 }; /* of a site: their number is a byte */

static void
tally(struct writer *w, unsigned kind, const struct poolvalue *v)
{
	uint64_t *sum[] = {&w->info->calls, v->key ? NULL : &w->info->unknown};

	for (unsigned i = 0; kind == PROFRAW_CALL && i < 2; i++)
		if (sum[i] && (!addok(*sum[i], v->count, sum[i]) || *sum[i] > INT64_MAX))
			*sum[i] = INT64_MAX;
}

/* The values of n sites of one kind. */
static void
putkind(struct writer *w, unsigned kind, unsigned n)
{
	size_t from = w->b->n, at = w->at;

	put(w, kind, 4);
	put(w, n, 4);
	for (unsigned i = 0; i < n; i++) {
		size_t k = at;

		while (at < w->n && w->v[at].site == w->site + i)
			at++;
		put(w, at - k > MAXVALUES ? MAXVALUES : at - k, 1);
	}
	zeros(w, pad8(w->b->n - from));
	for (unsigned i = 0; i < n; i++, w->site++)
		for (unsigned k = 0; w->at < w->n && w->v[w->at].site == w->site; k++, w->at++) {
			const struct poolvalue *v = &w->v[w->at];

			tally(w, kind, v);
			if (k >= MAXVALUES)
				continue;
			put(w,
				kind == PROFRAW_MEMOP ? v->key
						      : poolbackfind(&w->back[kind], v->key),
				8);
			put(w, v->count, 8);
		}
}

static void
putvalues(struct writer *w)
{
	const struct poolmodule *m = w->m;

	sortvalues(w);
	w->back[PROFRAW_CALL] = poolback(&m->pr, false);
	w->back[PROFRAW_VTABLE] = poolback(&m->pr, true);
	for (uint64_t i = 0; i < m->nsiterec; i++) {
		const struct profrec *r = &m->siterec[i];
		size_t at = w->b->n;
		unsigned kinds = 0;

		put(w, 0, 8);
		for (unsigned k = 0; k < PROFRAW_NKIND; k++)
			if (r->nsites[k]) {
				putkind(w, k, r->nsites[k]);
				kinds++;
			}
		poke(w, at, w->b->n - at, 4);
		poke(w, at + 4, kinds, 4);
	}
	free(w->v);
	free(w->back[PROFRAW_CALL].v);
	free(w->back[PROFRAW_VTABLE].v);
}

static void
putmodule(const struct poolmodule *m, struct buf *b, struct poolinfo *info)
{
	struct writer w = {.m = m, .b = b, .start = b->n, .info = info};

	putheader(&w);
	putids(&w);
	putrecords(&w);
	putcounters(&w);
	putsection(&w, &m->pr.names);
	zeros(&w, pad8(m->pr.names.size));
	putvtables(&w);
	putsection(&w, &m->pr.vnames);
	zeros(&w, pad8(m->pr.vnames.size));
	putvalues(&w);
	info->bytes = b->n - w.start;
}

static void
setinfo(const struct poolmodule *m, struct poolinfo *info)
{
	const struct profraw *pr = &m->pr;

	info->version = pr->version;
	info->variant = pr->variant;
	info->profiles = m->profiles;
	info->functions = pr->nrec;
	info->sites = pr->nsites;
	for (uint64_t i = 0; i < pr->nrec; i++) {
		struct profrec r = profrawrec(pr, i);
		uint64_t at = (r.ctr - m->phase) / pr->ctrsize, hit = 0;

		for (uint64_t k = 0; k < r.nctr; k++) {
			uint64_t x = m->ctr ? counter(m, at + k) : !m->cover[at + k];

			hit += x != 0;
			info->saturated += x == PROFRAW_MAXCOUNT;
			info->sum += x;
			if (info->sum > INT64_MAX)
				info->sum = INT64_MAX;
		}
		info->counters += r.nctr;
		info->counters_hit += hit;
		info->functions_hit += hit != 0;
	}
	bufstr(&info->ids);
}

static int
order(const void *va, const void *vb)
{
	struct poolmodule *const *a = va, *const *b = vb;

	return poolorder(*a, *b);
}

size_t
poolwrite(const struct pool *p, struct buf *b, struct poolinfo **info)
{
	struct poolmodule **v = xcalloc(p->n, sizeof(struct poolmodule *));
	size_t n = 0;

	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "put() needs it");
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i]->profiles)
			v[n++] = p->v[i];
	if (n)
		qsort(v, n, sizeof(struct poolmodule *), order);
	*info = xcalloc(n, sizeof(**info));
	for (size_t i = 0; i < n; i++) {
		while (b->n % 8)
			bufadd(b, "", 1);
		putmodule(v[i], b, *info + i);
		setinfo(v[i], *info + i);
	}
	free(v);
	return n;
}
