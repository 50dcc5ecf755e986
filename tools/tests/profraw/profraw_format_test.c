/*
 * The parser against profiles of all versions, pointer sizes and byte orders that profgen.h makes:
 * what it reads of them, and that it misses no byte that is cut off.
 */
#include <stdlib.h>

#include "expect.h"
#include "profgen.h"
#include "profraw/names.h"
#include "profraw/reader.h"

static void
testmd5(void)
{
	static const struct {
		const char *text, *hex;
	} known[] = {
		/* RFC 1321, A.5 */
		{"", "d41d8cd98f00b204e9800998ecf8427e"},
		{"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
		{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
			"d174ab98d277d9f5a5611c2c9f419d9f"},
		{"1234567890123456789012345678901234567890123456789012345678901234567890123456789"
		 "0",
			"57edf4a22be3c955ac49da2e2107b67a"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		unsigned char sum[16];
		char hex[33];

		md5(known[i].text, strlen(known[i].text), sum);
		for (unsigned k = 0; k < 16; k++)
			snprintf(hex + 2 * k, 3, "%02x", sum[k]);
		expect(!strcmp(hex, known[i].hex), "md5 of '%s' is %s", known[i].text, hex);
	}
	/* LLVM: the NameRef of main in any profile. */
	expect(md5ref("main", 4) == 0xdb956436e78dd5faULL, "NameRef of main");
}

static const char *
describe(const struct gen *g)
{
	static char s[160];

	snprintf(s, sizeof(s), "version %u, %d bit, %s, variant 0x%llx%s%s%s%s%s%s", g->version,
		g->narrow ? 32 : 64, g->big ? "big-endian" : "little-endian",
		(unsigned long long)g->variant, g->plain ? ", plain" : "",
		g->sites ? ", sites" : "", g->bitmap ? ", bitmap" : "",
		g->vtables ? ", vtables" : "", g->noid ? ", no id" : "", g->ahead ? ", ahead" : "");
	return s;
}

/* What a profile must be read as, calculated from what it was made of. */
static void
testtotals(const struct gen *g, const struct buf *b)
{
	struct proffile f = checked(b);
	uint64_t counters = 0, hit = 0, sum = 0, functions = 0, sites = 0;
	bool byte = g->variant >> 60 & 1;

	for (unsigned i = 0; i < g->nfn; i++) {
		uint64_t stamp = g->variant >> 63 ? byte ? 8 : 1 : 0;

		counters += genctrs(g, i) - stamp;
		functions += !g->zero && i % 4 != 3;
		for (unsigned k = 0; k < 3; k++)
			sites += k < (g->version >= 10 ? 3u : 2u) ? gennsites(g, i, k) : 0;
		for (uint64_t j = stamp; j < genctrs(g, i); j++) {
			bool ran = !g->zero && i % 4 != 3 && (!byte || j % 2 == 0);

			hit += ran;
			sum += !ran ? 0 : byte ? 1 : 10 * i + j + 1;
		}
	}
	expect(f.d.class == PROFRAW_OK && !f.d.nwarn, "%s is %s", describe(g), finding(&f));
	expect(f.known && f.version == g->version && f.variant == g->variant && f.profiles == 1,
		"%s: version word", describe(g));
	expect(f.functions == g->nfn && f.functions_hit == functions,
		"%s: %llu functions, %llu hit", describe(g), (unsigned long long)f.functions,
		(unsigned long long)f.functions_hit);
	expect(f.count.n == counters && f.count.hit == hit && f.count.sum == sum,
		"%s: %llu counters, %llu hit, sum %llu", describe(g), (unsigned long long)f.count.n,
		(unsigned long long)f.count.hit, (unsigned long long)f.count.sum);
	expect(f.sites == sites, "%s: %llu sites", describe(g), (unsigned long long)f.sites);
}

/*
 * No prefix passes, and each says in which section it ends; but a file cut where its value data
 * starts is as continuous mode leaves it.
 */
static void
testprefixes(const struct gen *g, const struct buf *b)
{
	struct profraw pr;
	struct profdiag d = {0};

	profrawinit(&pr, b->p, b->n);
	profrawnext(&pr, &d);
	for (size_t n = 0; n < b->n; n++) {
		/* In memory of its own, so that a sanitizer sees what is read behind it. */
		struct buf cut = {0};
		struct proffile f;
		enum profclass want = !n ? PROFRAW_EMPTY : PROFRAW_TRUNCATED;
		const struct profsect *s[] = {&pr.header, &pr.ids, &pr.data, &pr.ctr, &pr.bitmap,
			&pr.names, &pr.vtab, &pr.vnames, &pr.values};
		const char *names[] = {"header", "binary ids", "data records", "counters", "bitmap",
			"names", "vtables", "vtable names", "value data"};
		const char *section = NULL;

		bufadd(&cut, b->p, n);
		cut.p = realloc(cut.p, n ? n : 1);
		f = checked(&cut);
		for (unsigned i = 0; i < sizeof(s) / sizeof(s[0]); i++)
			if (n >= s[i]->off && n < s[i]->off + s[i]->size)
				section = names[i];
		if (g->sites && n == pr.values.off)
			want = PROFRAW_REPAIRABLE;
		expect(f.d.class == want &&
				(want == PROFRAW_REPAIRABLE ||
					(section ? !strcmp(f.d.bad.section, section)
						 : !strncmp(f.d.bad.section, "padding", 7))),
			"%s, cut at %zu, in %s, is %s", describe(g), n,
			section ? section : "padding", finding(&f));
		bufrelease(&cut);
	}
}

static void
testmatrix(void)
{
	static const uint64_t variants[] = {0, PROFRAW_IR, PROFRAW_IR | PROFRAW_CSIR,
		PROFRAW_IR | PROFRAW_BYTE, PROFRAW_IR | PROFRAW_BYTE | PROFRAW_ENTRY_ONLY,
		PROFRAW_IR | PROFRAW_TEMPORAL, PROFRAW_IR | PROFRAW_TEMPORAL | PROFRAW_BYTE,
		PROFRAW_IR | PROFRAW_INSTR_ENTRY, PROFRAW_BYTE};

	for (unsigned version = 7; version <= 10; version++)
		for (unsigned bits = 0; bits < 16; bits++)
			for (size_t v = 0; v < sizeof(variants) / sizeof(variants[0]); v++) {
				struct gen g = {.version = version,
					.nfn = 6,
					.narrow = bits & 1,
					.big = bits & 2,
					.plain = bits & 4,
					.noid = bits & 8,
					.aslr = bits & 8 ? 0x12345000 : 0,
					.variant = variants[v]};
				struct buf b = {0};

				/* LLVM 14 brought what version 7 has not. */
				if (version == 7 && g.variant >> 59)
					continue;
				g.sites = g.variant & PROFRAW_IR && bits & 4;
				g.bitmap = version >= 9 && !(g.variant & PROFRAW_IR);
				g.vtables = version == 10 && g.sites;
				/* The compiler's counters are 8 bytes long when it says nothing. */
				gen(&g, &b);
				testtotals(&g, &b);
				if (bits != 1 && bits != 2)
					testprefixes(&g, &b);
				bufrelease(&b);
			}
}

/* Where counters are: in front of the records or behind them, with addresses that are cut. */
static void
testaddresses(void)
{
	for (unsigned bits = 0; bits < 16; bits++) {
		struct gen g = {.version = bits & 8 ? 7 : 10,
			.nfn = 9,
			.narrow = bits & 1,
			.ahead = bits & 2,
			.win = bits & 4 && !(bits & 9),
			.variant = PROFRAW_IR};
		struct proffile f;
		struct buf b = {0};

		gen(&g, &b);
		f = checked(&b);
		expect(f.d.class == PROFRAW_OK && !f.d.nwarn && f.functions_hit == 7 &&
				f.count.sum == 636,
			"%s%s is %s, sum %llu", describe(&g), g.win ? ", cut" : "", finding(&f),
			(unsigned long long)f.count.sum);
		bufrelease(&b);
	}
}

/* Names and value data as the tools that add profiles up will read them. */
static void
testaccess(void)
{
	const struct gen g = {
		.version = 10, .nfn = 7, .sites = true, .vtables = true, .variant = PROFRAW_IR};
	struct profnames names = {0};
	struct profdiag d = {0};
	struct buf b = {0};
	struct profraw pr;
	uint64_t off, len = 0;
	const unsigned char *id;

	gen(&g, &b);
	profrawinit(&pr, b.p, b.n);
	expect(profrawnext(&pr, &d) == 1 && !profnamesread(&names, &pr, &d), "%s", d.bad.what);
	off = pr.values.off;
	for (uint64_t i = 0; i < pr.nrec; i++) {
		struct profrec r = profrawrec(&pr, i);
		struct profvalues v;
		size_t n = 0;
		const char *name = profnamesfind(&names, r.nameref, &n);
		char want[32];

		snprintf(want, sizeof(want), "function_%llu", (unsigned long long)i);
		expect(name && n == strlen(want) && !memcmp(name, want, n), "name of %s", want);
		expect(r.fn == genaddress((unsigned)i), "address of %s", want);
		expect(!profrawvalues(&pr, &r, off, &v, &d), "values of %s", want);
		off = v.end;
		if (i % 3)
			continue;
		expect(v.kind[0].nsites == 1 && v.kind[0].npairs == 2 && v.kind[0].count[0] == 2 &&
				profraw64(&pr, v.kind[0].pairs + 16) == genaddress(1) &&
				profraw64(&pr, v.kind[0].pairs + 24) == 9 + i,
			"calls of %s", want);
		expect(v.kind[1].nsites == 2 && v.kind[1].npairs == 4, "sizes of %s", want);
		expect(v.kind[2].nsites == 1 && v.kind[2].npairs == 1, "vtables of %s", want);
	}
	expect(off == b.n && pr.end == b.n, "end of the values");
	expect(!profnamesfind(&names, 1, &(size_t){0}), "a name that is not there");
	id = profrawid(&pr, 0, &len);
	expect(id && len == 20 && id[0] == 0xab && !profrawid(&pr, 1, &len), "binary id");
	expect(!profrawnext(&pr, &d), "one profile");
	profnamesrelease(&names);
	bufrelease(&b);
}

/* Distinct functions over many profiles: two runs, another build, and a file of no use. */
static void
testunion(void)
{
	struct gen g = {.version = 10, .nfn = 8, .variant = PROFRAW_IR};
	struct proftotal t = {0};
	struct proffile f;
	struct buf b = {0};

	for (unsigned i = 0; i < 4; i++) {
		g.aslr = 4096 * i;
		g.zero = i == 3;
		b.n = 0;
		gen(&g, &b);
		gen(&g, &b);
		profcheck(b.p, b.n, &f, &t);
		bufrelease(&f.ids);
	}
	expect(t.modules.nmodule == 1 && t.modules.nfn == 8 && t.modules.nhit == 6 &&
			t.profiles == 8 && t.class[PROFRAW_OK] == 3 && t.class[PROFRAW_ZERO] == 1,
		"one module");
	g.hash = 1;
	b.n = 0;
	gen(&g, &b);
	profcheck(b.p, b.n, &f, &t);
	bufrelease(&f.ids);
	expect(t.modules.nmodule == 2 && t.modules.nfn == 16 && t.modules.nhit == 6, "two modules");
	g.hash = 2;
	gen(&g, &b);
	profcheck(b.p, b.n - 8, &f, &t);
	bufrelease(&f.ids);
	expect(profisbad(&f) && t.modules.nmodule == 2 && t.modules.nfn == 16,
		"a bad file adds nothing");
	proftotalrelease(&t);
	bufrelease(&b);
}

/* The empty profiles by which tools are asked what they read. */
static void
testheaders(void)
{
	static const size_t sizes[] = {0, 0, 0, 0, 64, 80, 88, 88, 88, 112, 128, 152, 0};
	unsigned char p[PROFRAW_MAXHEADER];
	char by[64];

	for (unsigned v = 0; v < sizeof(sizes) / sizeof(sizes[0]); v++) {
		struct buf b = {0};
		struct proffile f;

		if (!expect(profrawheader(v, p) == sizes[v], "header of version %u", v) ||
			!sizes[v])
			continue;
		bufadd(&b, p, sizes[v]);
		f = checked(&b);
		expect(f.d.class == (v >= 7 && v <= 10 ? PROFRAW_HEADER_ONLY : PROFRAW_FOREIGN) &&
				f.version == v,
			"a header of version %u is %s", v, finding(&f));
		bufrelease(&b);
	}
	profrawreaders(8, by, sizeof(by));
	expect(!strcmp(by, "LLVM 14 to 17"), "readers of 8: %s", by);
	profrawreaders(9, by, sizeof(by));
	expect(!strcmp(by, "LLVM 18"), "readers of 9: %s", by);
	profrawreaders(6, by, sizeof(by));
	expect(!*by, "readers of 6: %s", by);
	expect(profrawversion(3) == 4 && profrawversion(13) == 7 && profrawversion(22) == 10 &&
			profrawversion(99) == 0,
		"versions of releases");
}

int
main(void)
{
	testmd5();
	testmatrix();
	testaddresses();
	testaccess();
	testunion();
	testheaders();
	return verdict();
}
