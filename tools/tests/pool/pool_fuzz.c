/*
 * libFuzzer: a pool takes what profraw-verify calls good, whole or not at all; the sum does not
 * depend on the order, is itself a good profile, and its own pool.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pool/add.h"
#include "profraw/check.h"
#include "profraw/profgen.h"
#include "profraw/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct file {
	const void *p;
	size_t n;
};

static void
require(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

/* The profile of the damaged one's kind that the corpus starts from. */
static void
base(const uint8_t *p, size_t n, struct buf *b)
{
	struct gen g = {.version = 10, .nfn = 4, .sites = true, .variant = PROFRAW_IR};
	uint64_t variant;
	unsigned version;

	if (profrawsniff(p, n, &version, &variant) && version >= 7 && version <= 10) {
		g.version = version;
		g.narrow = p[1] == 0x52 || p[6] == 0x52;
		g.big = p[0] == 0xff;
		g.bitmap = version >= 9;
		g.vtables = version == 10;
		g.variant = variant & (PROFRAW_IR | PROFRAW_BYTE);
	}
	gen(&g, b);
}

/* Pools the files; returns how many were added. */
static unsigned
sum(const struct file *f, unsigned n, struct buf *out, bool *refused)
{
	struct pool *p = mkpool(NULL, true);
	struct poolinfo *info;
	unsigned added = 0;
	size_t k;

	for (unsigned i = 0; i < n; i++) {
		struct poolfile r;

		added += !pooladd(p, f[i].p, f[i].n, 1, &r);
		if (refused)
			*refused |= r.refused;
	}
	k = poolwrite(p, out, &info);
	while (k--)
		bufrelease(&info[k].ids);
	free(info);
	delpool(p);
	return added;
}

static bool
good(const void *p, size_t n)
{
	struct proftotal t = {0};
	struct proffile f;
	bool ok;

	profcheck(p, n, &f, &t);
	ok = !profisbad(&f);
	bufrelease(&f.ids);
	proftotalrelease(&t);
	return ok;
}

static bool
equal(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && (!a->n || !memcmp(a->p, b->p, a->n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf b = {0}, out[5] = {{0}, {0}, {0}, {0}, {0}};
	bool refused = false, mixed;
	unsigned added;
	struct file f[3];

	base(p, n, &b);
	f[0] = f[2] = (struct file){b.p, b.n};
	f[1] = (struct file){p, n};
	sum(f, 1, &out[0], NULL);
	added = sum(f, 2, &out[1], &refused);
	sum(f + 1, 2, &out[2], NULL);
	require(equal(&out[1], &out[2]), "a + b = b + a");
	require((added == 2) == (good(p, n) && !refused), "good as for profraw-verify");
	require(added == 2 || equal(&out[0], &out[1]), "a bad file adds nothing");
	/* Several raw versions or widths do not fit in one file; the caller sees to that. */
	mixed = out[1].n < 16 || n < 16 || memcmp(p, b.p, 16);
	if (added == 2 && !mixed) {
		struct file again = {out[1].p, out[1].n};

		require(good(again.p, again.n), "the pool is good");
		require(sum(&again, 1, &out[3], NULL) == 1, "it can be pooled");
		sum(&again, 1, &out[4], NULL);
		require(equal(&out[3], &out[4]), "the same again");
		require(equal(&out[1], &out[3]), "a pool of a pool is the pool");
	}
	for (unsigned i = 0; i < 5; i++)
		bufrelease(&out[i]);
	bufrelease(&b);
	return 0;
}
