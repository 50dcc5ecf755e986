#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "pool/set.h"
#include "pool/write.h"
#include "profraw/layout.h"

/*
 * Every field that the sum does not determine has one value here, so that equal sums are equal
 * bytes. Counter pointers are absolute up to version 7: they start here.
 */
#define CTRBASE 0x1000

static void
putsection(struct poolwriter *w, const struct profsect *s)
{
	bufadd(w->b, w->m->tmpl + s->off, s->size);
}

static void
putids(struct poolwriter *w)
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
putheader(struct poolwriter *w)
{
	const struct profraw *pr = &w->m->pr;
	const struct proflay *lay = proflay(pr->version);
	uint64_t f[F_COUNT] = {
		[F_NDATA] = pr->nrec,
		[F_NCTR] = pr->nctr,
		[F_NBITMAP] = pr->bitmap.size,
		[F_NAMES] = pr->names.size,
		[F_CTRDELTA] = lay->relative ? pr->ctrdelta : CTRBASE,
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
putrecords(struct poolwriter *w)
{
	const struct profraw *pr = &w->m->pr;
	const struct profreclay *lay = pr->lay;
	unsigned ptr = pr->wide ? 8 : 4;
	size_t at = w->b->n;

	putsection(w, &pr->data);
	for (uint64_t i = 0; i < pr->nrec; i++, at += lay->size) {
		if (!proflay(pr->version)->relative)
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
putcounters(struct poolwriter *w)
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
putvtables(struct poolwriter *w)
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

static void
putmodule(const struct poolmodule *m, struct buf *b, struct poolinfo *info)
{
	struct poolwriter w = {.m = m, .b = b, .start = b->n, .info = info};

	putheader(&w);
	putids(&w);
	putrecords(&w);
	putcounters(&w);
	putsection(&w, &m->pr.names);
	zeros(&w, pad8(m->pr.names.size));
	putvtables(&w);
	putsection(&w, &m->pr.vnames);
	zeros(&w, pad8(m->pr.vnames.size));
	poolwritevalues(&w);
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
