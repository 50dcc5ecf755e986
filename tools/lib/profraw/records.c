#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "profraw/diag.h"
#include "profraw/layout.h"

typedef unsigned long long ull;

static uint64_t
pointer(const struct profraw *pr, uint64_t off)
{
	return pr->wide ? profraw64(pr, off) : profraw32(pr, off);
}

/*
 * Where a pointer of record i leads, counted from the start of its section. `delta` is the address
 * of the section: absolute up to version 7, from version 8 on relative to the first record, while
 * the pointer is relative to its own.
 *
 * Calculated as all readers do, in 64 bits, even where the producer's addresses have 32 (and 64-bit
 * Windows cuts them so): differences of these wrap at 2^32, but both ends do so alike, as no
 * section lies across another. What does not fit in 64 bits is damage, and refused by every
 * llvm-profdata.
 */
static uint64_t
offset(const struct profraw *pr, uint64_t i, uint64_t ptr, uint64_t delta)
{
	return ptr - (delta - (proflay(pr->version)->relative ? i * pr->lay->size : 0));
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

static int
checkrec(
	struct profraw *pr, uint64_t i, const struct profrec *r, uint64_t phase, struct profdiag *d)
{
	const struct profreclay *lay = pr->lay;
	uint64_t at = pr->data.off + i * lay->size;

	/* Keys of llvm-profdata's table that stand for none (DenseMapInfo): it crashes. */
	if (r->funchash >= UINT64_MAX - 1)
		return profbad(d, PROFRAW_CORRUPT, "data records", at + 8,
			"record %llu has the function hash 0x%llx, which stands for none", (ull)i,
			(ull)r->funchash);
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
	if (r->nctr * pr->ctrsize <= profstamp(pr)) {
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

/*
 * What is odd, but could be meant. Linkers drop the counters of a function together with its
 * record; in front of and behind all counters COFF markers may take less than one of them.
 */
static void
checkodd(const struct profraw *pr, uint64_t claimed, uint64_t phase, bool sizes, struct profdiag *d)
{
	uint64_t whole = (pr->ctr.size - phase) / 8 * 8;

	if (pr->nrec && pr->ctrsize == 8 && claimed < whole)
		profwarn(d, "counters", pr->ctr.off, "%llu of them belong to no record",
			(ull)(whole - claimed) / 8);
	if (sizes && !(pr->variant & PROFRAW_IR))
		profwarn(d, "data records", pr->data.off,
			"sites for sizes, which the front end does not make: the IR bit may be "
			"lost");
	if (!pr->nrec && pr->nctr > 1)
		profwarn(d, "data records", pr->data.off,
			"%llu counters without records: merging needs the debug information of the "
			"program",
			(ull)pr->nctr);
}

int
profcheckrecs(struct profraw *pr, struct profdiag *d)
{
	uint64_t next = 0, nextbitmap = 0, phase = 0, claimed = 0;
	bool mixed = false, mixedbitmap = false, sizes = false;

	pr->nsites = 0;
	for (uint64_t i = 0; i < pr->nrec; i++) {
		struct profrec r = profrawrec(pr, i);

		if (!i)
			phase = r.ctr % pr->ctrsize;
		if (checkrec(pr, i, &r, phase, d))
			return -1;
		for (unsigned k = 0; k < pr->nkind; k++)
			pr->nsites += r.nsites[k];
		sizes |= r.nsites[PROFRAW_MEMOP] != 0;
		claimed += r.nctr * pr->ctrsize;
		mixed |= r.ctr < next;
		next = r.ctr + r.nctr * pr->ctrsize;
		if (r.nbitmap) {
			mixedbitmap |= r.bitmap < nextbitmap;
			nextbitmap = r.bitmap + r.nbitmap;
		}
	}
	checkodd(pr, claimed, phase, sizes, d);
	if (mixed && checkoverlap(pr, false, d))
		return -1;
	return mixedbitmap ? checkoverlap(pr, true, d) : 0;
}
