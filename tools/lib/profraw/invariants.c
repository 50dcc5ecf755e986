#include "base/num.h"
#include "profraw/diag.h"
#include "profraw/layout.h"

/*
 * What compilers always make so, though no reader needs it: where it is otherwise, bytes were
 * changed. Warnings are for what a mixture of objects could explain, or what no count depends on.
 */

typedef unsigned long long ull;

static const char records[] = "data records";

/* IR instrumentation keeps bits 61 to 63 of a hash 0; bit 60 is that of the second round. */
#define HASH_ZERO (7ULL << 61)
#define HASH_CS	  (1ULL << 60)

/* Numbers of records that are odd in some way, and the first of each. */
struct odd {
	uint64_t n, at;
};

static void
count(struct odd *o, bool is, uint64_t at)
{
	if (is && !o->n++)
		o->at = at;
}

static void
hashes(const struct profraw *pr, struct profdiag *d)
{
	struct odd high = {0}, cs = {0};
	uint64_t any = 0;

	if (!(pr->variant & PROFRAW_IR))
		return;
	/* Nearly always there is nothing to be counted. */
	for (uint64_t i = 0; i < pr->nrec; i++)
		any |= profraw64(pr, pr->data.off + i * pr->lay->size + 8);
	if (!(any & (HASH_ZERO | HASH_CS)) && !(pr->variant & PROFRAW_CSIR))
		return;
	for (uint64_t i = 0; i < pr->nrec; i++) {
		uint64_t at = pr->data.off + i * pr->lay->size + 8, hash = profraw64(pr, at);

		count(&high, hash & HASH_ZERO, at);
		count(&cs, hash & HASH_CS, at);
	}
	if (high.n)
		profwarn(d, records, high.at,
			"%llu function hashes have one of the bits 61 to 63, which IR "
			"instrumentation leaves 0: damage, or an object that the front end "
			"instrumented",
			(ull)high.n);
	if (pr->variant & PROFRAW_CSIR && pr->nrec && !cs.n)
		profwarn(d, "header", pr->header.off + 8,
			"the CSIR bit (57) is set, but no function hash is context-sensitive");
	if (!(pr->variant & PROFRAW_CSIR) && cs.n)
		profwarn(d, records, cs.at,
			"%llu function hashes are context-sensitive (bit 60), but the CSIR bit "
			"(57) of the version word is clear",
			(ull)cs.n);
}

static uint64_t
pointer(const struct profraw *pr, uint64_t off)
{
	return pr->wide ? profraw64(pr, off) : profraw32(pr, off);
}

/* Pointers are null where there is nothing for them to lead to. */
static void
pointers(const struct profraw *pr, struct profdiag *d)
{
	const struct profreclay *lay = pr->lay;
	struct odd values = {0}, bitmap = {0};
	unsigned after = lay->fn + (pr->wide ? 8u : 4u);

	for (uint64_t i = 0; i < pr->nrec; i++) {
		uint64_t at = pr->data.off + i * lay->size, sites = 0;

		/* In whatever byte order. */
		memcpy(&sites, pr->p + at + lay->sites, 2 * pr->nkind);
		if (!sites)
			count(&values, pointer(pr, at + after), at + after);
		/* The front end gives each record one with -fcoverage-mcdc, conditions or not. */
		if (lay->bitmap && !pr->bitmap.size && pr->variant & PROFRAW_IR)
			count(&bitmap, pointer(pr, at + lay->bitmap), at + lay->bitmap);
	}
	if (values.n)
		profwarn(d, records, values.at,
			"%llu records have a pointer to values, but no value sites", (ull)values.n);
	if (bitmap.n)
		profwarn(d, records, bitmap.at,
			"%llu records have a pointer to a bitmap, but there is none",
			(ull)bitmap.n);
}

/* Coverage of entries has one counter in each record. */
static int
entries(const struct profraw *pr, struct profdiag *d)
{
	if (!(pr->variant & PROFRAW_ENTRY_ONLY))
		return 0;
	for (uint64_t i = 0; i < pr->nrec; i++) {
		uint64_t at = pr->data.off + i * pr->lay->size + pr->lay->nctr;
		uint32_t n = profraw32(pr, at);

		if (n != 1 + profstamp(pr) / pr->ctrsize)
			return profbad(d, PROFRAW_CORRUPT, records, at,
				"record %llu has %u counters, variant bit 61 (entry only) allows "
				"one",
				(ull)i, n);
	}
	return 0;
}

/*
 * Bytes between the ranges that records claim: of byte counters and of bitmaps, which compilers put
 * one behind the other. COFF linkers put markers around them.
 */
static void
gaps(const struct profraw *pr, struct profdiag *d)
{
	uint64_t counters = 0, bitmap = 0, first = UINT64_MAX, firstbit = UINT64_MAX;

	if (pr->ctrsize != 1 && !pr->bitmap.size)
		return;
	for (uint64_t i = 0; i < pr->nrec; i++) {
		struct profrec r = profrawrec(pr, i);

		counters += r.nctr * pr->ctrsize;
		first = r.ctr < first ? r.ctr : first;
		bitmap += r.nbitmap;
		firstbit = r.nbitmap && r.bitmap < firstbit ? r.bitmap : firstbit;
	}
	if (pr->ctrsize == 1 && !first && counters < pr->ctr.size)
		profwarn(d, "counters", pr->ctr.off, "%llu of them belong to no record",
			(ull)(pr->ctr.size - counters));
	if (!firstbit && bitmap < pr->bitmap.size)
		profwarn(d, "bitmap", pr->bitmap.off, "%llu of its bytes belong to no record",
			(ull)(pr->bitmap.size - bitmap));
}

/* Vtables consist of pointers, or of offsets of 4 bytes. */
static int
vtables(const struct profraw *pr, struct profdiag *d)
{
	const struct profvtablay *lay = &proflay(pr->version)->vtab[pr->wide];

	for (uint64_t i = 0; i < pr->nvtab; i++) {
		uint64_t at = pr->vtab.off + i * lay->size, end, addr = pointer(pr, at + lay->addr);
		uint32_t len = profraw32(pr, at + lay->len);

		if (!addr || addr % 4 || !len || len % 4 || !addok(addr, len, &end) ||
			(!pr->wide && end > UINT32_MAX))
			profwarn(d, "vtables", at + lay->addr,
				"%u bytes at address 0x%llx are no vtable", len, (ull)addr);
		if (!profzeros(pr->p + at + lay->len + 4, lay->size - lay->len - 4u))
			return profbad(d, PROFRAW_CORRUPT, "vtables", at + lay->len + 4,
				"the padding of vtable %llu is not all 0", (ull)i);
	}
	return 0;
}

int
profchecktraits(const struct profraw *pr, struct profdiag *d)
{
	if (entries(pr, d) || vtables(pr, d))
		return -1;
	hashes(pr, d);
	pointers(pr, d);
	gaps(pr, d);
	return 0;
}
