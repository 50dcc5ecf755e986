#include <stdlib.h>

#include "base/mem.h"
#include "pool/module.h"

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

void
poolid(struct poolmodule *m, const unsigned char *p, size_t n)
{
	size_t lo = 0, hi = m->nid;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = poolbytes(p, n, m->id[mid].p, m->id[mid].n);

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
