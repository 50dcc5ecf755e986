#include <stdio.h>

#include "profraw/diag.h"
#include "profraw/layout.h"

/* What else is found under the name of a profile, by its first bytes. */
static const struct {
	const char *magic;
	unsigned char n;
	const char *what;
	const char *next;
} known[] = {
	{"\xfflprofi\x81", 8, "an indexed profile (.profdata), which is merged already",
		"use it with -fprofile-use, or merge it with others"},
	{"\x81rforpm\xff", 8, "a raw memory profile (memprof)",
		"merge it with llvm-profdata and --profiled-binary"},
	{"adcg", 4, "a counter file of GCC (.gcda)", "use it with gcc -fprofile-use"},
	{"gcda", 4, "a counter file of GCC (.gcda), big-endian", "use it with gcc -fprofile-use"},
	{"oncg", 4, "a graph file of GCC (.gcno)", "it has no counts; collect with clang"},
	{"\xff\x32\x34\x46\x4f\x52\x50\x53", 8, "a sample profile (AutoFDO, binary)",
		"use it with -fprofile-sample-use"},
	{"PERFILE2", 8, "a recording of perf", "convert it with llvm-profgen or perf2bolt"},
	{"\x7f\x45LF", 4, "an ELF file", "run it to get a profile"},
	{"\x1f\x8b", 2, "compressed by gzip", "decompress it"},
	{"\x28\xb5\x2f\xfd", 4, "compressed by zstd", "decompress it"},
	{"\xfd\x37zXZ", 5, "compressed by xz", "decompress it"},
	{"PK\x03\x04", 4, "a zip archive", "unpack it"},
	{"boltedcollection", 16, "a BOLT profile (.fdata)", "merge it with merge-fdata"},
	{"no_lbr", 6, "a BOLT profile (.fdata)", "merge it with merge-fdata"},
	{"---\nheader:", 11, "a BOLT profile (YAML)", "give it to llvm-bolt"},
};

/* In both byte orders and pointer sizes, most significant byte first or last. */
static const unsigned char magics[4][8] = {
	{0x81, 'r', 'f', 'o', 'r', 'p', 'l', 0xff},
	{0x81, 'R', 'f', 'o', 'r', 'p', 'l', 0xff},
	{0xff, 'l', 'p', 'r', 'o', 'f', 'r', 0x81},
	{0xff, 'l', 'p', 'r', 'o', 'f', 'R', 0x81},
};

static int
foreign(struct profdiag *d, const char *what, const char *next)
{
	profbad(d, PROFRAW_FOREIGN, "header", 0, "this is %s", what);
	d->next = next;
	return -1;
}

static bool
text(const unsigned char *p, uint64_t n)
{
	for (uint64_t i = 0; i < n && i < 64; i++)
		if ((p[i] < ' ' || p[i] > '~') && p[i] != '\n' && p[i] != '\t' && p[i] != '\r')
			return false;
	return true;
}

/* A .fdata line: `1 main 2f 0 [unknown] 0 0 12`, is-symbol flag and name first. */
static bool
fdata(const unsigned char *p, uint64_t n)
{
	return n > 2 && p[0] >= '0' && p[0] <= '6' && p[1] == ' ';
}

/* How many bits of the first eight bytes differ from the magic that is nearest. */
static int
distance(const unsigned char *p)
{
	int best = 64;

	for (unsigned i = 0; i < 4; i++) {
		uint64_t a, b;
		int bits;

		memcpy(&a, p, 8);
		memcpy(&b, magics[i], 8);
		bits = __builtin_popcountll(a ^ b);
		best = bits < best ? bits : best;
	}
	return best;
}

int
profforeign(const unsigned char *p, uint64_t n, struct profdiag *d)
{
	if (!n)
		return profbad(d, PROFRAW_EMPTY, "header", 0, "0 bytes");
	for (unsigned i = 0; n < 8 && i < 4; i++)
		if (!memcmp(p, magics[i], n))
			return profbad(d, PROFRAW_TRUNCATED, "header", 0,
				"16 bytes are needed, %llu are left", (unsigned long long)n);
	if (profzeros(p, n))
		return profbad(d, PROFRAW_CORRUPT, "header", 0,
			"%llu bytes, all 0: the file system lost what was written",
			(unsigned long long)n);
	if (n >= 16 && !memcmp(p, known[0].magic, 8)) {
		unsigned version = p[8];
		char by[64];

		profindexedreaders(version, by, sizeof(by));
		profbad(d, PROFRAW_FOREIGN, "header", 0, "this is %s; version %u%s%s",
			known[0].what, version, *by ? ", read by " : "", by);
		d->next = known[0].next;
		return -1;
	}
	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (n >= known[i].n && !memcmp(p, known[i].magic, known[i].n))
			return foreign(d, known[i].what, known[i].next);
	if (n >= 8 && distance(p) <= 4)
		return profbad(d, PROFRAW_CORRUPT, "header", 0,
			"%d of the 64 bits of the magic are wrong", distance(p));
	if (text(p, n))
		return fdata(p, n) ? foreign(d, "text, by its looks a BOLT profile (.fdata)",
					     "merge it with merge-fdata")
				   : foreign(d, "text",
					     "if it is a profile of LLVM in text form, "
					     "llvm-profdata merge reads it");
	return foreign(d, "not a profile of LLVM", "look for what wrote it");
}
