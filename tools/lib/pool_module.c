#include <stdlib.h>

#include "mem.h"
#include "pool_module.h"
#include "profraw_layout.h"

/* Bytes of the pointers in a record of pr. */
static unsigned
pointersize(const struct profraw *pr)
{
	return pr->wide ? 8 : 4;
}

static uint64_t
mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15ULL;
	return h ^ h >> 32;
}

uint64_t
poolhash(const struct profraw *pr)
{
	uint64_t h = mix(mix(pr->version | pr->variant, pr->magic), pr->swap), sum = 0;

	h = mix(mix(mix(h, pr->nrec), pr->nctr), pr->nvtab);
	h = mix(mix(mix(h, pr->bitmap.size), pr->names.size), pr->vnames.size);
	for (uint64_t i = 0; i < pr->nrec; i++) {
		uint64_t at = pr->data.off + i * pr->lay->size;

		sum += profraw64(pr, at) * (2 * i + 1) ^ profraw64(pr, at + 8);
	}
	return mix(h, sum);
}

/* n records, of which bytes [from, to) must be equal. */
static bool
samebytes(const unsigned char *a, const unsigned char *b, uint64_t n, size_t size, size_t from,
	size_t to)
{
	for (; n; n--, a += size, b += size)
		if (memcmp(a + from, b + from, to - from))
			return false;
	return true;
}

/* The same for the records of today, with words that the compiler sees: all but the pointers. */
static bool
samewide(const unsigned char *a, const unsigned char *b, uint64_t n)
{
	enum { SIZE = 64, POINTERS = 32 };
	uint64_t x[SIZE / 8], y[SIZE / 8], diff = 0;

	for (; n; n--, a += SIZE, b += SIZE) {
		memcpy(x, a, SIZE);
		memcpy(y, b, SIZE);
		for (unsigned i = 0; i < SIZE / 8; i++)
			if (i != POINTERS / 8 && i != POINTERS / 8 + 1)
				diff |= x[i] ^ y[i];
	}
	return !diff;
}

static bool
samerecords(const struct poolmodule *m, const struct profraw *pr)
{
	const struct profreclay *lay = pr->lay;
	const unsigned char *a = m->tmpl + m->pr.data.off, *b = pr->p + pr->data.off;
	size_t ptr = pointersize(pr), gap = lay->fn, size = lay->size;

	if (pr->relative && size == 64 && gap == 32 && ptr == 8)
		return samewide(a, b, pr->nrec);
	if (pr->relative)
		return samebytes(a, b, pr->nrec, size, 0, gap) &&
		       samebytes(a, b, pr->nrec, size, gap + 2 * ptr, size);
	if (!samebytes(a, b, pr->nrec, size, 0, lay->ctr) ||
		!samebytes(a, b, pr->nrec, size, gap + 2 * ptr, size))
		return false;
	for (uint64_t i = 0; i < pr->nrec; i++)
		if (profrawrec(&m->pr, i).ctr != profrawrec(pr, i).ctr)
			return false;
	return true;
}

static bool
samesection(const struct poolmodule *m, const struct profsect *a, const struct profraw *pr,
	const struct profsect *b)
{
	return a->size == b->size && !memcmp(m->tmpl + a->off, pr->p + b->off, a->size);
}

static bool
samevtables(const struct poolmodule *m, const struct profraw *pr)
{
	const struct profvtablay *lay = &proflay(pr->version)->vtab[pr->wide];

	for (uint64_t i = 0; i < pr->nvtab; i++) {
		uint64_t a = m->pr.vtab.off + i * lay->size, b = pr->vtab.off + i * lay->size;

		if (profraw64(&m->pr, a) != profraw64(pr, b) ||
			profraw32(&m->pr, a + lay->len) != profraw32(pr, b + lay->len))
			return false;
	}
	return true;
}

bool
poolsame(const struct poolmodule *m, const struct profraw *pr)
{
	const struct profraw *t = &m->pr;

	if (t->version != pr->version || t->variant != pr->variant || t->magic != pr->magic ||
		t->swap != pr->swap || t->relative != pr->relative || t->nrec != pr->nrec ||
		t->nctr != pr->nctr || t->nvtab != pr->nvtab || t->bitmap.size != pr->bitmap.size)
		return false;
	if (pr->relative && t->ctrdelta != pr->ctrdelta)
		return false;
	if (pr->bitmap.size && t->bitmapdelta != pr->bitmapdelta)
		return false;
	/* Without records only the binary id tells modules apart. */
	if (!pr->nrec && !samesection(m, &t->ids, pr, &pr->ids))
		return false;
	return samesection(m, &t->names, pr, &pr->names) &&
	       samesection(m, &t->vnames, pr, &pr->vnames) && samerecords(m, pr) &&
	       samevtables(m, pr);
}

static int
order(const void *va, const void *vb)
{
	const struct poolrange *a = va, *b = vb;

	return (a->at > b->at) - (a->at < b->at);
}

/* The counters that belong to records, as few ranges; linkers leave gaps at most. */
static void
setranges(struct poolmodule *m)
{
	const struct profraw *pr = &m->pr;
	size_t n = 0;

	m->phase = pr->nrec ? profrawrec(pr, 0).ctr % pr->ctrsize : 0;
	m->range = xcalloc(pr->nrec + 1, sizeof(*m->range));
	if (!pr->nrec && pr->nctr)
		m->range[n++] = (struct poolrange){0, pr->nctr};
	for (uint64_t i = 0; i < pr->nrec; i++) {
		struct profrec r = profrawrec(pr, i);
		uint64_t at = (r.ctr - m->phase) / pr->ctrsize;

		if (n && m->range[n - 1].at + m->range[n - 1].n == at)
			m->range[n - 1].n += r.nctr;
		else
			m->range[n++] = (struct poolrange){at, r.nctr};
	}
	if (n)
		qsort(m->range, n, sizeof(*m->range), order);
	m->nrange = n != 0;
	for (size_t i = 1; i < n; i++) {
		struct poolrange *last = &m->range[m->nrange - 1], *r = &m->range[i];
		uint64_t end = r->at + r->n;

		if (last->at + last->n < r->at)
			m->range[m->nrange++] = *r;
		else if (end > last->at + last->n)
			last->n = end - last->at;
	}
	m->range = xreallocarray(m->range, m->nrange + 1, sizeof(*m->range));
}

static void
setsites(struct poolmodule *m)
{
	size_t n = 0;

	for (unsigned pass = 0; pass < 2; pass++) {
		if (pass)
			m->siterec = xcalloc(n, sizeof(*m->siterec));
		n = 0;
		for (uint64_t i = 0; i < m->pr.nrec; i++) {
			struct profrec r = profrawrec(&m->pr, i);

			if (!(r.nsites[0] | r.nsites[1] | r.nsites[2]))
				continue;
			if (pass)
				m->siterec[n] = r;
			n++;
		}
	}
	m->nsiterec = n;
}

static void
allocate(struct poolmodule *m)
{
	if (m->pr.ctrsize == 8)
		m->ctr = xcalloc(poolnctr(m), sizeof(*m->ctr));
	else
		m->cover = xcalloc(m->pr.nctr, 1);
	m->bitmap = xcalloc(m->pr.bitmap.size, 1);
	poolmoduleclear(m);
}

struct poolmodule *
mkpoolmodule(const struct profraw *pr, uint64_t hash)
{
	struct poolmodule *m = xcalloc(1, sizeof(*m));
	struct profsect *s[] = {&m->pr.header, &m->pr.ids, &m->pr.data, &m->pr.ctr, &m->pr.bitmap,
		&m->pr.names, &m->pr.vtab, &m->pr.vnames, &m->pr.values};

	m->hash = hash;
	m->pr = *pr;
	m->pr.watch = NULL;
	m->pr.n = pr->values.off - pr->begin;
	m->pr.p = m->tmpl = xreallocarray(NULL, m->pr.n, 1);
	memcpy(m->tmpl, pr->p + pr->begin, m->pr.n);
	for (size_t i = 0; i < sizeof(s) / sizeof(s[0]); i++)
		s[i]->off -= s[i]->size || s[i]->off ? pr->begin : 0;
	m->pr.begin = 0;
	m->pr.end = m->pr.n;
	setranges(m);
	setsites(m);
	poolvaluesinit(&m->values, pr);
	allocate(m);
	return m;
}

struct poolmodule *
poolmodulecopy(const struct poolmodule *m)
{
	struct poolmodule *c = mkpoolmodule(&m->pr, m->hash);

	c->odd = m->odd;
	poolvaluesrelease(&c->values);
	poolvaluescopy(&c->values, &m->values, &m->pr);
	return c;
}

static void
clearids(struct poolmodule *m)
{
	for (size_t i = 0; i < m->nid; i++)
		free(m->id[i].p);
	m->nid = 0;
}

void
poolmoduleclear(struct poolmodule *m)
{
	if (m->ctr)
		memset(m->ctr, 0, poolnctr(m) * sizeof(*m->ctr));
	if (m->cover)
		memset(m->cover, 0xff, m->pr.nctr);
	if (m->pr.bitmap.size)
		memset(m->bitmap, 0, m->pr.bitmap.size);
	poolvaluesclear(&m->values);
	clearids(m);
	m->profiles = m->weight = 0;
	m->budget = 0;
}

void
delpoolmodule(struct poolmodule *m)
{
	clearids(m);
	poolvaluesrelease(&m->values);
	free(m->id);
	free(m->refused);
	free(m->tmpl);
	free(m->siterec);
	free(m->range);
	free(m->ctr);
	free(m->cover);
	free(m->bitmap);
	free(m);
}

static int
bytes(const unsigned char *a, size_t na, const unsigned char *b, size_t nb)
{
	size_t n = na < nb ? na : nb;
	int c = n ? memcmp(a, b, n) : 0;

	return c ? c : (na > nb) - (na < nb);
}

void
poolid(struct poolmodule *m, const unsigned char *p, size_t n)
{
	size_t lo = 0, hi = m->nid;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = bytes(p, n, m->id[mid].p, m->id[mid].n);

		if (!c)
			return;
		if (c > 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	m->id = xreallocarray(m->id, m->nid + 1, sizeof(*m->id));
	memmove(m->id + lo + 1, m->id + lo, (m->nid - lo) * sizeof(*m->id));
	m->id[lo] = (struct poolid){xreallocarray(NULL, n, 1), n};
	memcpy(m->id[lo].p, p, n);
	m->nid++;
}

void
poolids(struct poolmodule *m, const struct profraw *pr)
{
	const unsigned char *p;
	uint64_t n;

	for (unsigned k = 0; (p = profrawid(pr, k, &n)); k++)
		poolid(m, p, n);
}

int
poolorder(const struct poolmodule *a, const struct poolmodule *b)
{
	const struct profsect *sa[] = {&a->pr.names, &a->pr.vnames, &a->pr.ids},
			      *sb[] = {&b->pr.names, &b->pr.vnames, &b->pr.ids};
	uint64_t wa = a->pr.variant | a->pr.version, wb = b->pr.variant | b->pr.version;

	if (wa != wb)
		return wa > wb ? -1 : 1;
	if (a->pr.nrec != b->pr.nrec)
		return a->pr.nrec > b->pr.nrec ? -1 : 1;
	for (unsigned i = 0; i < 2u + !a->pr.nrec; i++) {
		int c = bytes(a->tmpl + sa[i]->off, sa[i]->size, b->tmpl + sb[i]->off, sb[i]->size);

		if (c)
			return c;
	}
	for (uint64_t i = 0; i < a->pr.nrec; i++) {
		struct profrec x = profrawrec(&a->pr, i), y = profrawrec(&b->pr, i);

		/* A few compilers leave the names of two records in another order. */
		if (x.nameref != y.nameref)
			return x.nameref < y.nameref ? -1 : 1;
		if (x.funchash != y.funchash)
			return x.funchash < y.funchash ? -1 : 1;
		if (x.nctr != y.nctr)
			return x.nctr < y.nctr ? -1 : 1;
		if (x.ctr != y.ctr)
			return x.ctr < y.ctr ? -1 : 1;
	}
	return (a->hash > b->hash) - (a->hash < b->hash);
}
