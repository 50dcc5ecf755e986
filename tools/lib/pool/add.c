#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "pool/set.h"
#include "profraw/diag.h"
#include "profraw/names.h"
#include "profraw/reader.h"

typedef unsigned long long ull;

/* One profile of the file at hand, found to be good. */
struct poolpart {
	struct profraw pr;
	struct poolmodule *m;
	size_t stage, nstage; /* its values */
};

/* The checks of one file. */
struct adding {
	struct profwatch watch; /* the first member */
	struct pool *p;
	struct poolmodule *m; /* of the profile at hand; NULL: not known */
	uint64_t hash;
	bool hashed;
	uint64_t site;
};

static bool
known(struct profwatch *w, const struct profraw *pr)
{
	struct adding *a = (struct adding *)w;

	a->m = pr->index < POOL_HINTS ? a->p->hint[pr->index] : NULL;
	if (!a->m || !poolsame(a->m, pr)) {
		a->hash = poolhash(pr);
		a->hashed = true;
		a->m = poolfind(a->p, pr, a->hash);
	}
	if (!a->m)
		return false;
	w->nsites = a->m->pr.nsites;
	w->rec = a->m->siterec;
	w->nrec = a->m->nsiterec;
	return true;
}

static void
values(struct profwatch *w, const struct profvalues *v)
{
	struct adding *a = (struct adding *)w;
	struct pool *p = a->p;

	if (p->nstage == p->capstage) {
		p->capstage = p->capstage ? 2 * p->capstage : 64;
		p->stage = xreallocarray(p->stage, p->capstage, sizeof(*p->stage));
	}
	/* profile() refuses more sites than fit. */
	p->stage[p->nstage++] = (struct poolstage){*v, (uint32_t)a->site};
	for (unsigned k = 0; k < PROFRAW_NKIND; k++)
		a->site += v->kind[k].nsites;
}

static int
refuse(struct poolfile *r, const char *section, uint64_t off, const char *what, const char *next)
{
	profbad(&r->d, PROFRAW_FOREIGN, section, off, "%s", what);
	r->d.next = next;
	r->refused = true;
	return -1;
}

/* What a sum cannot hold. */
static int
addable(const struct profraw *pr, struct poolfile *r)
{
	if (pr->variant & PROFRAW_TEMPORAL)
		return refuse(r, "header", pr->begin + 8,
			"times of first calls (bit 63, temporal) cannot be added up",
			"merge the files with llvm-profdata, which keeps the order of each");
	if (!pr->nrec && pr->nctr > 1 && !pr->ids.size)
		return refuse(r, "header", pr->begin,
			"counters without records and without a binary id: of which program?",
			"link with --build-id");
	/* Values take a byte for each site at least, and repairing would write these bytes. */
	if (pr->nsites > pr->n || pr->nsites > UINT32_MAX)
		return refuse(r, "data records", pr->data.off,
			"more value sites than bytes in the file", "collect it again");
	return 0;
}

/* Reads the names, which are the same for all profiles of a module, and enters it. */
static struct poolmodule *
newmodule(struct pool *p, const struct profraw *pr, uint64_t hash, bool odd, struct poolfile *r)
{
	struct profnames names = {0};
	int rc = profnamesread(&names, pr, &r->d);
	struct poolmodule *m, *refused;

	profnamesrelease(&names);
	if (rc)
		return NULL;
	m = mkpoolmodule(pr, hash);
	m->odd = odd;
	refused = p->refuse ? poolfind(p->refuse, pr, hash) : NULL;
	if (refused)
		m->refused = xstrdup(refused->refused);
	poolput(p, m);
	return m;
}

static int
counters(const struct poolmodule *m, const struct profraw *pr, struct poolfile *r)
{
	int hit = poolhit(m, pr), rc = 0;
	struct profcount c = {0};

	if (hit >= 0) {
		r->zero &= !hit;
		return 0;
	}
	/* Slowly once more, for the same finding as that of profcheck(). */
	for (uint64_t i = 0; i < pr->nrec && !rc; i++) {
		struct profrec rec = profrawrec(pr, i);

		rc = profrawcount(pr, &rec, &c, &r->d);
	}
	if (!pr->nrec)
		profrawcountall(pr, &c, &r->d);
	return -1;
}

/* One profile whose structure and values are good; `odd`: with warnings. */
static int
profile(struct adding *a, const struct profraw *pr, size_t stage, bool odd, struct poolfile *r)
{
	struct pool *p = a->p;
	char why[192];

	if (addable(pr, r))
		return -1;
	if (!a->m) {
		if (!a->hashed)
			a->hash = poolhash(pr);
		a->m = poolfind(p, pr, a->hash);
	}
	if (!a->m && p->known) {
		poolforeign(p, pr, why, sizeof(why));
		return refuse(r, "data records", pr->data.off, why,
			"take the profiles of each build by themselves");
	}
	if (!a->m)
		a->m = newmodule(p, pr, a->hash, odd, r);
	if (!a->m || counters(a->m, pr, r))
		return -1;
	if (a->m->refused)
		return refuse(r, "header", pr->begin, a->m->refused,
			"pool what belongs together, with its own -o");
	r->odd |= a->m->odd;
	r->repaired |= pr->novalues;
	r->profiles++;
	if (p->npart == p->cappart) {
		p->cappart = p->cappart ? 2 * p->cappart : 8;
		p->part = xreallocarray(p->part, p->cappart, sizeof(*p->part));
	}
	p->part[p->npart++] = (struct poolpart){*pr, a->m, stage, p->nstage - stage};
	return 0;
}

static void
commit(struct pool *p, const struct poolpart *part, uint64_t weight, struct poolfile *r)
{
	struct poolmodule *m = part->m;
	uint64_t sum = p->sums ? poolsum(m, &part->pr) : 0;

	if (!mulok(sum, weight, &sum) || !addok(r->sum, sum, &r->sum) || r->sum > INT64_MAX)
		r->sum = INT64_MAX;
	pooladdcounters(m, &part->pr, weight);
	poolvaluesadd(&m->values, &part->pr, p->stage + part->stage, part->nstage, weight);
	if (!p->known)
		poolids(m, &part->pr);
	m->profiles++;
	m->weight += weight;
	if (part->pr.index < POOL_HINTS)
		p->hint[part->pr.index] = m;
}

int
pooladd(struct pool *p, const void *file, size_t n, uint64_t weight, struct poolfile *r)
{
	struct adding a = {.watch = {.known = known, .values = values}, .p = p};
	struct profraw pr;
	size_t modules = p->n, stage = 0;
	unsigned nwarn = 0;
	int rc;

	*r = (struct poolfile){.zero = true};
	p->nstage = p->npart = 0;
	profrawinit(&pr, file, n);
	pr.watch = &a.watch;
	for (;;) {
		a.m = NULL;
		a.hashed = false;
		a.site = 0;
		stage = p->nstage;
		nwarn = r->d.nwarn;
		rc = profrawnext(&pr, &r->d);
		if (rc > 0)
			rc = profile(&a, &pr, stage, r->d.nwarn > nwarn, r) ? -1 : 1;
		if (rc <= 0)
			break;
	}
	if (rc < 0) {
		poolcut(p, modules);
		return -1;
	}
	for (size_t i = 0; i < p->npart; i++)
		commit(p, &p->part[i], weight, r);
	return 0;
}
