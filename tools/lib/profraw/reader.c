#include <stdio.h>

#include "base/num.h"
#include "profraw/diag.h"
#include "profraw/layout.h"
#include "profraw/reader.h"

/* "\xfflprof", 'r' or 'R', "\x81", most significant byte first in the producer's byte order. */
#define MAGIC64 0xff6c70726f667281ULL
#define MAGIC32 0xff6c70726f665281ULL

#define VARIANT 0xffffffff00000000ULL

/* LLVM sets these only together with the IR bit (createIRLevelProfileFlagVar). */
#define IR_ONLY                                                                                    \
	(PROFRAW_LOOP_ENTRIES | PROFRAW_CSIR | PROFRAW_INSTR_ENTRY | PROFRAW_ENTRY_ONLY |          \
		PROFRAW_TEMPORAL)

static bool
magicset(struct profraw *pr, uint64_t off)
{
	for (unsigned swap = 0; swap < 2; swap++) {
		pr->swap = swap;
		pr->magic = profraw64(pr, off);
		pr->wide = pr->magic == MAGIC64;
		if (pr->wide || pr->magic == MAGIC32)
			return true;
	}
	return false;
}

bool
profrawsniff(const void *p, size_t n, unsigned *version, uint64_t *variant)
{
	struct profraw pr = {.p = p, .n = n};
	uint64_t word;

	if (n < 16 || !magicset(&pr, 0))
		return false;
	word = profraw64(&pr, 8);
	*version = (unsigned)(word & ~VARIANT);
	*variant = word & VARIANT;
	return true;
}

void
profrawinit(struct profraw *pr, const void *p, size_t n)
{
	*pr = (struct profraw){.p = p, .n = n};
}

/* Takes the next size bytes of the file as section s. */
static int
take(const struct profraw *pr, struct profdiag *d, uint64_t *off, const char *section,
	uint64_t size, struct profsect *s)
{
	*s = (struct profsect){*off, size};
	if (size > pr->n - *off)
		return profbad(d, PROFRAW_TRUNCATED, section, *off,
			"%llu bytes are needed, %llu are left", (unsigned long long)size,
			(unsigned long long)(pr->n - *off));
	*off += size;
	return 0;
}

static int
takearray(const struct profraw *pr, struct profdiag *d, uint64_t *off, const char *section,
	uint64_t n, uint64_t size, struct profsect *s)
{
	uint64_t total;

	if (!mulok(n, size, &total))
		return profbad(d, PROFRAW_CORRUPT, section, *off,
			"%llu elements of %llu bytes cannot be", (unsigned long long)n,
			(unsigned long long)size);
	return take(pr, d, off, section, total, s);
}

/* All writers fill gaps with zeros: other bytes there were written by something else. */
static int
takepad(const struct profraw *pr, struct profdiag *d, uint64_t *off, const char *section,
	uint64_t size)
{
	struct profsect s;

	if (take(pr, d, off, section, size, &s))
		return -1;
	if (!profzeros(pr->p + s.off, s.size))
		return profbad(d, PROFRAW_CORRUPT, section, s.off,
			"%llu bytes of padding are not all 0", (unsigned long long)size);
	return 0;
}

static int
checkvariant(struct profraw *pr, struct profdiag *d)
{
	uint64_t v = pr->variant, off = pr->begin + 8,
		 unknown = v & ~proflay(pr->version)->variants;

	/* Releases up to 16 refuse bits below 56, and later ones read over what they do not know.
	 */
	if (unknown)
		return profbad(d, PROFRAW_CORRUPT, "header", off,
			"variant bits 0x%llx are set by no LLVM release that writes raw profile "
			"version %u",
			(unsigned long long)unknown, pr->version);
	if (v & IR_ONLY && !(v & PROFRAW_IR))
		return profbad(d, PROFRAW_CORRUPT, "header", off,
			"variant bits 0x%llx need the IR bit (56), which is clear",
			(unsigned long long)(v & IR_ONLY));
	if (v & PROFRAW_ENTRY_ONLY && !(v & PROFRAW_BYTE))
		return profbad(d, PROFRAW_CORRUPT, "header", off,
			"variant bit 61 (entry only) needs bit 60 (byte counters), which is clear");
	return 0;
}

/* Differences of addresses of 32 bits have no more: readers take all 64, where they take them at
 * all. */
static int
checkdelta(const struct profraw *pr, enum proffield f, const char *of, struct profdiag *d)
{
	unsigned word = proflay(pr->version)->word[f];
	uint64_t off = pr->header.off + 8 * (uint64_t)word, x = word ? profraw64(pr, off) : 0;

	if (pr->wide || x <= UINT32_MAX)
		return 0;
	return profbad(d, PROFRAW_CORRUPT, "header", off,
		"the address of the %s is 0x%llx, in a profile whose pointers have 32 bits", of,
		(unsigned long long)x);
}

/* Magic, version and what follows from them. */
static int
checkheader(struct profraw *pr, struct profdiag *d)
{
	const struct proflay *lay;
	unsigned before = pr->version, first = pr->index == 0;
	uint64_t variant = pr->variant, off = pr->begin;
	char by[64];

	if (pr->n - off < 16)
		return profbad(d, PROFRAW_TRUNCATED, "header", off,
			"16 bytes are needed, %llu are left", (unsigned long long)(pr->n - off));
	if (!magicset(pr, off) || memcmp(pr->p, pr->p + off, 8))
		return profbad(d, PROFRAW_CORRUPT, "header", off,
			"another profile should start here, but its magic is wrong");
	profrawsniff(pr->p + off, pr->n - off, &pr->version, &pr->variant);
	lay = proflay(pr->version);
	profrawreaders(pr->version, by, sizeof(by));
	if (!lay || !lay->rec[pr->wide].size) {
		profbad(d, PROFRAW_FOREIGN, "header", off + 8, "raw profile version %u%s%s",
			pr->version, *by ? " of " : ", which no LLVM release has", by);
		d->next = *by ? "merge it with the llvm-profdata of that release, or build and "
				"collect again with LLVM 13 to 22"
			      : "collect it again";
		return -1;
	}
	if (!first && before != pr->version) {
		profbad(d, PROFRAW_FOREIGN, "header", off + 8,
			"raw profile version %u behind one of version %u, no llvm-profdata reads "
			"both",
			pr->version, before);
		d->next = "build everything with one compiler, or give each process its own file "
			  "(%p in LLVM_PROFILE_FILE)";
		return -1;
	}
	if (!first && (variant ^ pr->variant) & PROFRAW_IR)
		profwarn(d, "header", off + 8,
			"profiles made by the front end and by IR instrumentation in one file: "
			"llvm-profdata takes all for what the first one is");
	if (pr->n - off < 8 * (uint64_t)lay->words)
		return profbad(d, PROFRAW_TRUNCATED, "header", off,
			"%u bytes are needed, %llu are left", 8 * lay->words,
			(unsigned long long)(pr->n - off));
	pr->header = (struct profsect){off, 8 * (uint64_t)lay->words};
	return checkvariant(pr, d);
}

/* Finds all sections behind the header but the value data, whose place is returned in *off. */
static int
checksections(struct profraw *pr, struct profdiag *d, uint64_t *off)
{
	const struct proflay *lay = proflay(pr->version);
	uint64_t f[F_COUNT] = {0}, start = pr->header.off;

	for (unsigned i = 0; i < F_COUNT; i++)
		if (lay->word[i])
			f[i] = profraw64(pr, start + 8 * (uint64_t)lay->word[i]);
	if (f[F_KINDLAST] != lay->nkind - 1u)
		return profbad(d, PROFRAW_CORRUPT, "header", start + 8u * lay->word[F_KINDLAST],
			"the last value kind is %llu, version %u has %u",
			(unsigned long long)f[F_KINDLAST], pr->version, lay->nkind - 1u);
	if (pr->variant & PROFRAW_CORRELATE && (f[F_NDATA] || f[F_NAMES]))
		return profbad(d, PROFRAW_CORRUPT, "header", start + 8,
			"variant bit 59 says that records and names are in the debug information, "
			"but they are here");
	if (checkdelta(pr, F_CTRDELTA, "counters", d) ||
		checkdelta(pr, F_BITMAPDELTA, "bitmap", d) ||
		checkdelta(pr, F_NAMESDELTA, "names", d))
		return -1;
	pr->lay = &lay->rec[pr->wide];
	pr->nkind = lay->nkind;
	pr->ctrsize = pr->variant & PROFRAW_BYTE ? 1 : 8;
	pr->nrec = f[F_NDATA];
	pr->nctr = f[F_NCTR];
	pr->nvtab = f[F_NVTAB];
	pr->ctrdelta = f[F_CTRDELTA];
	pr->bitmapdelta = f[F_BITMAPDELTA];
	pr->namesdelta = f[F_NAMESDELTA];
	*off = start + pr->header.size;
	if (take(pr, d, off, "binary ids", f[F_IDS], &pr->ids) || profcheckids(pr, d) ||
		takearray(pr, d, off, "data records", pr->nrec, pr->lay->size, &pr->data) ||
		takepad(pr, d, off, "padding before counters", f[F_PADCTR]) ||
		takearray(pr, d, off, "counters", pr->nctr, pr->ctrsize, &pr->ctr) ||
		takepad(pr, d, off, "padding after counters", f[F_PADBITMAP]) ||
		take(pr, d, off, "bitmap", f[F_NBITMAP], &pr->bitmap) ||
		takepad(pr, d, off, "padding before names", f[F_PADNAMES]) ||
		take(pr, d, off, "names", f[F_NAMES], &pr->names) ||
		takepad(pr, d, off, "padding after names", pad8(f[F_NAMES])))
		return -1;
	if (!lay->vtab[0].size)
		return 0;
	if (takearray(pr, d, off, "vtables", pr->nvtab, lay->vtab[pr->wide].size, &pr->vtab) ||
		takepad(pr, d, off, "padding after vtables", pad8(pr->vtab.size)) ||
		take(pr, d, off, "vtable names", f[F_VNAMES], &pr->vnames) ||
		takepad(pr, d, off, "padding after vtable names", pad8(f[F_VNAMES])))
		return -1;
	return 0;
}

/* Behind one profile: 1 when another one starts, which sets pr->begin; 0 at the end; or -1. */
static int
findnext(struct profraw *pr, struct profdiag *d)
{
	uint64_t off = pr->end;

	if (profzeros(pr->p + off, pr->n - off)) {
		if (pr->any)
			return 0;
		return profbad(d, PROFRAW_HEADER_ONLY, "header", pr->begin,
			"there are no records and no counters");
	}
	while (!pr->p[off])
		off++;
	/* Big-endian magic does not start with 0 either; a lower byte of it never is 0. */
	pr->begin = off;
	if (pr->n - off < 16)
		return profbad(d, PROFRAW_CORRUPT, "next profile", off,
			"%llu bytes follow that are no profile", (unsigned long long)(pr->n - off));
	if (off % 8) {
		profbad(d, PROFRAW_CORRUPT, "next profile", off,
			"something follows that does not start at a multiple of 8 bytes, "
			"llvm-profdata cannot read on");
		/* The runtimes of these releases do not pad to where the next profile may start. */
		if (pr->version < 8 && pr->ids.size % 8)
			d->next = "LLVM 13 does not pad binary ids: link with -Wl,--build-id=none, "
				  "or give each process and library a file (%p-%m in "
				  "LLVM_PROFILE_FILE)";
		else if (pr->version < 9 && pr->variant & PROFRAW_BYTE)
			d->next = "LLVM 14 to 17 do not pad byte counters: give each process and "
				  "library a file (%p-%m in LLVM_PROFILE_FILE)";
		return -1;
	}
	pr->index++;
	return 1;
}

int
profrawnext(struct profraw *pr, struct profdiag *d)
{
	uint64_t off;
	bool known;
	int rc = 1;

	if (pr->end)
		rc = findnext(pr, d);
	else if (pr->n < 8 || !magicset(pr, 0))
		rc = profforeign(pr->p, pr->n, d);
	if (rc <= 0)
		return rc;
	pr->novalues = false;
	pr->vtab = pr->vnames = (struct profsect){0};
	if (checkheader(pr, d) || checksections(pr, d, &off))
		return -1;
	known = pr->watch && pr->version >= 8 && pr->watch->known(pr->watch, pr);
	if (known)
		pr->nsites = pr->watch->nsites;
	else if (profcheckrecs(pr, d) || profchecktraits(pr, d))
		return -1;
	if (profcheckvalues(pr, off, known, d))
		return -1;
	/* A COFF linker's start marker alone can count as one counter. */
	if (pr->nrec || pr->nctr > 1)
		pr->any = true;
	return 1;
}
