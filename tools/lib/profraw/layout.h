/* Where each raw version keeps what: the tables behind profraw/reader.h. */
#ifndef PROFRAW_LAYOUT_H
#define PROFRAW_LAYOUT_H

#include "profraw/format.h"

/* Header fields behind magic (word 0) and version (word 1). */
enum proffield {
	F_IDS,	     /* bytes of binary ids */
	F_NDATA,     /* records */
	F_PADCTR,    /* bytes between records and counters */
	F_NCTR,	     /* counters */
	F_PADBITMAP, /* bytes between counters and bitmap (names, before version 9) */
	F_NBITMAP,   /* bytes of bitmap */
	F_PADNAMES,  /* bytes between bitmap and names */
	F_NAMES,     /* bytes of names */
	F_CTRDELTA,
	F_BITMAPDELTA,
	F_NAMESDELTA,
	F_NVTAB,  /* vtable records */
	F_VNAMES, /* bytes of vtable names */
	F_KINDLAST,
	F_COUNT,
};

/* Byte offsets in a record; 0: this version has no such field. */
struct profreclay {
	unsigned char size, ctr, bitmap, fn, nctr, sites, nbitmap;
	unsigned char hole, holesize; /* padding that compilers fill with zeros */
};

struct profvtablay {
	unsigned char size, addr, len;
};

struct proflay {
	unsigned char words;	     /* 8-byte words of the header; 0: no such version */
	unsigned char word[F_COUNT]; /* index of each field, 0: the version has none */
	unsigned char nkind;	     /* kinds of values */
	bool idpad;		     /* binary ids are padded to 8 bytes */
	bool relative;		     /* counter pointers are relative to the record */
	uint64_t variants;	     /* bits of the version word that its releases set */
	struct profreclay rec[2];    /* 32-bit, 64-bit; size 0: not parsed here */
	struct profvtablay vtab[2];
};

/* Bytes between n bytes and the next multiple of 8. */
static inline uint64_t
pad8(uint64_t n)
{
	return -n & 7;
}

/* NULL for a version nobody knows. */
const struct proflay *proflay(unsigned version);

/* Writes text like "LLVM 19 or later" for what reads this version of .profdata. */
void profindexedreaders(unsigned version, char *s, size_t n);

#endif
