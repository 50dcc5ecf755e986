#include <stdio.h>
#include <stdlib.h>

#include "profraw/layout.h"

#define MAGIC64 0xff6c70726f667281ULL /* "\xfflprofr\x81", most significant byte first */

/* Made by `make` from ci/data/profraw-versions.tsv. */
static const struct {
	const char *llvm;
	unsigned raw, indexed; /* 0: not known */
} releases[] = {
#include "profraw-versions.h"
};

enum { NRELEASE = sizeof(releases) / sizeof(releases[0]) };

/* Versions 7 and 8 differ only in what the pointers mean and in the padding of binary ids. */
#define WORDS_7_8                                                                                  \
	{                                                                                          \
		[F_IDS] = 2,                                                                       \
		[F_NDATA] = 3,                                                                     \
		[F_PADCTR] = 4,                                                                    \
		[F_NCTR] = 5,                                                                      \
		[F_PADNAMES] = 6,                                                                  \
		[F_NAMES] = 7,                                                                     \
		[F_CTRDELTA] = 8,                                                                  \
		[F_NAMESDELTA] = 9,                                                                \
		[F_KINDLAST] = 10,                                                                 \
	}

#define RECORDS_7_8                                                                                \
	{                                                                                          \
		{.size = 40,                                                                       \
			.ctr = 16,                                                                 \
			.fn = 20,                                                                  \
			.nctr = 28,                                                                \
			.sites = 32,                                                               \
			.hole = 36,                                                                \
			.holesize = 4},                                                            \
		{.size = 48, .ctr = 16, .fn = 24, .nctr = 40, .sites = 44},                        \
	}

/* Version 10 has words for vtables behind these, and in its records one kind of value more. */
#define WORDS_9_10                                                                                 \
	[F_IDS] = 2, [F_NDATA] = 3, [F_PADCTR] = 4, [F_NCTR] = 5, [F_PADBITMAP] = 6,               \
	[F_NBITMAP] = 7, [F_PADNAMES] = 8, [F_NAMES] = 9, [F_CTRDELTA] = 10, [F_BITMAPDELTA] = 11, \
	[F_NAMESDELTA] = 12

#define RECORDS_9_10(nbitmap32, hole32, nbitmap64, hole64, bytes)                                  \
	{                                                                                          \
		{.size = 48,                                                                       \
			.ctr = 16,                                                                 \
			.bitmap = 20,                                                              \
			.fn = 24,                                                                  \
			.nctr = 32,                                                                \
			.sites = 36,                                                               \
			.nbitmap = (nbitmap32),                                                    \
			.hole = (hole32),                                                          \
			.holesize = (bytes)},                                                      \
		{                                                                                  \
			.size = 64, .ctr = 16, .bitmap = 24, .fn = 32, .nctr = 48, .sites = 52,    \
			.nbitmap = (nbitmap64), .hole = (hole64), .holesize = (bytes)              \
		}                                                                                  \
	}

/* The bits of LLVM 13, what 14 added (temporal: 17, still version 8), and what 20 did. */
#define VARIANTS_7 (PROFRAW_IR | PROFRAW_CSIR | PROFRAW_INSTR_ENTRY)
#define VARIANTS_8                                                                                 \
	(VARIANTS_7 | PROFRAW_CORRELATE | PROFRAW_BYTE | PROFRAW_ENTRY_ONLY | PROFRAW_TEMPORAL)
#define VARIANTS_10 (VARIANTS_8 | PROFRAW_LOOP_ENTRIES)

/*
 * Of the versions whose records have no layout here only the header is known: enough to make an
 * empty profile and ask a tool whether it reads that.
 */
static const struct proflay layouts[PROFRAW_MAXVERSION + 1] = {
	[4] = {.words = 8, .word = {[F_KINDLAST] = 7}, .nkind = 2},
	[5] = {.words = 10, .word = {[F_KINDLAST] = 9}, .nkind = 2},
	[6] = {.words = 11, .word = {[F_KINDLAST] = 9}, .nkind = 2},
	[7] = {.words = 11,
		.word = WORDS_7_8,
		.nkind = 2,
		.variants = VARIANTS_7,
		.rec = RECORDS_7_8},
	[8] = {.words = 11,
		.word = WORDS_7_8,
		.nkind = 2,
		.idpad = true,
		.relative = true,
		.variants = VARIANTS_8,
		.rec = RECORDS_7_8},
	[9] = {.words = 14,
		.word = {WORDS_9_10, [F_KINDLAST] = 13},
		.nkind = 2,
		.idpad = true,
		.relative = true,
		.variants = VARIANTS_8,
		.rec = RECORDS_9_10(40, 44, 56, 60, 4)},
	[10] = {.words = 16,
		.word = {WORDS_9_10, [F_NVTAB] = 13, [F_VNAMES] = 14, [F_KINDLAST] = 15},
		.nkind = 3,
		.idpad = true,
		.relative = true,
		.variants = VARIANTS_10,
		.rec = RECORDS_9_10(44, 42, 60, 58, 2),
		.vtab = {{.size = 16, .addr = 8, .len = 12}, {.size = 24, .addr = 8, .len = 16}}},
	[11] = {.words = 19, .word = {[F_KINDLAST] = 18}, .nkind = 3},
};

const struct proflay *
proflay(unsigned version)
{
	return version <= PROFRAW_MAXVERSION && layouts[version].words ? &layouts[version] : NULL;
}

size_t
profrawheader(unsigned version, unsigned char p[static PROFRAW_MAXHEADER])
{
	const struct proflay *lay = proflay(version);
	const uint64_t magic = MAGIC64;

	if (!lay)
		return 0;
	memset(p, 0, PROFRAW_MAXHEADER);
	for (unsigned i = 0; i < 8; i++)
		p[i] = (unsigned char)(magic >> 8 * i);
	p[8] = (unsigned char)version;
	p[8 * lay->word[F_KINDLAST]] = (unsigned char)(lay->nkind - 1);
	return 8 * (size_t)lay->words;
}

void
profrawkind(uint64_t variant, char *s, size_t n)
{
	static const struct {
		uint64_t bit;
		const char *name;
	} more[] = {
		{PROFRAW_BYTE, "byte"},
		{PROFRAW_ENTRY_ONLY, "entry-only"},
		{PROFRAW_INSTR_ENTRY, "entry"},
		{PROFRAW_LOOP_ENTRIES, "loops"},
		{PROFRAW_TEMPORAL, "temporal"},
		{PROFRAW_CORRELATE, "correlate"},
	};
	size_t used = (size_t)snprintf(s, n, "%s",
		variant & PROFRAW_CSIR ? "CSIR"
		: variant & PROFRAW_IR ? "IR"
				       : "FE");

	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (variant & more[i].bit && used < n)
			used += (size_t)snprintf(s + used, n - used, "+%s", more[i].name);
}

unsigned
profrawversion(unsigned major)
{
	unsigned raw = 0;

	for (unsigned i = 0; i < NRELEASE; i++)
		if (strtoul(releases[i].llvm, NULL, 10) == major)
			raw = releases[i].raw;
	return raw;
}

void
profrawreaders(unsigned version, char *s, size_t n)
{
	const char *first = NULL, *last = NULL;

	for (unsigned i = 0; version && i < NRELEASE; i++) {
		if (releases[i].raw != version)
			continue;
		if (!first)
			first = releases[i].llvm;
		last = releases[i].llvm;
	}
	if (!first)
		snprintf(s, n, "%s", "");
	else if (first == last)
		snprintf(s, n, "LLVM %s", first);
	else
		snprintf(s, n, "LLVM %s to %s", first, last);
}

void
profindexedreaders(unsigned version, char *s, size_t n)
{
	snprintf(s, n, "%s", "");
	for (unsigned i = 0; i < NRELEASE; i++)
		if (releases[i].indexed >= version) {
			snprintf(s, n, "LLVM %s or later", releases[i].llvm);
			return;
		}
}
