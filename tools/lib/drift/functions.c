#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "drift/functions.h"
#include "profraw/files.h"
#include "profraw/reader.h"

/* In front end profiles all bits of the hash are the hash. */
#define CSBIT (1ULL << 60)

static int
bywho(const void *va, const void *vb)
{
	const struct driftfn *a = va, *b = vb;

	if (a->ref != b->ref)
		return a->ref < b->ref ? -1 : 1;
	return (a->hash > b->hash) - (a->hash < b->hash);
}

/* By number of records, then record by record: the depth of the tree stays small for any input. */
static int
byrecords(const void *va, const void *vb)
{
	const struct driftmodule *a = va, *b = vb;
	int c = 0;

	if (a == b)
		return 0;
	if (a->nrec != b->nrec)
		return a->nrec < b->nrec ? -1 : 1;
	for (uint64_t i = 0; i < a->nrec && !c; i++)
		c = bywho(&a->set->v[a->first + i], &b->set->v[b->first + i]);
	return c;
}

static char *
idof(const struct profraw *pr)
{
	const unsigned char *id;
	struct buf hex = {0};
	uint64_t n;

	if ((id = profrawid(pr, 0, &n)))
		for (uint64_t i = 0; i < n; i++)
			bufprintf(&hex, "%02x", id[i]);
	return bufstr(&hex);
}

/* The module whose records are the nrec last ones of v; a new one when it is not known. */
static struct driftmodule *
module(struct driftset *s, const char *path, const struct profraw *pr, bool *isnew)
{
	struct driftmodule *m = xcalloc(1, sizeof(*m)), **at;

	*m = (struct driftmodule){.nrec = pr->nrec, .first = s->n - pr->nrec, .set = s};
	at = tsearch(m, &s->tree, byrecords);
	if (!at)
		fatal("compare modules: no memory");
	*isnew = *at == m;
	if (!*isnew) {
		free(m);
		return *at;
	}
	m->path = xstrdup(path);
	m->id = idof(pr);
	if (s->nmodule == s->capmodule) {
		s->capmodule = s->capmodule ? 2 * s->capmodule : 8;
		s->module = xreallocarray(s->module, s->capmodule, sizeof(struct driftmodule *));
	}
	s->module[s->nmodule++] = m;
	return m;
}

/* Adds the counts of one function to those of another; where they have not as many, none is left by itself. */
static void
join(struct driftset *s, struct driftfn *to, const struct driftfn *from)
{
	to->count = addmost(to->count, from->count);
	if (to->ncounter == from->ncounter)
		driftcountersjoin(&s->counters, to->counter, from->counter, to->ncounter);
	else
		to->ncounter = 0;
}

/* The records of a profile at the end of v, with their counts. */
static int
addrecords(struct driftset *s, const struct profraw *pr, struct profdiag *d)
{
	if (pr->nrec > s->cap - s->n) {
		s->cap = s->n + pr->nrec + s->n / 2;
		s->v = xreallocarray(s->v, s->cap, sizeof(*s->v));
	}
	for (uint64_t i = 0; i < pr->nrec; i++) {
		struct profrec r = profrawrec(pr, i);
		struct profcount c = {0};

		if (profrawcount(pr, &r, &c, d))
			return -1;
		c.sum = c.sum > INT64_MAX / s->weight ? INT64_MAX : c.sum * s->weight;
		s->v[s->n + i] = (struct driftfn){.ref = r.nameref,
			.hash = r.funchash,
			.count = c.sum,
			.module = (uint32_t)s->nmodule,
			.cs = pr->variant & PROFRAW_IR && r.funchash & CSBIT,
			.counter = s->counters.n,
			.ncounter = s->keep ? c.n : 0};
		if (s->keep)
			driftcountersadd(&s->counters, pr, &r, c.n, s->weight);
		s->count = addmost(s->count, c.sum);
	}
	s->n += pr->nrec;
	return 0;
}

/* A profile of a module that is there already adds to its records, whose names are known. */
static int
addprofile(struct driftset *s, const char *path, const struct profraw *pr, struct profdiag *d)
{
	struct driftmodule *m;
	bool isnew;

	if (addrecords(s, pr, d))
		return -1;
	s->common = s->profiles ? s->common & pr->variant : pr->variant;
	s->variant |= pr->variant;
	s->low = s->profiles && s->low < pr->version ? s->low : pr->version;
	s->high = s->high > pr->version ? s->high : pr->version;
	s->profiles++;
	m = module(s, path, pr, &isnew);
	if (isnew)
		return profnamesadd(&s->names, pr, d);
	s->n -= pr->nrec;
	for (uint64_t i = 0; i < pr->nrec; i++)
		join(s, &s->v[m->first + i], &s->v[s->n + i]);
	if (pr->nrec)
		s->counters.n = s->v[s->n].counter;
	return 0;
}

static int
addfile(struct driftset *s, const char *path)
{
	struct profdiag d = {0};
	struct profraw pr;
	int rc;

	s->file.n = 0;
	if (slurpwarn(path, FILEMAX, &s->file))
		return -1;
	profrawinit(&pr, s->file.p, s->file.n);
	while ((rc = profrawnext(&pr, &d)) > 0) {
		/* The records of such a profile are in the program's debug information. */
		if (!pr.nrec && pr.nctr > 1) {
			warn("read '%s': the profile has counters, but no records that say whose "
			     "they are",
				path);
			return -1;
		}
		if (pr.nrec && addprofile(s, path, &pr, &d)) {
			rc = -1;
			break;
		}
	}
	if (rc < 0) {
		warn("read '%s': %s: %s: %s at offset %llu; %s", path, profclassname(d.class),
			d.bad.section, d.bad.what, (unsigned long long)d.bad.off, d.next);
		return -1;
	}
	s->files++;
	return 0;
}

int
driftread(struct driftset *s, const char *path, uint64_t weight)
{
	struct proffiles files = {0};
	long n = proffilesadd(&files, path);
	int rc = n > 0 ? 0 : -1;

	s->weight = weight;
	for (size_t i = 0; i < files.n; i++)
		rc |= addfile(s, files.path[i]);
	proffilesrelease(&files);
	return rc;
}

void
driftsort(struct driftset *s)
{
	size_t n = 0;

	profnamessort(&s->names);
	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), bywho);
	for (size_t i = 0; i < s->n; i++) {
		struct driftfn *f = &s->v[i], *last = n ? &s->v[n - 1] : NULL;

		if (!last || bywho(last, f)) {
			s->v[n++] = *f;
			continue;
		}
		join(s, last, f);
		last->module = f->module < last->module ? f->module : last->module;
	}
	s->n = n;
}

const struct driftfn *
driftfind(const struct driftset *s, uint64_t ref, size_t *n)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->v[mid].ref < ref)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (*n = 0; lo + *n < s->n && s->v[lo + *n].ref == ref;)
		++*n;
	return &s->v[lo];
}

const char *
driftname(const struct driftset *s, const struct driftfn *f, struct buf *b)
{
	size_t len = 0;
	const char *name = profnamesfind(&s->names, f->ref, &len);

	b->n = 0;
	if (!name)
		bufprintf(b, "0x%016llx", (unsigned long long)f->ref);
	/* A string has no 0 in it. */
	for (size_t i = 0; name && i < len; i++)
		bufadd(b, name[i] ? &name[i] : "?", 1);
	return bufstr(b);
}

void
driftsetrelease(struct driftset *s)
{
	while (s->tree)
		tdelete(*(void **)s->tree, &s->tree, byrecords);
	for (size_t i = 0; i < s->nmodule; i++) {
		free(s->module[i]->path);
		free(s->module[i]->id);
		free(s->module[i]);
	}
	free(s->module);
	free(s->v);
	driftcountersrelease(&s->counters);
	profnamesrelease(&s->names);
	bufrelease(&s->file);
	*s = (struct driftset){0};
}
