#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "pool/closed.h"
#include "pool/set.h"
#include "profraw/from_elf.h"
#include "profraw/names.h"

typedef unsigned long long ull;

/* Functions of a build, sorted. */
struct poolknown {
	struct poolfn {
		uint64_t ref, hash, nctr;
	} *v;
	size_t n;
};

static int
order(const void *va, const void *vb)
{
	const struct poolfn *a = va, *b = vb;

	if (a->ref != b->ref)
		return a->ref < b->ref ? -1 : 1;
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return (a->nctr > b->nctr) - (a->nctr < b->nctr);
}

void
poolbuild(struct pool *p, const char *path, struct buf *blank)
{
	struct buf elf = {0}, b = {0};
	struct profraw like;
	struct poolfile r;
	const char *why;

	if (slurpwarn(path, FILEMAX, &elf))
		exit(EXIT_TROUBLE);
	why = profrawlike(elf.p, elf.n, &like);
	if (!why && like.variant & PROFRAW_BYTE)
		why = "its counters are single bytes, which say what ran and not how often";
	if (!why)
		why = profrawblank(elf.p, elf.n, &like, &b);
	if (why)
		fatal("read '%s': %s", path, why);
	if (pooladd(p, b.p, b.n, 1, &r))
		fatal("read '%s': its records of functions cannot be added: %s: %s", path,
			r.d.bad.section, r.d.bad.what);
	poolclear(p);
	if (blank) {
		while (blank->n % 8)
			bufadd(blank, "", 1);
		bufadd(blank, b.p, b.n);
	}
	bufrelease(&elf);
	bufrelease(&b);
}

void
poolclose(struct pool *p)
{
	struct poolknown *k = xcalloc(1, sizeof(*k));

	poolclear(p);
	k->v = xcalloc(poolfunctions(p) + 1, sizeof(*k->v));
	for (size_t i = 0; i < p->n; i++)
		for (uint64_t f = 0; f < p->v[i]->pr.nrec; f++) {
			struct profrec r = profrawrec(&p->v[i]->pr, f);

			k->v[k->n++] = (struct poolfn){r.nameref, r.funchash, r.nctr};
		}
	qsort(k->v, k->n, sizeof(*k->v), order);
	p->known = k;
}

void
poolopen(struct pool *p)
{
	if (p->known)
		free(p->known->v);
	free(p->known);
	p->known = NULL;
}

void
poolforeign(const struct pool *p, const struct profraw *pr, char *why, size_t n)
{
	uint64_t unknown = 0, first = 0;

	for (uint64_t i = 0; i < pr->nrec; i++) {
		struct profrec r = profrawrec(pr, i);
		struct poolfn key = {r.nameref, r.funchash, r.nctr};

		if (bsearch(&key, p->known->v, p->known->n, sizeof(key), order))
			continue;
		first = unknown++ ? first : r.nameref;
	}
	if (unknown)
		snprintf(why, n,
			"%llu of %llu functions are not of the build by name, hash and number of "
			"counters, the first with name hash 0x%016llx",
			(ull)unknown, (ull)pr->nrec, (ull)first);
	else
		snprintf(why, n,
			"its %llu functions are of the build, but not its table of %zu: it was "
			"linked in another way",
			(ull)pr->nrec, p->known->n);
}

size_t
poolfunctions(const struct pool *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->v[i]->pr.nrec;
	return n;
}

static uint64_t
counter(const struct poolmodule *m, uint64_t i)
{
	return m->ctr[i] > PROFRAW_MAXCOUNT ? PROFRAW_MAXCOUNT : m->ctr[i];
}

void
poolsums(const struct pool *p, uint64_t *sum)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct poolmodule *m = p->v[i];

		for (uint64_t f = 0; f < m->pr.nrec; f++, sum++) {
			struct profrec r = profrawrec(&m->pr, f);
			uint64_t at = (r.ctr - m->phase) / 8;

			*sum = 0;
			for (uint64_t k = 0; k < r.nctr; k++)
				*sum = addmost(*sum, counter(m, at + k));
		}
	}
}

void
poolhold(struct pool *p, const uint64_t *sum, const uint64_t *most)
{
	for (size_t i = 0; i < p->n; i++) {
		struct poolmodule *m = p->v[i];
		uint64_t *of = xcalloc(m->pr.nsites + 1, sizeof(*of)), site = 0;

		poolcap(m);
		for (uint64_t f = 0; f < m->pr.nrec; f++) {
			struct profrec r = profrawrec(&m->pr, f);
			uint64_t at = (r.ctr - m->phase) / 8;

			for (uint64_t k = 0; sum[f] > most[f] && k < r.nctr; k++)
				m->ctr[at + k] = poolratio(m->ctr[at + k], most[f], sum[f]);
			for (unsigned kind = 0; kind < PROFRAW_NKIND; kind++)
				for (uint16_t k = 0; k < r.nsites[kind]; k++)
					of[site++] = f;
		}
		for (size_t k = 0; k < m->values.n; k++) {
			struct poolvalue *v = &m->values.v[k];
			uint64_t f = of[v->site];

			if (sum[f] > most[f])
				v->count = poolratio(v->count, most[f], sum[f]);
		}
		free(of);
		sum += m->pr.nrec;
		most += m->pr.nrec;
	}
}

const char *
poolname(const struct pool *p, size_t function, struct buf *b)
{
	struct profnames names = {0};
	struct profdiag d = {0};
	const char *name = NULL;
	struct profrec r;
	size_t i = 0, len = 0;

	while (function >= p->v[i]->pr.nrec)
		function -= p->v[i++]->pr.nrec;
	r = profrawrec(&p->v[i]->pr, function);
	if (!profnamesread(&names, &p->v[i]->pr, &d))
		name = profnamesfind(&names, r.nameref, &len);
	b->n = 0;
	if (name)
		bufadd(b, name, len);
	else
		bufprintf(b, "0x%016llx", (ull)r.nameref);
	profnamesrelease(&names);
	return bufstr(b);
}

/* The most that is counted at one value site of a module. */
static uint64_t
mostvalues(const struct poolmodule *m)
{
	uint64_t *sum = xcalloc(m->pr.nsites + 1, sizeof(*sum)), most = 0;

	for (size_t i = 0; i < m->values.n; i++) {
		const struct poolvalue *v = &m->values.v[i];

		sum[v->site] = addmost(sum[v->site], v->count);
		most = sum[v->site] > most ? sum[v->site] : most;
	}
	free(sum);
	return most;
}

void
poolsurvey(const struct pool *p, struct poolsurvey *s)
{
	size_t function = 0;
	uint64_t x;

	*s = (struct poolsurvey){0};
	for (size_t i = 0; i < p->n; i++) {
		const struct poolmodule *m = p->v[i];

		for (uint64_t f = 0; f < m->pr.nrec; f++, function++) {
			struct profrec r = profrawrec(&m->pr, f);
			uint64_t at = (r.ctr - m->phase) / 8;

			for (uint64_t k = 0; k < r.nctr; k++) {
				x = counter(m, at + k);
				s->sum = addmost(s->sum, x);
				s->hit += x != 0;
				if (x <= s->hottest)
					continue;
				s->hottest = x;
				s->at = function;
			}
		}
		x = mostvalues(m);
		s->values = x > s->values ? x : s->values;
	}
}
