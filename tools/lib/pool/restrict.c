#include <stdlib.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "pool/restrict.h"
#include "pool/set.h"
#include "profraw/from_elf.h"
#include "profraw/names.h"
#include "profraw/reader.h"

struct fn {
	uint64_t ref, hash; /* NameRef, control flow */
};

struct program {
	struct fn *v; /* sorted */
	size_t n;
	uint64_t main;	  /* NameRef of main */
	uint64_t hottest; /* count of the hottest function so far that differs in control flow */
};

static int
bywho(const void *va, const void *vb)
{
	const struct fn *a = va, *b = vb;

	if (a->ref != b->ref)
		return a->ref < b->ref ? -1 : 1;
	return (a->hash > b->hash) - (a->hash < b->hash);
}

/* The profile of the program, had it not run a function. */
static void
blank(const struct pool *p, const char *path, struct buf *b)
{
	const struct profraw *like = NULL;
	struct buf elf = {0};
	const char *why;

	for (size_t i = 0; i < p->n && !like; i++)
		like = p->v[i]->pr.nrec ? &p->v[i]->pr : NULL;
	if (slurpwarn(path, FILEMAX, &elf))
		exit(EXIT_TROUBLE);
	why = like ? profrawblank(elf.p, elf.n, like, b) : NULL;
	if (why)
		fatal("read '%s': %s", path, why);
	bufrelease(&elf);
}

/* The functions of the profile in b, which may be empty. */
static void
functions(struct program *p, const struct buf *b, const char *path)
{
	struct profdiag d = {0};
	struct profraw pr = {0};

	if (b->n) {
		profrawinit(&pr, b->p, b->n);
		if (profrawnext(&pr, &d) < 0)
			fatal("read '%s': its records of functions are not those of these "
			      "profiles: %s: %s; it has to be built by the same compiler",
				path, d.bad.section, d.bad.what);
	}
	p->v = xcalloc(pr.nrec + 1, sizeof(*p->v));
	for (; p->n < pr.nrec; p->n++) {
		struct profrec r = profrawrec(&pr, p->n);

		p->v[p->n] = (struct fn){r.nameref, r.funchash};
	}
	qsort(p->v, p->n, sizeof(*p->v), bywho);
}

static void
ran(struct poolran *r, uint64_t count)
{
	r->functions += count != 0;
	r->count = addmost(r->count, count);
}

static int
byname(const void *va, const void *vb)
{
	const struct fn *a = va, *b = vb;

	return (a->ref > b->ref) - (a->ref < b->ref);
}

static bool
has(const struct program *p, const struct profrec *r)
{
	struct fn key = {r->nameref, r->funchash};

	return bsearch(&key, p->v, p->n, sizeof(key), bywho);
}

/* A function of that name, which is no main. */
static bool
hasname(const struct program *p, const struct profrec *r)
{
	struct fn key = {.ref = r->nameref};

	return key.ref != p->main && bsearch(&key, p->v, p->n, sizeof(key), byname);
}

/* Something in the module is not of the program. */
static bool
isother(const struct program *p, const struct poolmodule *m)
{
	for (uint64_t i = 0; i < m->pr.nrec; i++) {
		struct profrec r = profrawrec(&m->pr, i);

		if (!has(p, &r))
			return true;
	}
	return false;
}

static void
setname(struct buf *b, const struct poolmodule *m, uint64_t ref)
{
	struct profnames names = {0};
	struct profdiag d = {0};
	const char *name = NULL;
	size_t len = 0;

	if (!profnamesread(&names, &m->pr, &d))
		name = profnamesfind(&names, ref, &len);
	b->n = 0;
	if (name)
		bufadd(b, name, len);
	profnamesrelease(&names);
}

/* Returns whether any counts are left. */
static bool
keep(struct program *p, struct poolmodule *m, struct poolshare *s)
{
	bool any = !m->ctr, other = isother(p, m), hotter = false;
	uint64_t ref = 0;

	for (uint64_t i = 0; m->ctr && i < m->pr.nrec; i++) {
		struct profrec r = profrawrec(&m->pr, i);
		uint64_t *ctr = m->ctr + (r.ctr - m->phase) / 8, count = 0;

		for (uint64_t k = 0; k < r.nctr; k++)
			count = addmost(count, ctr[k]);
		ran(&s->all, count);
		if (has(p, &r) && !(other && r.nameref == p->main)) {
			ran(&s->kept, count);
			any |= count != 0;
			continue;
		}
		memset(ctr, 0, r.nctr * sizeof(*ctr));
		if (!hasname(p, &r))
			continue;
		ran(&s->changed, count);
		if (count > p->hottest) {
			p->hottest = count;
			ref = r.nameref;
			hotter = true;
		}
	}
	if (hotter)
		setname(&s->hottest, m, ref);
	return any;
}

void
poolprogram(struct pool *p, const char *path, struct poolshare *s)
{
	struct program program = {.main = md5ref("main", 4)};
	struct buf b = {0};
	struct poolfile r;
	bool any = false;

	*s = (struct poolshare){0};
	blank(p, path, &b);
	functions(&program, &b, path);
	for (size_t i = 0; i < p->n; i++) {
		if (!p->v[i]->profiles)
			continue;
		if (keep(&program, p->v[i], s))
			any = true;
		else
			poolmoduleclear(p->v[i]);
	}
	if (any && program.n && pooladd(p, b.p, b.n, 1, &r))
		fatal("read '%s': its records of functions cannot be added: %s: %s", path,
			r.d.bad.section, r.d.bad.what);
	bufstr(&s->hottest);
	free(program.v);
	bufrelease(&b);
}

void
poolsharerelease(struct poolshare *s)
{
	bufrelease(&s->hottest);
}
