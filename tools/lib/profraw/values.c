#include "base/num.h"
#include "profraw/diag.h"
#include "profraw/layout.h"

typedef unsigned long long ull;

static const char section[] = "value data";

/*
 * The runtime puts sizes into classes and stores one number for each (InstrProfGetRangeRepValue):
 * 0 to 8, powers of two up to 512, one more than these for what lies between, 513 for the rest.
 * A bit for each class, 0 when v is none of them.
 */
static uint32_t
sizeclass(uint64_t v)
{
	unsigned log;

	if (v <= 8)
		return 1u << v;
	if (v > 513)
		return 0;
	log = 63 - (unsigned)__builtin_clzll(v);
	if (v == 1ULL << log)
		return 1u << (2 * log + 3);
	return v == (1ULL << log) + 1 ? 1u << (2 * log + 4) : 0;
}

/* Sizes are counted once per class: llvm-profdata writes no profile with two equal ones. */
static int
checksizes(const struct profraw *pr, const struct profvalues *v, struct profdiag *d)
{
	uint64_t at = v->kind[PROFRAW_MEMOP].pairs;

	for (uint32_t s = 0; s < v->kind[PROFRAW_MEMOP].nsites; s++) {
		uint32_t seen = 0;

		for (unsigned i = v->kind[PROFRAW_MEMOP].count[s]; i; i--, at += 16) {
			uint64_t x = profraw64(pr, at);
			uint32_t bit = sizeclass(x);

			if (!bit)
				return profbad(d, PROFRAW_CORRUPT, section, at,
					"%llu stands for no class of sizes", (ull)x);
			if (seen & bit)
				return profbad(d, PROFRAW_CORRUPT, section, at,
					"size %llu is there twice at one site", (ull)x);
			seen |= bit;
		}
	}
	return 0;
}

/*
 * The runtime adds to the value that is there already. Equal addresses are told, not refused:
 * llvm-profdata adds them up. 0 stands for all that a pool could not resolve.
 */
static void
checktargets(
	const struct profraw *pr, const struct profvalues *v, unsigned kind, struct profdiag *d)
{
	uint64_t at = v->kind[kind].pairs;

	for (uint32_t s = 0; s < v->kind[kind].nsites; s++) {
		unsigned n = v->kind[kind].count[s];

		for (unsigned i = 1; i < n; i++)
			for (unsigned k = 0; k < i; k++) {
				uint64_t x = profraw64(pr, at + 16 * (uint64_t)i);

				if (x && x == profraw64(pr, at + 16 * (uint64_t)k))
					profwarn(d, section, at + 16 * (uint64_t)i,
						"address 0x%llx is there twice at one site",
						(ull)x);
			}
		at += 16 * (uint64_t)n;
	}
}

/* The part for one kind; *at moves behind it, `end` is that of the record's value data. */
static int
readkind(const struct profraw *pr, const struct profrec *r, int before, uint64_t *at, uint64_t end,
	struct profvalues *v, struct profdiag *d)
{
	uint64_t start = *at, head, npairs = 0;
	uint32_t kind, nsites;

	if (end - start < 8)
		return profbad(d, PROFRAW_CORRUPT, section, start,
			"a kind needs 8 bytes, %llu are left", (ull)(end - start));
	kind = profraw32(pr, start);
	nsites = profraw32(pr, start + 4);
	if (kind >= pr->nkind)
		return profbad(d, PROFRAW_CORRUPT, section, start, "value kind %u, the last is %u",
			kind, pr->nkind - 1);
	if ((int)kind <= before)
		return profbad(d, PROFRAW_CORRUPT, section, start, "value kind %u behind kind %d",
			kind, before);
	if (nsites != r->nsites[kind])
		return profbad(d, PROFRAW_CORRUPT, section, start + 4,
			"%u sites of kind %u, the record has %u", nsites, kind, r->nsites[kind]);
	if (!nsites)
		return profbad(
			d, PROFRAW_CORRUPT, section, start + 4, "value kind %u has no sites", kind);
	head = (8 + (uint64_t)nsites + 7) & ~7ULL;
	if (head > end - start)
		return profbad(d, PROFRAW_CORRUPT, section, start + 8,
			"%u sites need %llu bytes, %llu are left", nsites, (ull)head,
			(ull)(end - start));
	v->kind[kind].nsites = nsites;
	v->kind[kind].count = pr->p + start + 8;
	v->kind[kind].pairs = start + head;
	for (uint32_t i = 0; i < nsites; i++)
		npairs += pr->p[start + 8 + i];
	v->kind[kind].npairs = npairs;
	if (npairs > (end - start - head) / 16)
		return profbad(d, PROFRAW_CORRUPT, section, start + 8,
			"%llu values need %llu bytes, %llu are left", (ull)npairs,
			(ull)(16 * npairs), (ull)(end - start - head));
	if (!profzeros(pr->p + start + 8 + nsites, head - 8 - nsites))
		return profbad(d, PROFRAW_CORRUPT, section, start + 8 + nsites,
			"the padding of value kind %u is not all 0", kind);
	*at = start + head + 16 * npairs;
	return 0;
}

int
profrawvalues(const struct profraw *pr, const struct profrec *r, uint64_t off, struct profvalues *v,
	struct profdiag *d)
{
	unsigned want = 0;
	uint32_t size, nkinds;
	uint64_t at = off + 8;

	*v = (struct profvalues){.end = off};
	for (unsigned k = 0; k < pr->nkind; k++)
		want += r->nsites[k] != 0;
	if (!want)
		return 0;
	if (pr->n - off < 8)
		return profbad(d, PROFRAW_TRUNCATED, section, off,
			"8 bytes are needed, %llu are left", (ull)(pr->n - off));
	size = profraw32(pr, off);
	nkinds = profraw32(pr, off + 4);
	if (size < 8 || size % 8)
		return profbad(d, PROFRAW_CORRUPT, section, off,
			"the size of a function's values is %u, no multiple of 8", size);
	if (nkinds != want)
		return profbad(d, PROFRAW_CORRUPT, section, off + 4,
			"%u kinds of values, the record has sites of %u", nkinds, want);
	if (size > pr->n - off)
		return profbad(d, PROFRAW_TRUNCATED, section, off,
			"%u bytes are needed, %llu are left", size, (ull)(pr->n - off));
	v->end = off + size;
	for (int before = -1; nkinds--;) {
		uint64_t start = at;

		if (readkind(pr, r, before, &at, v->end, v, d))
			return -1;
		before = (int)profraw32(pr, start);
	}
	if (at != v->end)
		return profbad(d, PROFRAW_CORRUPT, section, at,
			"%llu bytes are left over behind a function's values", (ull)(v->end - at));
	return checksizes(pr, v, d);
}

int
profcheckvalues(struct profraw *pr, uint64_t off, bool known, struct profdiag *d)
{
	struct profwatch *w = pr->watch;
	uint64_t n = known ? w->nrec : pr->nrec;

	pr->values = (struct profsect){off, 0};
	pr->end = off;
	if (!pr->nsites)
		return 0;
	/*
	 * Continuous mode maps the counters into memory and never writes values; on Darwin the
	 * file then goes on with zeros to the end of a page. A file that was cut exactly here looks
	 * the same, and is as good: all of its counters are there.
	 */
	if (pr->n - off >= 8 ? profzeros(pr->p + off, pr->n - off) : pr->n == off) {
		pr->novalues = true;
		profrepairable(d, section, off, "missing, although the records have %llu sites",
			(ull)pr->nsites);
		return 0;
	}
	for (uint64_t i = 0; i < n; i++) {
		struct profrec r = known ? w->rec[i] : profrawrec(pr, i);
		struct profvalues v;

		if (profrawvalues(pr, &r, off, &v, d))
			return -1;
		if (!known) {
			checktargets(pr, &v, PROFRAW_CALL, d);
			checktargets(pr, &v, PROFRAW_VTABLE, d);
		}
		if (w && v.end != off)
			w->values(w, &v);
		off = v.end;
	}
	pr->values.size = off - pr->values.off;
	pr->end = off;
	return 0;
}
