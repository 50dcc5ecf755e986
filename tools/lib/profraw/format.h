/*
 * LLVM raw profiles (.profraw): what is in one, and the pieces of it once its sections are known.
 * profraw/reader.h finds and checks them, and only then can what these are given be trusted.
 *
 * Raw versions 7 to 10 (LLVM 13 to 22), 32 and 64 bits, either byte order. The format is that of
 * https://github.com/llvm/llvm-project/blob/llvmorg-22.1.0/compiler-rt/include/profile/InstrProfData.inc
 * and https://llvm.org/docs/InstrProfileFormat.html
 */
#ifndef PROFRAW_FORMAT_H
#define PROFRAW_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What a file is good for; from PROFRAW_EMPTY on it is of no use. */
enum profclass {
	PROFRAW_OK,
	PROFRAW_ZERO,	     /* whole, but no counter ever counted */
	PROFRAW_REPAIRABLE,  /* whole but for the value data, as continuous mode leaves it */
	PROFRAW_EMPTY,	     /* 0 bytes */
	PROFRAW_HEADER_ONLY, /* no records and no counters */
	PROFRAW_TRUNCATED,   /* ends before its end */
	PROFRAW_CORRUPT,     /* contradicts itself or the format */
	PROFRAW_FOREIGN,     /* something else, or a version that this parser does not read */
	PROFRAW_UNREADABLE,  /* the file cannot be opened or read */
	PROFRAW_NCLASS,
};

const char *profclassname(enum profclass c);

/*
 * What is wrong. `what` has no object, offset or advice in it; `next` says what to do. Warnings
 * are about what a reader survives; the first few are kept, all are counted.
 */
enum { PROFRAW_MAXWARN = 4 };

struct profnote {
	const char *section; /* "counters" */
	uint64_t off;	     /* bytes from the start of the file */
	char what[192];
};

struct profdiag {
	enum profclass class;
	struct profnote bad; /* if class >= PROFRAW_REPAIRABLE */
	const char *next;
	unsigned nwarn;
	struct profnote warn[PROFRAW_MAXWARN];
};

/* Bits of the version word: how the profile was instrumented. */
#define PROFRAW_LOOP_ENTRIES (1ULL << 55)
#define PROFRAW_IR	     (1ULL << 56) /* clear: by the front end */
#define PROFRAW_CSIR	     (1ULL << 57) /* context-sensitive, second round */
#define PROFRAW_INSTR_ENTRY  (1ULL << 58)
#define PROFRAW_CORRELATE    (1ULL << 59) /* records and names are in the debug information */
#define PROFRAW_BYTE	     (1ULL << 60) /* 1-byte counters: 0 covered, 0xff not */
#define PROFRAW_ENTRY_ONLY   (1ULL << 61) /* one counter per function */
#define PROFRAW_TEMPORAL     (1ULL << 63) /* the first 8 bytes of a function's counters: when */

/* Kinds of values; versions before 10 have the first two only. */
enum {
	PROFRAW_CALL,	/* address of the function that an indirect call reached */
	PROFRAW_MEMOP,	/* size that memcpy and friends were given, in classes */
	PROFRAW_VTABLE, /* address of the vtable that a virtual call used */
	PROFRAW_NKIND,
};

/* Larger counters make llvm-profdata 19 and later refuse the profile. */
#define PROFRAW_MAXCOUNT (1ULL << 56)

struct profwatch;

/* A section: bytes [off, off + size) of the file. */
struct profsect {
	uint64_t off, size;
};

/* One profile of a file. */
struct profraw {
	const unsigned char *p; /* the whole file; the caller's */
	uint64_t n;		/* its bytes */

	unsigned index;	     /* of the profile in the file, from 0 */
	uint64_t begin, end; /* its bytes in the file */
	uint64_t magic;	     /* as the producer saw it */
	unsigned version;    /* raw version */
	uint64_t variant;    /* the bits above */
	bool swap;	     /* the file's byte order is not this machine's */
	bool wide;	     /* 64-bit pointers */
	bool novalues;	     /* records have value sites, but the value data is missing */
	bool any;	     /* one of the profiles so far has counters */
	unsigned nkind;	     /* kinds of values that records of this version have */
	unsigned ctrsize;    /* bytes of a counter: 8 or 1 */
	const struct profreclay *lay;
	uint64_t nrec, nctr, nvtab;
	uint64_t ctrdelta, bitmapdelta, namesdelta;
	uint64_t nsites; /* value sites of all records */
	struct profsect header, ids, data, ctr, bitmap, names, vtab, vnames, values;
	struct profwatch *watch; /* NULL, or who looks on */
};

/* One function. */
struct profrec {
	uint64_t nameref, funchash;
	uint64_t ctr;	 /* bytes from the start of the counters section */
	uint64_t nctr;	 /* counters, a timestamp included */
	uint64_t bitmap; /* bytes from the start of the bitmap section */
	uint64_t nbitmap;
	uint64_t fn; /* run-time address of the function, 0 when nobody takes it */
	uint16_t nsites[PROFRAW_NKIND];
};

/* The value data of one record: all of its sites, kind by kind. */
struct profvalues {
	uint64_t end; /* where that of the next record starts, in the file */
	struct {
		uint32_t nsites;
		const unsigned char *count; /* values per site, nsites bytes */
		uint64_t pairs;		    /* file offset of {value, count}, 8 bytes each */
		uint64_t npairs;
	} kind[PROFRAW_NKIND];
};

/*
 * Who reads thousands of profiles of one program need not have each of its records checked each
 * time. Set pr->watch after profrawinit().
 */
struct profwatch {
	/*
	 * Asked when the sections of a profile are known: are its records (but for addresses) those
	 * of a profile that was checked before? Then nsites and rec, its records that have value
	 * sites, must have been set. Not asked before version 8, whose pointers are absolute.
	 */
	bool (*known)(struct profwatch *w, const struct profraw *pr);
	uint64_t nsites, nrec;
	const struct profrec *rec;

	/* Told the values of each record that has sites, in order, after they were checked. */
	void (*values)(struct profwatch *w, const struct profvalues *v);
};

/* The counters of one record. */
struct profcount {
	uint64_t n;   /* counters, without a timestamp */
	uint64_t hit; /* of them not 0 (or covered) */
	uint64_t sum; /* stays at 2^63-1; a covered byte is 1 */
};

/* Record i < pr->nrec. */
struct profrec profrawrec(const struct profraw *pr, uint64_t i);

/*
 * The value data of record r that starts at `off`: pr->values.off for the first record, v->end
 * of the record before for the next ones. 0, or -1 with d filled in (never after profrawnext()).
 * Not to be asked when pr->novalues.
 */
int profrawvalues(const struct profraw *pr, const struct profrec *r, uint64_t off,
	struct profvalues *v, struct profdiag *d);

/* Adds up the counters of r. 0, or -1 with d filled in when one is too large to be true. */
int profrawcount(
	const struct profraw *pr, const struct profrec *r, struct profcount *c, struct profdiag *d);

/* Counter i of r, a timestamp not among them; a covered byte is 1. */
uint64_t profrawcounter(const struct profraw *pr, const struct profrec *r, uint64_t i);

/* All counters of a profile that has counters but no records (PROFRAW_CORRELATE). */
int profrawcountall(const struct profraw *pr, struct profcount *c, struct profdiag *d);

/* The k-th binary id, n its length; NULL when there are no more. */
const unsigned char *profrawid(const struct profraw *pr, unsigned k, uint64_t *n);

/* Writes "IR", "FE", "CSIR", with "+byte+entry-only..." for what else is set; 64 bytes are enough.
 */
void profrawkind(uint64_t variant, char *s, size_t n);

/* Writes text like "LLVM 14 to 17" for the releases that read this raw version; "" for none. */
void profrawreaders(unsigned version, char *s, size_t n);

/* The raw version of an LLVM major release (3 for 3.9), 0 when it is not known. */
unsigned profrawversion(unsigned major);

/* The profile with nothing in it: a header alone. Its length, 0 for a version without a layout. */
enum { PROFRAW_MAXHEADER = 152, PROFRAW_MAXVERSION = 11 };
size_t profrawheader(unsigned version, unsigned char p[static PROFRAW_MAXHEADER]);

/*
 * Numbers in the file's byte order. `off` must be inside the file.
 */
static inline uint64_t
profraw64(const struct profraw *pr, uint64_t off)
{
	uint64_t x;

	memcpy(&x, pr->p + off, sizeof(x));
	return pr->swap ? __builtin_bswap64(x) : x;
}

static inline uint32_t
profraw32(const struct profraw *pr, uint64_t off)
{
	uint32_t x;

	memcpy(&x, pr->p + off, sizeof(x));
	return pr->swap ? __builtin_bswap32(x) : x;
}

static inline uint16_t
profraw16(const struct profraw *pr, uint64_t off)
{
	uint16_t x;

	memcpy(&x, pr->p + off, sizeof(x));
	return pr->swap ? __builtin_bswap16(x) : x;
}

#endif
