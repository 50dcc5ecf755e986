#include <stdlib.h>

#include "mem.h"
#include "num.h"
#include "profraw_diag.h"
#include "profraw_layout.h"

#define MAXSUM ((uint64_t)INT64_MAX) /* what JSON numbers hold */

typedef unsigned long long ull;

/* The bytes of a timestamp in front of the counters of a record. */
static uint64_t
stamp(const struct profraw *pr)
{
	return pr->variant & PROFRAW_TEMPORAL ? 8 : 0;
}

static uint64_t
pointer(const struct profraw *pr, uint64_t off)
{
	return pr->wide ? profraw64(pr, off) : profraw32(pr, off);
}

/*
 * Where a pointer of record i leads, counted from the start of its section. `delta` is the address
 * of the section: absolute up to version 7, from version 8 on relative to the first record, while
 * the pointer is relative to its own. Addresses wrap at 2^32 for 32-bit producers, and for 64-bit
 * Windows, whose linker knows relative addresses of 32 bits only and which stores the delta so.
 */
static uint64_t
offset(const struct profraw *pr, uint64_t i, uint64_t ptr, uint64_t delta)
{
	uint64_t off = ptr - (delta - (pr->relative ? i * pr->lay->size : 0));
	bool narrow = !pr->wide || (pr->relative && !(ptr >> 32) && !(delta >> 32));

	return narrow ? (uint32_t)off : off;
}

struct profrec
profrawrec(const struct profraw *pr, uint64_t i)
{
	const struct profreclay *lay = pr->lay;
	uint64_t at = pr->data.off + i * lay->size;
	struct profrec r = {
		.nameref = profraw64(pr, at),
		.funchash = profraw64(pr, at + 8),
		.ctr = offset(pr, i, pointer(pr, at + lay->ctr), pr->ctrdelta),
		.nctr = profraw32(pr, at + lay->nctr),
		.fn = pointer(pr, at + lay->fn),
	};

	for (unsigned k = 0; k < pr->nkind; k++)
		r.nsites[k] = profraw16(pr, at + lay->sites + 2 * k);
	if (lay->nbitmap)
		r.nbitmap = profraw32(pr, at + lay->nbitmap);
	if (r.nbitmap)
		r.bitmap = offset(pr, i, pointer(pr, at + lay->bitmap), pr->bitmapdelta);
	return r;
}

/* n elements of size bytes at off are inside section s. */
static bool
within(uint64_t off, uint64_t n, uint64_t size, const struct profsect *s)
{
	return off <= s->size && n <= (s->size - off) / size;
}

static bool
inrange(const struct profraw *pr)
{
	for (uint64_t i = 0; i < pr->nrec; i++) {
		struct profrec r = profrawrec(pr, i);

		if (!within(r.ctr, r.nctr, pr->ctrsize, &pr->ctr))
			return false;
	}
	return true;
}

static int
checkrec(
	struct profraw *pr, uint64_t i, const struct profrec *r, uint64_t phase, struct profdiag *d)
{
	const struct profreclay *lay = pr->lay;
	uint64_t at = pr->data.off + i * lay->size;

	if (!r->nctr)
		return profbad(d, PROFRAW_CORRUPT, "data records", at + lay->nctr,
			"record %llu has no counters", (ull)i);
	if (!within(r->ctr, r->nctr, pr->ctrsize, &pr->ctr))
		return profbad(d, PROFRAW_CORRUPT, "data records", at + lay->ctr,
			"record %llu has %llu counters at %lld of a section of %llu bytes", (ull)i,
			(ull)r->nctr, (long long)r->ctr, (ull)pr->ctr.size);
	/* The section as a whole may be odd (COFF), its counters are so all alike. */
	if (r->ctr % pr->ctrsize != phase)
		return profbad(d, PROFRAW_CORRUPT, "data records", at + lay->ctr,
			"the counters of record %llu lie across those of record 0", (ull)i);
	if (r->nctr * pr->ctrsize <= stamp(pr)) {
		profbad(d, PROFRAW_CORRUPT, "data records", at + lay->nctr,
			"record %llu has no room for a timestamp of 8 bytes and a counter", (ull)i);
		/* The one compiler flag pair that is known to write this. */
		if (pr->variant & PROFRAW_ENTRY_ONLY)
			d->next = "build without -pgo-temporal-instrumentation or without "
				  "-pgo-function-entry-coverage: no tool reads both together";
		return -1;
	}
	if (r->nbitmap && !within(r->bitmap, r->nbitmap, 1, &pr->bitmap))
		return profbad(d, PROFRAW_CORRUPT, "data records", at + lay->bitmap,
			"record %llu has %llu bytes at %lld of a bitmap of %llu bytes", (ull)i,
			(ull)r->nbitmap, (long long)r->bitmap, (ull)pr->bitmap.size);
	if (lay->hole && !profzeros(pr->p + at + lay->hole, lay->holesize))
		return profbad(d, PROFRAW_CORRUPT, "data records", at + lay->hole,
			"the padding of record %llu is not all 0", (ull)i);
	return 0;
}

struct claim {
	uint64_t off, n, rec;
};

static int
order(const void *va, const void *vb)
{
	const struct claim *a = va, *b = vb;

	if (a->off != b->off)
		return a->off < b->off ? -1 : 1;
	return a->n != b->n ? (a->n < b->n ? -1 : 1) : (a->rec > b->rec) - (a->rec < b->rec);
}

/*
 * Compilers give each record counters (bytes of bitmap) of its own. Linkers keep the order of the
 * objects in all sections, so that the ranges nearly always ascend; else they are sorted.
 */
static int
checkoverlap(const struct profraw *pr, bool bitmap, struct profdiag *d)
{
	const char *what = bitmap ? "bitmap" : "counters";
	struct claim *v;
	int rc = 0;

	v = xreallocarray(NULL, pr->nrec, sizeof(*v));
	for (uint64_t i = 0; i < pr->nrec; i++) {
		struct profrec r = profrawrec(pr, i);

		v[i] = bitmap ? (struct claim){r.bitmap, r.nbitmap, i}
			      : (struct claim){r.ctr, r.nctr * pr->ctrsize, i};
	}
	qsort(v, pr->nrec, sizeof(*v), order);
	for (uint64_t i = 1; i < pr->nrec && !rc; i++) {
		const struct claim *a = &v[i - 1], *b = &v[i];
		uint64_t at = pr->data.off + b->rec * pr->lay->size;

		if (!a->n || a->off + a->n <= b->off)
			continue;
		if (a->off == b->off && a->n == b->n)
			profwarn(d, "data records", at, "records %llu and %llu share their %s",
				(ull)a->rec, (ull)b->rec, what);
		else
			rc = profbad(d, PROFRAW_CORRUPT, "data records", at,
				"the %s of records %llu and %llu overlap", what, (ull)a->rec,
				(ull)b->rec);
	}
	free(v);
	return rc;
}

int
profcheckrecs(struct profraw *pr, struct profdiag *d)
{
	uint64_t next = 0, nextbitmap = 0, phase = 0;
	bool mixed = false, mixedbitmap = false, wraps = false;

	pr->nsites = 0;
	if (!pr->nrec && pr->nctr > 1)
		profwarn(d, "data records", pr->data.off,
			"%llu counters without records: merging needs the debug information of the "
			"program",
			(ull)pr->nctr);
	/* For some weeks before LLVM 13 was released, version 7 was relative already. */
	if (!pr->relative && !inrange(pr)) {
		pr->relative = true;
		pr->relative = inrange(pr);
	}
	for (uint64_t i = 0; i < pr->nrec; i++) {
		struct profrec r = profrawrec(pr, i);

		if (!i)
			phase = r.ctr % pr->ctrsize;
		if (checkrec(pr, i, &r, phase, d))
			return -1;
		for (unsigned k = 0; k < pr->nkind; k++)
			pr->nsites += r.nsites[k];
		mixed |= r.ctr < next;
		next = r.ctr + r.nctr * pr->ctrsize;
		if (r.nbitmap) {
			mixedbitmap |= r.bitmap < nextbitmap;
			nextbitmap = r.bitmap + r.nbitmap;
		}
		wraps |= !pr->wide && pr->relative && pr->ctrdelta < i * pr->lay->size;
	}
	if (wraps)
		profwarn(d, "header", pr->header.off,
			"the counters are so near behind the records that llvm-profdata, which "
			"calculates in 64 bits, takes their offsets for too large");
	if (mixed && checkoverlap(pr, false, d))
		return -1;
	return mixedbitmap ? checkoverlap(pr, true, d) : 0;
}

/* Counters from offset `at` of the file; n8 of 8 bytes each. */
static uint64_t
addwide(const struct profraw *pr, uint64_t at, uint64_t n, struct profcount *c)
{
	uint64_t max = 0, hit = 0, low = 0, high = 0;

	/* Halves are added apart, so that the loop has no branch: n is less than 2^32. */
	for (uint64_t i = 0; i < n; i++) {
		uint64_t x = profraw64(pr, at + 8 * i);

		hit += x != 0;
		max = x > max ? x : max;
		low += (uint32_t)x;
		high += x >> 32;
	}
	c->n += n;
	c->hit += hit;
	if (!mulok(high, 1ULL << 32, &high) || !addok(high, low, &high) ||
		!addok(c->sum, high, &c->sum) || c->sum > MAXSUM)
		c->sum = MAXSUM;
	return max;
}

static void
addbytes(const struct profraw *pr, uint64_t at, uint64_t n, struct profcount *c)
{
	uint64_t hit = 0;

	/* Covered is 0; merging processes AND the bytes, other values do not come up. */
	for (uint64_t i = 0; i < n; i++)
		hit += pr->p[at + i] == 0;
	c->n += n;
	c->hit += hit;
	c->sum = hit > MAXSUM - c->sum ? MAXSUM : c->sum + hit;
}

/* LLVM marks functions as hot or warm by these in counter 0; they are no counts. */
static bool
pseudo(uint64_t x)
{
	return x >= UINT64_MAX - 1;
}

int
profrawcount(
	const struct profraw *pr, const struct profrec *r, struct profcount *c, struct profdiag *d)
{
	uint64_t at = pr->ctr.off + r->ctr + stamp(pr);
	uint64_t n = r->nctr - stamp(pr) / pr->ctrsize;

	if (pr->ctrsize == 1) {
		addbytes(pr, at, n, c);
		return 0;
	}
	if (pseudo(profraw64(pr, at)) && pr->version < 9) {
		profwarn(d, "counters", at,
			"a function is marked by a pseudo count, which llvm-profdata 18 and later "
			"refuse");
		c->n++;
		c->hit++;
		at += 8;
		n--;
	}
	if (addwide(pr, at, n, c) <= PROFRAW_MAXCOUNT)
		return 0;
	while (profraw64(pr, at) <= PROFRAW_MAXCOUNT)
		at += 8;
	return profbad(d, PROFRAW_CORRUPT, "counters", at,
		"a counter of %llu is too large to be true, the limit is 2^56",
		(ull)profraw64(pr, at));
}

int
profrawcountall(const struct profraw *pr, struct profcount *c, struct profdiag *d)
{
	const struct profrec all = {.nctr = pr->nctr};

	if (pr->nctr * pr->ctrsize <= stamp(pr))
		return 0;
	return profrawcount(pr, &all, c, d);
}
