#include <stdlib.h>

#include "base/mem.h"
#include "profraw/diag.h"
#include "profraw/layout.h"
#include "profraw/modules.h"
#include "profraw/names.h"

/* Of a function; for a vtable its hash and size. */
struct key {
	uint64_t nameref, funchash;
};

struct profmodule {
	uint64_t hash, word; /* word: version and variant */
	unsigned char *blob; /* binary ids, names, vtable names */
	uint64_t size[3], nrec, nvtab;
	struct key *key;    /* of each record, then of each vtable */
	uint64_t *fn;	    /* record -> distinct function */
	unsigned char *hit; /* by distinct function */
	uint64_t nfn;	    /* distinct functions */
	bool counted;
};

static struct key
key(const struct profraw *pr, uint64_t i)
{
	const struct profvtablay *vtab = &proflay(pr->version)->vtab[pr->wide];
	uint64_t at = pr->data.off + i * pr->lay->size;

	if (i < pr->nrec)
		return (struct key){profraw64(pr, at), profraw64(pr, at + 8)};
	at = pr->vtab.off + (i - pr->nrec) * vtab->size;
	return (struct key){profraw64(pr, at), profraw32(pr, at + vtab->len)};
}

static uint64_t
mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15ULL;
	return h ^ h >> 32;
}

static uint64_t
mixbytes(uint64_t h, const unsigned char *p, uint64_t n)
{
	uint64_t x;

	h = mix(h, n);
	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&x, p, 8);
		h = mix(h, x);
	}
	x = 0;
	memcpy(&x, p, n);
	return mix(h, x);
}

static uint64_t
hash(const struct profraw *pr)
{
	uint64_t h = mix(pr->version, pr->variant);

	h = mixbytes(h, pr->p + pr->ids.off, pr->ids.size);
	h = mixbytes(h, pr->p + pr->names.off, pr->names.size);
	h = mixbytes(h, pr->p + pr->vnames.off, pr->vnames.size);
	for (uint64_t i = 0; i < pr->nrec + pr->nvtab; i++) {
		struct key k = key(pr, i);

		h = mix(mix(h, k.nameref), k.funchash);
	}
	return h;
}

static bool
same(const struct profmodule *m, const struct profraw *pr)
{
	const struct profsect *s[3] = {&pr->ids, &pr->names, &pr->vnames};
	const unsigned char *blob = m->blob;

	if (m->word != (pr->variant | pr->version) || m->nrec != pr->nrec || m->nvtab != pr->nvtab)
		return false;
	for (unsigned i = 0; i < 3; i++) {
		if (m->size[i] != s[i]->size || memcmp(blob, pr->p + s[i]->off, s[i]->size))
			return false;
		blob += s[i]->size;
	}
	for (uint64_t i = 0; i < pr->nrec + pr->nvtab; i++) {
		struct key k = key(pr, i);

		if (k.nameref != m->key[i].nameref || k.funchash != m->key[i].funchash)
			return false;
	}
	return true;
}

/* Where the module of pr is, or the free slot where it would be. */
static struct profmodule **
slot(const struct profmodules *t, uint64_t h, const struct profraw *pr)
{
	size_t i = h & (t->cap - 1);

	while (t->tab[i] && (t->tab[i]->hash != h || !same(t->tab[i], pr)))
		i = (i + 1) & (t->cap - 1);
	return &t->tab[i];
}

static void
grow(struct profmodules *t)
{
	struct profmodules old = *t;

	t->cap = old.cap ? 2 * old.cap : 16;
	t->tab = xcalloc(t->cap, sizeof(struct profmodule *));
	for (size_t i = 0; i < old.cap; i++) {
		size_t k;

		if (!old.tab[i])
			continue;
		k = old.tab[i]->hash & (t->cap - 1);
		while (t->tab[k])
			k = (k + 1) & (t->cap - 1);
		t->tab[k] = old.tab[i];
	}
	free(old.tab);
}

struct place {
	struct key key;
	uint64_t rec;
};

static int
order(const void *va, const void *vb)
{
	const struct key *a = va, *b = vb;

	if (a->nameref != b->nameref)
		return a->nameref < b->nameref ? -1 : 1;
	return (a->funchash > b->funchash) - (a->funchash < b->funchash);
}

/* Some compilers emit several records for one function: numbers the distinct ones. */
static void
number(struct profmodule *m)
{
	struct place *v = xreallocarray(NULL, m->nrec, sizeof(*v));
	uint64_t n = 0;

	for (uint64_t i = 0; i < m->nrec; i++)
		v[i] = (struct place){m->key[i], i};
	if (m->nrec)
		qsort(v, m->nrec, sizeof(*v), order);
	for (uint64_t i = 0; i < m->nrec; i++) {
		n += !i || order(&v[i - 1], &v[i]);
		m->fn[v[i].rec] = n - 1;
	}
	free(v);
	m->nfn = n;
	m->hit = xcalloc(n, 1);
}

static struct profmodule *
mkmodule(const struct profraw *pr, uint64_t h)
{
	const struct profsect *s[3] = {&pr->ids, &pr->names, &pr->vnames};
	struct profmodule *m = xcalloc(1, sizeof(*m));
	unsigned char *blob;

	m->hash = h;
	m->word = pr->variant | pr->version;
	blob = m->blob = xreallocarray(NULL, s[0]->size + s[1]->size + s[2]->size, 1);
	for (unsigned i = 0; i < 3; i++) {
		m->size[i] = s[i]->size;
		memcpy(blob, pr->p + s[i]->off, s[i]->size);
		blob += s[i]->size;
	}
	m->nrec = pr->nrec;
	m->nvtab = pr->nvtab;
	m->key = xreallocarray(NULL, m->nrec + m->nvtab, sizeof(*m->key));
	for (uint64_t i = 0; i < m->nrec + m->nvtab; i++)
		m->key[i] = key(pr, i);
	m->fn = xreallocarray(NULL, m->nrec, sizeof(*m->fn));
	return m;
}

struct profmodule *
profmodule(struct profmodules *t, const struct profraw *pr, struct profdiag *d)
{
	uint64_t h = hash(pr);
	struct profmodule **at;
	struct profnames names = {0};
	int rc;

	if (2 * t->n >= t->cap)
		grow(t);
	at = slot(t, h, pr);
	if (*at)
		return *at;
	rc = profnamesread(&names, pr, d);
	profnamesrelease(&names);
	if (rc)
		return NULL;
	*at = mkmodule(pr, h);
	number(*at);
	t->n++;
	return *at;
}

void
profmodulehits(struct profmodules *t, struct profmodule *m, const unsigned char *hit)
{
	if (!m->counted) {
		m->counted = true;
		t->nmodule += m->nrec != 0;
		t->nfn += m->nfn;
	}
	for (uint64_t i = 0; i < m->nrec; i++) {
		unsigned char *at = &m->hit[m->fn[i]];

		t->nhit += hit[i] && !*at;
		*at |= hit[i];
	}
}

void
profmodulesrelease(struct profmodules *t)
{
	for (size_t i = 0; i < t->cap; i++) {
		struct profmodule *m = t->tab[i];

		if (!m)
			continue;
		free(m->blob);
		free(m->key);
		free(m->fn);
		free(m->hit);
		free(m);
	}
	free(t->tab);
	*t = (struct profmodules){0};
}
