#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "drift/compare.h"
#include "profraw/format.h"

const char *
driftstatename(enum driftstate state)
{
	static const char *const names[] = {"unchanged", "changed", "gone"};

	return names[state];
}

/*
 * What the hash is made of: the syntax tree (front end), the edges of the control flow, or for
 * block coverage its blocks. Bits 57, 58, 61, 63 and byte counters of the front end change nothing.
 */
static const char *
scheme(uint64_t variant)
{
	if (!(variant & PROFRAW_IR))
		return "the front end";
	if (variant & PROFRAW_BYTE && !(variant & PROFRAW_ENTRY_ONLY))
		return "IR instrumentation for block coverage";
	return "IR instrumentation";
}

/* The functions of each round: [0] plain, [1] context-sensitive. */
struct rounds {
	bool any[2], ran[2];
};

static struct rounds
rounds(const struct driftset *s)
{
	struct rounds r = {0};

	for (size_t i = 0; i < s->n; i++) {
		r.any[s->v[i].cs] = true;
		r.ran[s->v[i].cs] |= s->v[i].count != 0;
	}
	return r;
}

const char *
driftincomparable(const struct driftset *old, const struct driftset *new)
{
	static char s[160];
	const char *a = scheme(old->variant), *b = scheme(new->variant);
	struct rounds was = rounds(old), is = rounds(new);

	if (scheme(old->common) != a || scheme(new->common) != b) {
		snprintf(s, sizeof(s), "the %s profiles are made in different ways, by %s and %s",
			scheme(old->common) != a ? "old" : "new", scheme(old->common) != a ? a : b,
			scheme(scheme(old->common) != a ? old->common : new->common));
		return s;
	}
	if (a != b) {
		snprintf(s, sizeof(s), "the old profile is made by %s, the new one by %s", a, b);
		return s;
	}
	if (!new->n)
		return "the new profile has no functions";
	for (unsigned cs = 0; cs < 2; cs++)
		if (was.ran[cs] && !is.any[cs])
			return cs ? "the old profile has counts of the context-sensitive round, "
				    "which the new one is not of"
				  : "the new profile is of the context-sensitive round alone";
	return NULL;
}

void
driftadd(struct driftsum *s, const struct driftfn *f)
{
	s->functions++;
	s->hit += f->count != 0;
	s->count += f->count;
}

/* All functions of one name, which are n in the old set and m in the new one, by hash. */
static void
compare(struct drift *d, const struct driftfn *was, size_t n, const struct driftfn *is, size_t m)
{
	const struct driftfn *any[2] = {0};
	size_t hashes[2] = {0}, at = 0;

	if (!n)
		d->added[d->nadded++] = is;
	for (size_t i = 0; i < n; i++)
		hashes[was[i].cs]++;
	for (size_t i = m; i--;)
		any[is[i].cs] = &is[i];
	for (size_t i = 0; i < n; i++) {
		const struct driftfn *f = &was[i];
		struct driftlost l = {.fn = f, .state = DRIFT_UNCHANGED};

		while (at < m && is[at].hash < f->hash)
			at++;
		if (at == m || is[at].hash != f->hash) {
			l.state = any[f->cs] ? DRIFT_CHANGED : DRIFT_GONE;
			l.now = any[f->cs] ? any[f->cs]->hash : 0;
			d->lost[d->nlost++] = l;
		}
		driftadd(&d->sum[l.state], f);
		if (hashes[f->cs] > 1)
			driftadd(&d->ambiguous, f);
		if (f->cs)
			driftadd(&d->cs, f);
	}
}

static int
hottest(const void *va, const void *vb)
{
	const struct driftlost *a = va, *b = vb;

	if (a->fn->count != b->fn->count)
		return a->fn->count < b->fn->count ? 1 : -1;
	/* In one array, by name hash and hash. */
	return (a->fn > b->fn) - (a->fn < b->fn);
}

/* How many of v[i] to v[n - 1] have the NameRef ref. */
static size_t
group(const struct driftset *s, size_t i, uint64_t ref)
{
	size_t n = 0;

	while (i + n < s->n && s->v[i + n].ref == ref)
		n++;
	return n;
}

void
driftcompare(struct drift *d, const struct driftset *old, const struct driftset *new)
{
	size_t i = 0, k = 0;

	*d = (struct drift){.old = old, .new = new};
	d->lost = xreallocarray(NULL, old->n, sizeof(*d->lost));
	d->added = xreallocarray(NULL, new->n, sizeof(struct driftfn *));
	while (i < old->n || k < new->n) {
		bool older = k == new->n || (i < old->n && old->v[i].ref < new->v[k].ref);
		uint64_t ref = older ? old->v[i].ref : new->v[k].ref;
		size_t n = group(old, i, ref), m = group(new, k, ref);

		compare(d, &old->v[i], n, &new->v[k], m);
		i += n;
		k += m;
	}
	if (d->nlost)
		qsort(d->lost, d->nlost, sizeof(*d->lost), hottest);
}

double
driftpercent(const struct drift *d, uint64_t count)
{
	return 100.0 * (double)count / (double)d->old->count;
}

void
driftrelease(struct drift *d)
{
	free(d->lost);
	free(d->added);
	*d = (struct drift){0};
}
