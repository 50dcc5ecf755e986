#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "drift/moved_paths.h"
#include "drift/rust_names.h"

/* Against input that is made to take long: what is looked at of one name, and in all. */
enum { MAXTWINS = 32, MAXPAIRS = 256 };

/* "dir/file;func" */
struct local {
	const struct driftfn *fn;
	uint64_t key; /* hash of file and func */
	const char *path, *func;
	size_t npath, nfunc, nfile;
	char sep;
};

struct locals {
	struct local *v;
	size_t n;
};

/* Two paths without what both end in. */
struct pair {
	const char *from, *to;
	size_t nfrom, nto;
	char fromsep, tosep;
	uint64_t count;
};

static bool
slash(char c)
{
	return c == '/' || c == '\\';
}

/* A mangled name has neither of the separators in it, a path on Windows has colons. */
static bool
split(const struct driftset *s, const struct driftfn *f, struct local *l)
{
	size_t n = 0;
	const char *name = profnamesfind(&s->names, f->ref, &n), *sep;
	struct buf b = {0};

	if (!name)
		return false;
	sep = memchr(name, ';', n);
	for (size_t i = n; i && !sep; i--)
		sep = name[i - 1] == ':' ? &name[i - 1] : NULL;
	if (!sep || sep == name)
		return false;
	*l = (struct local){.fn = f,
		.path = name,
		.func = sep + 1,
		.npath = (size_t)(sep - name),
		.nfunc = n - (size_t)(sep + 1 - name),
		.sep = *sep};
	while (l->nfile < l->npath && !slash(sep[-1 - (ptrdiff_t)l->nfile]))
		l->nfile++;
	bufadd(&b, sep - l->nfile, l->nfile);
	bufadd(&b, "", 1);
	bufadd(&b, l->func, l->nfunc);
	l->key = md5ref(b.p, b.n);
	bufrelease(&b);
	return true;
}

static int
bykey(const void *va, const void *vb)
{
	const struct local *a = va, *b = vb;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	/* In one array, by name hash and hash. */
	return (a->fn > b->fn) - (a->fn < b->fn);
}

/* The static functions that only the new set has, by key. */
static struct locals
additions(const struct drift *d)
{
	struct locals t = {xreallocarray(NULL, d->nadded, sizeof(*t.v)), 0};

	for (size_t i = 0; i < d->nadded; i++)
		t.n += split(d->new, d->added[i], &t.v[t.n]);
	if (t.n)
		qsort(t.v, t.n, sizeof(*t.v), bykey);
	return t;
}

static size_t
first(const struct locals *t, uint64_t key)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->v[mid].key < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* What is in front of the folders and the file that both paths end in. */
static struct pair
pairof(const struct local *a, const struct local *b)
{
	struct pair p = {a->path, b->path, a->npath, b->npath, a->sep, b->sep, 0};
	size_t n = 0, max = a->npath < b->npath ? a->npath : b->npath;

	/* Up to where a folder begins in both. */
	for (size_t i = 0; i <= max; i++) {
		const char *x = a->path + a->npath - i, *y = b->path + b->npath - i;

		if ((i == a->npath || slash(x[-1])) && (i == b->npath || slash(y[-1])))
			n = i;
		if (i == max || x[-1] != y[-1])
			break;
	}
	p.nfrom -= n;
	p.nto -= n;
	return p;
}

static bool
samepair(const struct pair *a, const struct pair *b)
{
	return a->nfrom == b->nfrom && a->nto == b->nto && a->fromsep == b->fromsep &&
	       a->tosep == b->tosep && !memcmp(a->from, b->from, a->nfrom) &&
	       !memcmp(a->to, b->to, a->nto);
}

/* Is unchanged in the new set under the name that the move gives it. */
static bool
found(const struct drift *d, const struct local *l, const struct pair *p, struct buf *b)
{
	const struct driftfn *f;
	size_t n;

	if (l->sep != p->fromsep || l->npath < p->nfrom || memcmp(l->path, p->from, p->nfrom) != 0)
		return false;
	b->n = 0;
	bufadd(b, p->to, p->nto);
	bufadd(b, l->path + p->nfrom, l->npath - p->nfrom);
	bufadd(b, &p->tosep, 1);
	bufadd(b, l->func, l->nfunc);
	f = driftfind(d->new, md5ref(b->p, b->n), &n);
	while (n && f->hash != l->fn->hash)
		f++, n--;
	return n != 0;
}

/* The pair that most counts of the functions in `gone` speak for; its count is 0 if there is none.
 */
static struct pair
best(const struct locals *gone, const struct locals *added)
{
	struct pair v[MAXPAIRS], *top = &v[0];
	size_t n = 0;

	v[0].count = 0;
	for (size_t i = 0; i < gone->n; i++) {
		const struct local *l = &gone->v[i];
		size_t from = first(added, l->key);

		for (size_t k = from; k < added->n && k - from < MAXTWINS; k++) {
			const struct local *to = &added->v[k];
			struct pair p;
			size_t at = 0;

			if (to->key != l->key)
				break;
			if (to->fn->hash != l->fn->hash)
				continue;
			p = pairof(l, to);
			while (at < n && !samepair(&v[at], &p))
				at++;
			if (at == MAXPAIRS)
				continue;
			if (at == n)
				v[n++] = p;
			v[at].count += l->fn->count;
			top = v[at].count > top->count ? &v[at] : top;
		}
	}
	return *top;
}

/* Moves what the pair explains out of `gone`. */
static void
apply(struct driftmoves *m, const struct pair *p, const struct drift *d, struct locals *gone)
{
	struct driftmove *to = &m->v[m->n++];
	struct buf b = {0};
	size_t n = 0;

	bufadd(&b, p->from, p->nfrom);
	to->from = xstrdup(bufstr(&b));
	b.n = 0;
	bufadd(&b, p->to, p->nto);
	to->to = xstrdup(bufstr(&b));
	to->fromsep = p->fromsep;
	to->tosep = p->tosep;
	for (size_t i = 0; i < gone->n; i++) {
		if (!found(d, &gone->v[i], p, &b)) {
			gone->v[n++] = gone->v[i];
			continue;
		}
		driftadd(&to->sum, gone->v[i].fn);
		driftadd(&m->sum, gone->v[i].fn);
	}
	gone->n = n;
	bufrelease(&b);
}

void
driftmoves(struct driftmoves *m, const struct drift *d)
{
	struct locals added = additions(d),
		      gone = {xreallocarray(NULL, d->nlost, sizeof(*gone.v)), 0};

	for (size_t i = 0; i < d->nlost; i++)
		if (d->lost[i].state == DRIFT_GONE)
			gone.n += split(d->old, d->lost[i].fn, &gone.v[gone.n]);
	while (m->n < DRIFT_MAXMOVES) {
		struct pair p = best(&gone, &added);

		if (!p.count)
			break;
		apply(m, &p, d, &gone);
	}
	free(added.v);
	free(gone.v);
	m->crate = driftcrates(d);
	m->sum.functions += m->crate.functions;
	m->sum.hit += m->crate.hit;
	m->sum.count += m->crate.count;
}

void
driftmovesrelease(struct driftmoves *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->v[i].from);
		free(m->v[i].to);
	}
	*m = (struct driftmoves){0};
}
