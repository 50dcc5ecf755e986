/*
 * Every damage that the structure of a raw profile shows, one at a time: what it is found to be,
 * and where. llvm-profdata 22 reads over those that are marked "read over" without a word, or
 * crashes.
 */
#include "expect.h"
#include "profgen.h"
#include "profraw/layout.h"
#include "profraw/reader.h"

static struct buf good; /* version 10, 64-bit, little-endian, all sections */
static struct profraw pr;

/* A changed copy of the good profile must be found to be this. */
static void
is(const char *what, const struct buf *b, enum profclass class, const char *section,
	const char *says)
{
	struct proffile f = checked(b);
	const char *found = finding(&f);
	const struct profnote *n = profisbad(&f) ? &f.d.bad : &f.d.warn[0];

	expect(f.d.class == class && n->section && !strcmp(n->section, section) &&
			strstr(n->what, says),
		"%s: expected %s: %s: ...%s..., is %s", what, profclassname(class), section, says,
		found);
	if (profisbad(&f))
		expect(f.d.next != NULL, "%s: no advice", what);
}

/* size bytes at off become x. */
static struct buf
poke(uint64_t off, unsigned size, uint64_t x)
{
	struct buf b = {0};

	bufadd(&b, good.p, good.n);
	memcpy(b.p + off, &x, size);
	return b;
}

static uint64_t
peek(uint64_t off, unsigned size)
{
	uint64_t x = 0;

	memcpy(&x, good.p + off, size);
	return x;
}

static void
set(const char *what, uint64_t off, unsigned size, uint64_t x, const char *section,
	const char *says)
{
	struct buf b = poke(off, size, x);

	is(what, &b, PROFRAW_CORRUPT, section, says);
	bufrelease(&b);
}

/* x is added instead. */
static void
add(const char *what, uint64_t off, unsigned size, uint64_t x, const char *section,
	const char *says)
{
	set(what, off, size, peek(off, size) + x, section, says);
}

/* A good profile with a warning. */
static void
odd(const char *what, uint64_t off, unsigned size, uint64_t x, const char *section,
	const char *says)
{
	struct buf b = poke(off, size, x);

	is(what, &b, PROFRAW_OK, section, says);
	bufrelease(&b);
}

static void
testheader(void)
{
	uint64_t word = peek(8, 8);
	struct buf b;

	set("magic, one bit", 3, 1, 'n', "header", "1 of the 64 bits of the magic are wrong");
	b = (struct buf){0};
	bufadd(&b, (const char[64]){0}, 64);
	is("zeros only", &b, PROFRAW_CORRUPT, "header", "64 bytes, all 0");
	bufrelease(&b);
	b = poke(8, 1, 11);
	is("version + 1", &b, PROFRAW_FOREIGN, "header", "raw profile version 11 of LLVM 23");
	bufrelease(&b);
	b = poke(8, 4, 0x10a);
	is("version, bit 8", &b, PROFRAW_FOREIGN, "header",
		"raw profile version 266, which no LLVM release has");
	bufrelease(&b);
	set("version - 1", 8, 1, 9, "header", "the last value kind is");
	for (unsigned bit = 32; bit < 55; bit++)
		set("a reserved variant bit, read over", 8, 8, word | 1ULL << bit, "header",
			"are set by no LLVM release that writes raw profile version 10");
	odd("IR bit lost, read over", 8, 8, word & ~PROFRAW_IR, "data records",
		"which the front end does not make");
	set("CSIR without IR, read over", 8, 8, (word & ~PROFRAW_IR) | PROFRAW_CSIR, "header",
		"variant bits 0x200000000000000 need the IR bit");
	set("correlation bit, read over", 8, 8, word | PROFRAW_CORRELATE, "header",
		"but they are here");
	set("entry only, read over", 8, 8, word | PROFRAW_ENTRY_ONLY, "header",
		"needs bit 60 (byte counters)");
	set("memprof bit, read over", 8, 8, word | 1ULL << 62, "header",
		"variant bits 0x4000000000000000 are set by no LLVM release");
	set("temporal bit, read over", 8, 8, word | PROFRAW_TEMPORAL, "data records",
		"record 0 has no room for a timestamp");
	set("byte bit", 8, 8, word | PROFRAW_BYTE, "padding after names", "are not all 0");
	add("size of binary ids + 8", 16, 8, 8, "binary ids", "an id of");
	add("size of binary ids + 1", 16, 8, 1, "binary ids", "are not a multiple of 8");
	add("size of binary ids - 8", 16, 8, (uint64_t)-8, "binary ids", "an id of 20 bytes");
	add("records + 1", 24, 8, 1, "padding after names", "are not all 0");
	add("padding before counters + 1", 32, 8, 1, "padding before counters", "are not all 0");
	add("counters + 1", 40, 8, 1, "padding before names", "are not all 0");
	add("bitmap + 8", 56, 8, 8, "padding before names", "are not all 0");
	add("names + 8", 72, 8, 8, "padding after names", "are not all 0");
	add("delta of counters + 1", 80, 8, 1, "data records", "record 0 has 1 counters at -1");
	add("delta of counters - 8", 80, 8, (uint64_t)-8, "data records", "of a section of");
	add("delta of bitmap + 1", 88, 8, 1, "data records", "at -1 of a bitmap");
	set("2^63 vtables, read over", 104, 8, 1ULL << 63, "vtables", "cannot be");
	add("last value kind, read over", 120, 8, 1, "header", "the last value kind is 3");
	b = poke(24, 8, 1ULL << 40);
	is("2^40 records", &b, PROFRAW_TRUNCATED, "data records", "bytes are needed");
	bufrelease(&b);
	set("2^60 records", 24, 8, 1ULL << 60, "data records", "cannot be");
	set("binary id of 0 bytes", pr.ids.off, 8, 0, "binary ids", "an id has 0 bytes");
	set("binary id of 2^64-1 bytes", pr.ids.off, 8, UINT64_MAX, "binary ids", "an id of");
	set("padding of a binary id, read over", pr.ids.off + 28, 1, 1, "binary ids",
		"the padding of an id is not all 0");
}

static void
testrecords(void)
{
	uint64_t r = pr.data.off + 64; /* record 1: 2 counters, no sites */

	set("function hash of ones, llvm-profdata crashes", r + 8, 8, UINT64_MAX, "data records",
		"record 1 has the function hash 0xffffffffffffffff, which stands for none");
	set("the other such hash", r + 8, 8, UINT64_MAX - 1, "data records", "stands for none");
	set("name hash, read over", r, 1, peek(r, 1) ^ 1, "data records", "no name has the hash");
	add("counters - 1, read over", r + 16, 8, (uint64_t)-1, "data records",
		"the counters of record 1 lie across those of record 0");
	add("counters + 8", r + 16, 8, 8, "data records",
		"the counters of records 1 and 2 overlap");
	add("counters far off", r + 16, 8, 1ULL << 40, "data records",
		"record 1 has 2 counters at");
	set("no counters", r + 48, 4, 0, "data records", "record 1 has no counters");
	add("one counter more", r + 48, 4, 1, "data records",
		"the counters of records 1 and 2 overlap");
	odd("one counter less, read over", r + 48, 4, 1, "counters",
		"1 of them belong to no record");
	odd("counters of another record, read over", r + 16, 8,
		peek(r + (uint64_t)16 + (uint64_t)3 * 64, 8) + (uint64_t)3 * 64, "data records",
		"records 1 and 4 share their counters");
	set("bitmap, too many bytes", r + 60, 4, 1 << 20, "data records", "of a bitmap of");
	add("bitmap, one byte more, read over", r + 60, 4, 1, "data records",
		"the bitmap of records 1 and 2 overlap");
	set("hole in a record, read over", r + 58, 1, 1, "data records",
		"the padding of record 1 is not all 0");
	set("a value site more, read over", r + 52, 2, 1, "value data", "");
	set("a value site less, read over", r - 64 + 54, 2, 1, "value data",
		"2 sites of kind 1, the record has 1");
}

/* A profile of another kind with one byte changed. */
static void
traits(const char *what, uint64_t variant, uint64_t off, unsigned char x, enum profclass class,
	const char *section, const char *says)
{
	const struct gen g = {.version = 10, .nfn = 4, .variant = variant};
	struct buf b = {0};
	struct proffile f;

	gen(&g, &b);
	f = checked(&b);
	expect(f.d.class == PROFRAW_OK && !f.d.nwarn, "%s: before it is %s", what, finding(&f));
	b.p[off] = (char)x;
	is(what, &b, class, section, says);
	bufrelease(&b);
}

/* What compilers always make so: header 128 bytes, binary id 32, 4 records of 64, counters. */
static void
testtraits(void)
{
	const uint64_t r = 128 + 32 + 64, ctr = 128 + 32 + 4 * 64, byte = PROFRAW_IR | PROFRAW_BYTE;

	traits("a byte counter of 1, read over", byte, ctr, 1, PROFRAW_CORRUPT, "counters",
		"a byte counter is 0x01, neither 0 (covered) nor 0xff");
	traits("a byte counter of 0xfe, read over", PROFRAW_BYTE, ctr + 6, 0xfe, PROFRAW_CORRUPT,
		"counters", "a byte counter is 0xfe");
	traits("a byte counter less, read over", byte, r + 48, 1, PROFRAW_OK, "counters",
		"1 of them belong to no record");
	traits("entry only, read over", byte, 15, 0x31, PROFRAW_CORRUPT, "data records",
		"record 1 has 2 counters, variant bit 61 (entry only) allows one");
	traits("bit 62 of a hash, read over", PROFRAW_IR, r + 15, 0x40, PROFRAW_OK, "data records",
		"1 function hashes have one of the bits 61 to 63");
	traits("CSIR gained, read over", PROFRAW_IR, 15, 3, PROFRAW_OK, "header",
		"the CSIR bit (57) is set, but no function hash is context-sensitive");
	traits("CSIR lost, read over", PROFRAW_IR | PROFRAW_CSIR, 15, 1, PROFRAW_OK, "data records",
		"4 function hashes are context-sensitive (bit 60), but the CSIR bit");
	traits("values without sites, read over", PROFRAW_IR, r + 40, 8, PROFRAW_OK, "data records",
		"1 records have a pointer to values, but no value sites");
	traits("a bitmap out of nothing, read over", PROFRAW_IR, r + 24, 8, PROFRAW_OK,
		"data records", "1 records have a pointer to a bitmap, but there is none");
	odd("a byte of bitmap less, read over", pr.data.off + 64 + 60, 4, 1, "bitmap",
		"1 of its bytes belong to no record");
	set("padding of a vtable, read over", pr.vtab.off + 20, 1, 1, "vtables",
		"the padding of vtable 0 is not all 0");
	odd("a vtable at an odd address, read over", pr.vtab.off + 8, 1, 1, "vtables",
		"40 bytes at address 0x700001 are no vtable");
	odd("a vtable of no bytes, read over", pr.vtab.off + 16, 4, 0, "vtables",
		"0 bytes at address 0x700000 are no vtable");
	odd("a target twice, read over", pr.values.off + 8 + 16 + 16, 8, genaddress(0),
		"value data", "address 0x400000 is there twice at one site");
}

/*
 * Versions know different variant bits: LLVM 14 to 16 take those that came later for another
 * version, or read the counters without them.
 */
static void
testvariants(void)
{
	static const struct {
		unsigned version;
		uint64_t bits; /* that are not known */
	} v[] = {{7, 0xf8800000ULL << 32}, {8, 0x40800000ULL << 32}, {9, 0x40800000ULL << 32},
		{10, 0x40000000ULL << 32}};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		for (unsigned bit = 32; bit < 64; bit++) {
			struct gen g = {.version = v[i].version, .nfn = 4, .variant = PROFRAW_IR};
			struct buf b = {0};
			struct proffile f;
			bool known = bit >= 55 && !(v[i].bits >> bit & 1), told;

			gen(&g, &b);
			b.p[8 + bit / 8] |= (char)(1u << bit % 8);
			f = checked(&b);
			told = f.d.class == PROFRAW_CORRUPT &&
			       strstr(f.d.bad.what, "are set by no LLVM release");
			expect(told != known, "version %u, variant bit %u: %s", v[i].version, bit,
				finding(&f));
			bufrelease(&b);
		}
}

/* Every bit of the addresses in the header: llvm-profdata calculates in 64 bits, whatever the
 * profile. */
static void
testdeltas(void)
{
	static const struct {
		unsigned version;
		uint64_t off[3];
	} v[] = {{7, {64, 0, 72}}, {8, {64, 0, 72}}, {9, {80, 88, 96}}, {10, {80, 88, 96}}};
	static const char *const of[] = {"counters", "bitmap", "names"};

	for (size_t i = 0; i < 2 * sizeof(v) / sizeof(v[0]); i++) {
		const uint64_t *off = v[i / 2].off;
		struct gen g = {.version = v[i / 2].version,
			.nfn = 4,
			.narrow = true,
			.bitmap = off[1],
			.ahead = i & 1};
		struct buf b = {0};
		struct proffile f;

		gen(&g, &b);
		f = checked(&b);
		expect(f.d.class == PROFRAW_OK && !f.d.nwarn, "32 bits: %s", finding(&f));
		for (unsigned k = 0; k < 3; k++)
			for (unsigned bit = 0; off[k] && bit < 64; bit++) {
				char want[64];

				/* No reader uses the address of the names. */
				if (k == 2 && bit < 32)
					continue;
				snprintf(want, sizeof(want), "the address of the %s is 0x", of[k]);
				b.p[off[k] + bit / 8] ^= (char)(1u << bit % 8);
				is(of[k], &b, PROFRAW_CORRUPT, bit < 32 ? "data records" : "header",
					bit < 32 ? "record " : want);
				b.p[off[k] + bit / 8] ^= (char)(1u << bit % 8);
			}
		bufrelease(&b);
	}
}

/* Two profiles in one file that the old runtimes do not pad: the advice names the cause. */
static void
testalignment(void)
{
	struct gen g = {.version = 7, .nfn = 3, .variant = PROFRAW_IR};
	struct buf b = {0};
	struct proffile f;

	gen(&g, &b);
	gen(&g, &b);
	f = checked(&b);
	expect(f.d.class == PROFRAW_CORRUPT && strstr(f.d.next, "--build-id=none"), "version 7: %s",
		f.d.next);
	b.n = 0;
	g = (struct gen){.version = 8, .nfn = 3, .variant = PROFRAW_IR | PROFRAW_BYTE};
	gen(&g, &b);
	gen(&g, &b);
	f = checked(&b);
	expect(f.d.class == PROFRAW_CORRUPT && strstr(f.d.next, "do not pad byte counters"),
		"version 8: %s", f.d.next);
	bufrelease(&b);
}

static void
testcounters(void)
{
	struct buf b = poke(pr.ctr.off + 8, 8, PROFRAW_MAXCOUNT);
	struct proffile f = checked(&b);

	expect(f.d.class == PROFRAW_OK, "a counter of 2^56 is %s", finding(&f));
	bufrelease(&b);
	set("a counter of 2^56 + 1", pr.ctr.off + 8, 8, PROFRAW_MAXCOUNT + 1, "counters",
		"a counter of 72057594037927937 is too large to be true");
	set("a pseudo count", pr.ctr.off, 8, UINT64_MAX, "counters", "too large to be true");
}

static void
testnames(void)
{
	/* ULEB128 size (two bytes), compressed size (one), zlib stream. */
	uint64_t n = pr.names.off;
	unsigned char zsize = (unsigned char)good.p[n + 1];
	struct buf b;

	set("zlib stream", n + 10, 1, peek(n + 10, 1) ^ 0xff, "names", "cannot be decompressed");
	set("adler32", n + 2 + zsize - 1, 1, peek(n + 2 + zsize - 1, 1) ^ 1, "names",
		"cannot be decompressed (incorrect data check)");
	add("size + 1, read over", n, 1, 1, "names", "bytes, not");
	add("size - 1", n, 1, (uint64_t)-1, "names", "the names have 87 bytes, not 86");
	add("compressed size + 1, read over", n + 1, 1, 1, "names", "the section has");
	add("compressed size - 1", n + 1, 1, (uint64_t)-1, "names", "they end too early");
	set("not compressed, llvm-profdata crashes", n + 1, 1, 0, "names", "the section has");
	set("a size without end", n, 8, UINT64_MAX, "names", "");
	set("padding after names, read over", n + pr.names.size, 1, 1, "padding after names",
		"padding are not all 0");
	set("vtable name, hash, read over", pr.vtab.off, 1, peek(pr.vtab.off, 1) ^ 1, "vtables",
		"no name has the hash");
	b = poke(n, 0, 0);
	memset(b.p + n, 0, pr.names.size);
	is("no names at all", &b, PROFRAW_CORRUPT, "data records", "no name has the hash");
	bufrelease(&b);
}

static void
testvalues(void)
{
	/*
	 * Record 0: size, 3 kinds; kind 0, 1 site, counts {2}, 2 pairs; kind 1, 2 sites, {2, 2},
	 * 4 pairs; kind 2, 1 site, {1}, 1 pair.
	 */
	uint64_t v = pr.values.off, k0 = v + 8, k1 = k0 + 16 + 32, k2 = k1 + 16 + 64;

	add("size + 8", v, 4, 8, "value data", "left over");
	add("size - 8", v, 4, (uint64_t)-8, "value data", "");
	add("size + 1", v, 4, 1, "value data", "no multiple of 8");
	set("size 0", v, 4, 0, "value data", "no multiple of 8");
	set("a kind less, read over", v + 4, 4, 2, "value data",
		"2 kinds of values, the record has sites of 3");
	set("a kind more", v + 4, 4, 4, "value data", "4 kinds of values");
	set("kind 3", k2, 4, 3, "value data", "value kind 3, the last is 2");
	set("kind 0 twice, read over", k1, 4, 0, "value data", "value kind 0 behind kind 0");
	set("kinds not in order, read over", k0, 4, 1, "value data",
		"1 sites of kind 1, the record has 2");
	set("a site more, read over", k0 + 4, 4, 2, "value data", "the record has 1");
	add("a value more, read over", k0 + 8, 1, 1, "value data", "");
	add("a value less", k0 + 8, 1, (uint64_t)-1, "value data", "");
	set("values of the next function", k2 + 8, 1, 2, "value data", "2 values need 32 bytes");
	set("padding of counts, read over", k0 + 9, 1, 1, "value data",
		"the padding of value kind 0 is not all 0");
	set("a size that is none", k1 + 16, 8, 514, "value data",
		"514 stands for no class of sizes");
	set("a size twice", k1 + 16, 8, 513, "value data", "size 513 is there twice");
	for (unsigned size = 0; size <= 600; size++) {
		struct buf b = poke(k1 + 16, 8, size);
		struct proffile f = checked(&b);
		bool power = size && !(size & (size - 1)),
		     behind = size > 1 && !((size - 1) & (size - 2));
		bool fine = size <= 8 || (size <= 512 && power) || (size < 513 && behind);

		expect((f.d.class == PROFRAW_OK) == fine, "size %u is %s", size, finding(&f));
		bufrelease(&b);
	}
}

/* Names that say they are long, or that are: 64 MB of one letter, and of names of one letter. */
static void
testbombs(void)
{
	static const char *const texts[] = {"a", "a\1"};

	for (unsigned k = 0; k < 2; k++) {
		size_t n = 64 << 20, want = strlen(texts[k]);
		unsigned char header[PROFRAW_MAXHEADER];
		struct buf b = {0}, text = {0};
		struct gen g = {.version = 10};
		struct genout o = {&b, &g};
		uLongf zn = compressBound(n);
		uint64_t sizes[2] = {n, 0};

		bufroom(&text, n + zn);
		for (size_t i = 0; i < n; i++)
			text.p[i] = texts[k][i % want];
		if (compress2((Bytef *)text.p + n, &zn, (const Bytef *)text.p, n, 9) != Z_OK)
			fatal("compress a bomb");
		sizes[1] = zn;
		bufadd(&b, header, profrawheader(10, header));
		for (unsigned i = 0; i < 2; i++)
			for (uint64_t x = sizes[i]; x; x >>= 7)
				put(&o, (x & 0x7f) | (x > 0x7f ? 0x80 : 0), 1);
		bufadd(&b, text.p + n, zn);
		zn = b.n - 128;
		memcpy(b.p + 72, &(uint64_t){zn}, 8);
		align(&o, 0, 8);
		is("a bomb", &b, PROFRAW_CORRUPT, "names", "more than names can be compressed");
		/* It says less than it is. */
		memcpy(b.p + 128, "\xff\xff\x03", 4);
		is("a bomb in disguise", &b, PROFRAW_CORRUPT, "names", "");
		bufrelease(&text);
		bufrelease(&b);
	}
}

/* Behind a profile. */
static void
testnext(void)
{
	struct gen g = {.version = 9, .nfn = 2, .variant = PROFRAW_IR};
	struct buf b = poke(0, 0, 0);
	struct proffile f;

	for (unsigned i = 0; i < 40; i++) {
		bufadd(&b, "", 1);
		f = checked(&b);
		expect(f.d.class == PROFRAW_OK, "%u zeros behind are %s", i + 1, finding(&f));
	}
	bufadd(&b, good.p, good.n);
	f = checked(&b);
	expect(f.d.class == PROFRAW_OK && f.profiles == 2, "zeros between are %s", finding(&f));
	bufadd(&b, "    ", 4);
	bufadd(&b, good.p, good.n);
	is("4 bytes between", &b, PROFRAW_CORRUPT, "header", "its magic is wrong");
	b.n = good.n;
	bufadd(&b, "\0\0\0", 4);
	bufadd(&b, good.p, good.n);
	is("4 zeros between", &b, PROFRAW_CORRUPT, "next profile",
		"does not start at a multiple of 8 bytes");
	b.n = good.n;
	bufadd(&b, "rest", 4);
	is("4 bytes behind", &b, PROFRAW_CORRUPT, "next profile", "4 bytes follow");
	b.n = good.n;
	bufadd(&b, good.p, good.n / 2);
	is("half a profile behind", &b, PROFRAW_TRUNCATED, "counters", "bytes are needed");
	b.n = good.n;
	gen(&g, &b);
	is("another version behind", &b, PROFRAW_FOREIGN, "header",
		"version 9 behind one of version 10");
	b.n = good.n;
	g = (struct gen){.version = 10, .nfn = 2};
	gen(&g, &b);
	is("front end behind IR, read over", &b, PROFRAW_OK, "header", "made by the front end");
	b.n = good.n;
	g = (struct gen){.version = 10, .nfn = 2, .big = true};
	gen(&g, &b);
	is("another byte order behind", &b, PROFRAW_CORRUPT, "header", "its magic is wrong");
	/* A library without functions in between. */
	b.n = 0;
	g = (struct gen){.version = 10};
	gen(&g, &b);
	bufadd(&b, good.p, good.n);
	gen(&g, &b);
	f = checked(&b);
	expect(f.d.class == PROFRAW_OK && f.profiles == 3, "headers around are %s", finding(&f));
	bufrelease(&b);
}

int
main(void)
{
	const struct gen g = {.version = 10,
		.nfn = 8,
		.sites = true,
		.bitmap = true,
		.vtables = true,
		.variant = PROFRAW_IR};
	struct profdiag d = {0};

	gen(&g, &good);
	profrawinit(&pr, good.p, good.n);
	if (!expect(profrawnext(&pr, &d) == 1, "the good profile: %s", d.bad.what))
		return verdict();
	testheader();
	testrecords();
	testtraits();
	testvariants();
	testdeltas();
	testalignment();
	testcounters();
	testnames();
	testvalues();
	testbombs();
	testnext();
	bufrelease(&good);
	return verdict();
}
