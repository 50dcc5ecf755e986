/*
 * What profile-drift counts: sets of functions made by hand, with shares worked out by hand, and
 * profiles of all versions, pointer sizes and byte orders that profgen.h makes.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "check.h"
#include "drift/compare.h"
#include "drift/moved_paths.h"
#include "drift/rust_names.h"
#include "drift/warnings.h"
#include "profraw/format.h"
#include "profraw/layout.h"
#include "profraw/profgen.h"

#define IR (1ULL << 56)

/* A function as driftread() would add it. */
static void
fn(struct driftset *s, const char *name, uint64_t hash, uint64_t count)
{
	struct profnames *t = &s->names;

	s->v = xreallocarray(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n++] = (struct driftfn){.ref = md5ref(name, strlen(name)),
		.hash = hash,
		.count = count,
		.cs = hash >> 60 & 1};
	s->count += count;
	s->variant = s->common = IR;
	t->v = xreallocarray(t->v, t->n + 1, sizeof(*t->v));
	t->v[t->n++] =
		(struct profname){s->v[s->n - 1].ref, (uint32_t)t->text.n, (uint32_t)strlen(name)};
	bufputs(&t->text, name);
}

/* A comparison of two such sets. */
struct both {
	struct driftset old, new;
	struct drift d;
	struct driftmoves m;
};

static void
compare(struct both *b)
{
	driftsort(&b->old);
	driftsort(&b->new);
	driftcompare(&b->d, &b->old, &b->new);
	driftmoves(&b->m, &b->d);
}

static void
release(struct both *b)
{
	driftmovesrelease(&b->m);
	driftrelease(&b->d);
	driftsetrelease(&b->old);
	driftsetrelease(&b->new);
}

static void
teststates(void)
{
	struct both b = {0};
	struct buf name = {0};

	fn(&b.old, "same", 1, 50);
	fn(&b.old, "changed", 2, 30);
	fn(&b.old, "gone", 3, 15);
	fn(&b.old, "never", 4, 0);
	fn(&b.old, "same", 1, 5); /* an inline function of a second module */
	fn(&b.new, "fresh", 1, 7);
	fn(&b.new, "changed", 3, 0);
	fn(&b.new, "changed", 9, 0);
	fn(&b.new, "same", 1, 0);
	compare(&b);
	CHECKINT((long long)b.d.sum[DRIFT_UNCHANGED].count, 55);
	CHECKINT((long long)b.d.sum[DRIFT_UNCHANGED].functions, 1);
	CHECKINT((long long)b.d.sum[DRIFT_CHANGED].count, 30);
	CHECKINT((long long)b.d.sum[DRIFT_GONE].count, 15);
	CHECKINT((long long)b.d.sum[DRIFT_GONE].functions, 2);
	CHECKINT((long long)b.d.sum[DRIFT_GONE].hit, 1);
	CHECKNEAR(driftpercent(&b.d, 55), 55, 1e-12);
	CHECKINT((long long)b.d.nadded, 1);
	CHECKINT((long long)b.d.nlost, 3);
	CHECKSTR(driftname(&b.old, b.d.lost[0].fn, &name), "changed");
	CHECKINT((long long)b.d.lost[0].now, 3);
	CHECKSTR(driftname(&b.old, b.d.lost[1].fn, &name), "gone");
	CHECKINT((long long)b.m.n, 0);
	CHECKINT((long long)b.d.ambiguous.functions, 0);
	bufrelease(&name);
	release(&b);
}

/* One name, several hashes: each for itself. */
static void
testduplicates(void)
{
	struct both b = {0};
	struct driftcaveats c = {0};

	fn(&b.old, "util.c;cmp", 1, 10);
	fn(&b.old, "util.c;cmp", 2, 20);
	fn(&b.old, "util.c;cmp", 3, 30);
	fn(&b.old, "main", 1, 40);
	fn(&b.new, "util.c;cmp", 2, 0);
	fn(&b.new, "util.c;cmp", 4, 0);
	fn(&b.new, "main", 1, 0);
	compare(&b);
	CHECKINT((long long)b.d.sum[DRIFT_UNCHANGED].count, 60);
	CHECKINT((long long)b.d.sum[DRIFT_CHANGED].count, 40);
	CHECKINT((long long)b.d.sum[DRIFT_CHANGED].functions, 2);
	CHECKINT((long long)b.d.ambiguous.functions, 3);
	CHECKINT((long long)b.d.ambiguous.count, 60);
	driftcaveats(&c, &b.d, &b.m);
	CHECKINT((long long)c.n, 1);
	CHECKSTR(c.v[0].kind, "duplicates");
	driftcaveatsrelease(&c);
	release(&b);
}

/* Records of the two rounds of instrumentation are different functions. */
static void
testrounds(void)
{
	const uint64_t cs = 1ULL << 60;
	struct both b = {0};

	fn(&b.old, "f", cs | 1, 10);
	fn(&b.old, "f", 1, 10);
	fn(&b.old, "g", cs | 2, 80);
	fn(&b.new, "f", cs | 3, 0);
	fn(&b.new, "f", 1, 0);
	fn(&b.new, "g", 2, 0);
	compare(&b);
	CHECK(!driftincomparable(&b.old, &b.new));
	CHECKINT((long long)b.d.sum[DRIFT_UNCHANGED].count, 10);
	CHECKINT((long long)b.d.sum[DRIFT_CHANGED].count, 10);
	CHECKINT((long long)b.d.sum[DRIFT_GONE].count, 80);
	CHECKINT((long long)b.d.cs.count, 90);
	CHECKINT((long long)b.d.ambiguous.functions, 0);
	b.new.n = 0;
	CHECKSTR(driftincomparable(&b.old, &b.new), "the new profile has no functions");
	b.new.n = 1;
	b.new.v[0].cs = false;
	CHECKSTR(driftincomparable(&b.old, &b.new),
		"the old profile has counts of the context-sensitive round, which the new one is "
		"not of");
	b.new.v[0].cs = true;
	CHECKSTR(driftincomparable(&b.old, &b.new),
		"the new profile is of the context-sensitive round alone");
	release(&b);
}

static void
testkinds(void)
{
	static const struct {
		uint64_t old, oldcommon, new;
		const char *why;
	} t[] = {
		{IR, IR, IR, NULL},
		{0, 0, 0, NULL},
		{0, 0, PROFRAW_BYTE, NULL},
		{IR, IR, IR | PROFRAW_INSTR_ENTRY | PROFRAW_LOOP_ENTRIES | PROFRAW_TEMPORAL, NULL},
		{IR, IR, IR | PROFRAW_BYTE | PROFRAW_ENTRY_ONLY, NULL},
		{IR, IR, 0,
			"the old profile is made by IR instrumentation, the new one by the front "
			"end"},
		{IR | PROFRAW_BYTE, IR | PROFRAW_BYTE, IR,
			"the old profile is made by IR instrumentation for block coverage, the new "
			"one by IR instrumentation"},
		{IR, 0, IR,
			"the old profiles are made in different ways, by IR instrumentation and "
			"the front end"},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct both b = {0};
		const char *why;

		fn(&b.old, "f", 1, 1);
		fn(&b.new, "f", 1, 1);
		b.old.variant = t[i].old;
		b.old.common = t[i].oldcommon;
		b.new.variant = b.new.common = t[i].new;
		why = driftincomparable(&b.old, &b.new);
		if (t[i].why)
			CHECKSTR(why, t[i].why);
		else
			CHECK(!why);
		release(&b);
	}
}

struct name {
	const char *old, *new;
};

/* Static functions that moved: the prefixes found, and how many of the n functions they explain. */
static void
moved(const struct name *v, size_t n, const char *from, const char *to, long long explained)
{
	struct both b = {0};

	for (size_t i = 0; i < n; i++) {
		if (v[i].old)
			fn(&b.old, v[i].old, i + 1, 100 - i);
		if (v[i].new)
			fn(&b.new, v[i].new, i + 1, 0);
	}
	compare(&b);
	CHECKINT((long long)b.m.n, from != NULL);
	CHECKINT((long long)b.m.sum.functions, explained);
	if (from && b.m.n) {
		CHECKSTR(b.m.v[0].from, from);
		CHECKSTR(b.m.v[0].to, to);
	}
	release(&b);
}

static void
testprefixes(void)
{
	const struct name folders[] = {
		{"/home/a/src/x.c;f", "/build/src/x.c;f"},
		{"/home/a/src/x.c;g", "/build/src/x.c;g"},
		{"/home/a/src/sub/y.c;f", "/build/src/sub/y.c;f"},
		/* Stays where it is, is not static, moved and changed, is new. */
		{"z.c;f", "z.c;f"},
		{"main", "main"},
		{"/home/a/src/w.c;f", NULL},
		{NULL, "/build/elsewhere/w.c;f"},
		{NULL, "/build/src/v.c;f"},
	};
	const struct name relative[] = {
		{"src/x.c;f", "/build/src/x.c;f"}, {"y.c;f", "/build/y.c;f"}};
	const struct name dots[] = {{"../src/x.c;f", "../../t/src/x.c;f"}};
	const struct name root[] = {{"/x.c;f", "x.c;f"}};
	const struct name separator[] = {{"src/x.c:f", "src/x.c;f"}};
	const struct name both[] = {{"/a/x.c:f", "/b/x.c;f"}};
	const struct name windows[] = {{"C:\\a\\src\\x.c:f", "D:\\src\\x.c:f"}};
	const struct name file[] = {{"/a/x.c;f", "/a/y.c;f"}};
	const struct name function[] = {{"/a/x.c;f", "/b/x.c;g"}};
	const struct name part[] = {{"/a/xx.c;f", "/a/x.c;f"}};
	const struct name odd[] = {{";f", "/a/;f"}, {"a;", "b;"}, {"/;", "/a/;"}, {":", ";"}};

	moved(folders, 8, "/home/a/", "/build/", 3);
	moved(relative, 2, "", "/build/", 2);
	moved(dots, 1, "../", "../../t/", 1);
	moved(root, 1, "/", "", 1);
	moved(separator, 1, "", "", 1);
	moved(both, 1, "/a/", "/b/", 1);
	moved(windows, 1, "C:\\a\\", "D:\\", 1);
	moved(file, 1, NULL, NULL, 0);
	moved(function, 1, NULL, NULL, 0);
	moved(part, 1, NULL, NULL, 0);
	moved(odd, 4, "/", "/a/", 1);
}

/* Two moves at once; a function of another hash does not count. */
static void
testmoves(void)
{
	struct both b = {0};
	struct driftcaveats c = {0};

	fn(&b.old, "/a/lib/x.c;f", 1, 10);
	fn(&b.old, "/a/lib/x.c;h", 1, 0);
	fn(&b.old, "/a/bin/y.c;f", 1, 20);
	fn(&b.old, "/a/bin/y.c;g", 1, 30);
	fn(&b.old, "main", 1, 40);
	fn(&b.new, "/l/x.c;f", 1, 0);
	fn(&b.new, "/l/x.c;h", 1, 0);
	fn(&b.new, "/b/y.c;f", 1, 0);
	fn(&b.new, "/b/y.c;g", 2, 0);
	fn(&b.new, "main", 1, 0);
	compare(&b);
	CHECKINT((long long)b.m.n, 2);
	CHECKSTR(b.m.v[0].from, "/a/bin/");
	CHECKINT((long long)b.m.v[0].sum.count, 20);
	CHECKSTR(b.m.v[1].to, "/l/");
	CHECKINT((long long)b.m.v[1].sum.functions, 2);
	CHECKINT((long long)b.m.v[1].sum.hit, 1);
	CHECKINT((long long)b.m.sum.count, 30);
	driftcaveats(&c, &b.d, &b.m);
	CHECKINT((long long)c.n, 2);
	CHECKSTR(c.v[0].text,
		"1 of the static functions, with 20.0000 % of the counts, differ by the path in "
		"front of their names alone: '/b/' was '/a/bin/'; with all such names rewritten "
		"70.0000 % would be unchanged; build both at the same path, "
		"unless the source itself moved");
	driftcaveatsrelease(&c);
	release(&b);
}

/* What names of rustc 1.95 come to, and names that only look so. */
static void
testcratenames(void)
{
	static const struct {
		const char *name, *bare;
	} t[] = {
		{"_ZN3app4main17h1f78d762a8d2526dE", "_ZN3app4main"},
		{"app.d099a0d54de2d0a4-cgu.0;_ZN3app3hot17h4b64bba2ff190416E", "_ZN3app3hot"},
		{"5da5ryln8np4vyhmaj52w5s5h;_ZN3app3hot17h4b64bba2ff190416E.llvm.77",
			"_ZN3app3hot"},
		{"_RNvCsbPtIzulVxtu_3app4main", "_RNvC3app4main"},
		{"app.89cb827b043cb332-cgu.0;_RINvCsbPtIzulVxtu_3app7genericdEB2_",
			"_RINvC3app7genericdEB"},
		{"_RINvNtNtCsjrHSEGnQ3l9_3std3sys9backtrace28___rust_begin_short_backtraceFEuuECsb_"
		 "3app",
			"_RINvNtNtC3std3sys9backtrace28___rust_begin_short_backtraceFEuuEC3app"},
		/* Identifiers are no hashes. */
		{"_RNvNtCsb_3app6Csaxx_3B1_", "_RNvNtC3app6Csaxx_3B1_"},
		{"_RNvCsb_3app4main.cold", "_RNvC3app4main"},
		/* C++, C, and what has no hash. */
		{"_ZN3app4main17h1f78d762a8d2526dXE", NULL},
		{"_ZN3app4main17h1f78d762a8d252E", NULL},
		{"_ZN3app4main17h1f78d762a8d2526dE3fooE", NULL},
		{"_ZN5shape4areaEi", NULL},
		{"main", NULL},
		{"_RNvC3app4main", NULL},
		{"_R", NULL},
		{"", NULL},
		/* Cut short in the middle of what they promise. */
		{"_RNvCsb_99999999999999999999999app", "_RNvC99999999999999999999999app"},
		{"_RNvCsb_3ap", "_RNvC3ap"},
		{"_RNvCsb", NULL},
	};
	struct buf b = {0};

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		bool rust = driftcratename(t[i].name, strlen(t[i].name), &b);

		CHECKINT(rust, t[i].bare != NULL);
		if (rust && t[i].bare)
			CHECKSTR(bufstr(&b), t[i].bare);
	}
	bufrelease(&b);
}

static void
testcrates(void)
{
	struct driftcaveats c = {0};
	struct both b = {0};

	fn(&b.old, "a.1-cgu.0;_ZN1a1f17h0000000000000001E", 7, 10);
	fn(&b.old, "a.1-cgu.0;_ZN1a1f17h0000000000000002E", 7, 20); /* generic, another type */
	fn(&b.old, "a.1-cgu.0;_ZN1a1f17h0000000000000003E", 7, 0);
	fn(&b.old, "_ZN1a1g17h0000000000000001E", 8, 30); /* has changed, too */
	fn(&b.old, "_ZN1a1h17h0000000000000001E", 9, 35);
	fn(&b.old, "main", 1, 5);
	fn(&b.new, "a.2-cgu.1;_ZN1a1f17h0000000000000011E", 7, 0);
	fn(&b.new, "a.2-cgu.1;_ZN1a1f17h0000000000000012E", 7, 0);
	fn(&b.new, "_ZN1a1g17h0000000000000011E", 88, 0);
	fn(&b.new, "_ZN1a1h17h0000000000000001E", 9, 0);
	fn(&b.new, "main", 1, 0);
	compare(&b);
	CHECKINT((long long)b.d.sum[DRIFT_UNCHANGED].count, 40);
	CHECKINT((long long)b.d.sum[DRIFT_GONE].count, 60);
	/* Two new ones explain two of the three: those with the most counts. */
	CHECKINT((long long)b.m.crate.functions, 2);
	CHECKINT((long long)b.m.crate.hit, 2);
	CHECKINT((long long)b.m.crate.count, 30);
	CHECKINT((long long)b.m.sum.count, 30);
	driftcaveats(&c, &b.d, &b.m);
	CHECKINT((long long)c.n, 1);
	CHECKSTR(c.v[0].kind, "crate");
	driftcaveatsrelease(&c);
	release(&b);
}

/* The file `path` with the profiles of a and, if it is not NULL, b. */
static void
make(const char *path, const struct gen *a, const struct gen *b)
{
	struct buf out = {0};

	gen(a, &out);
	if (b)
		gen(b, &out);
	writefile(path, &out);
	bufrelease(&out);
}

/* Of function i in profiles of profgen.h. */
static uint64_t
countof(const struct gen *g, unsigned i)
{
	bool byte = g->variant & PROFRAW_BYTE, stamp = g->variant & PROFRAW_TEMPORAL;
	uint64_t sum = 0;

	for (uint64_t j = stamp; i % 4 != 3 && j < genctrs(g, i); j++)
		sum += byte ? j % 2 == 0 : 10 * i + j + 1;
	return sum;
}

static void
testversions(void)
{
	static const uint64_t variants[] = {
		0, PROFRAW_BYTE, IR, IR | PROFRAW_TEMPORAL, IR | PROFRAW_BYTE};

	for (unsigned version = 7; version <= 10; version++)
		for (unsigned bits = 0; bits < 4; bits++)
			for (size_t v = 0; v < sizeof(variants) / sizeof(variants[0]); v++) {
				struct gen g = {.version = version,
						   .nfn = 12,
						   .narrow = bits & 1,
						   .big = bits & 2,
						   .plain = bits == 1,
						   .variant = variants[v]},
					   n = {.version = 10,
						   .nfn = 9,
						   .zero = true,
						   .variant = variants[v]};
				uint64_t left = 0, all = 0;
				struct both b = {0};

				/* Not of the oldest: byte counters and time stamps came later. */
				if (variants[v] & ~proflay(version)->variants)
					continue;
				for (unsigned i = 0; i < 12; i++) {
					left += i < 9 ? countof(&g, i) : 0;
					all += countof(&g, i);
				}
				make("old.profraw", &g, NULL);
				make("new.profraw", &n, NULL);
				/* Twice the same: one module, all counts doubled. */
				CHECK(!driftread(&b.old, "old.profraw", 1));
				CHECK(!driftread(&b.old, "old.profraw", 1));
				CHECK(!driftread(&b.new, "new.profraw", 1));
				CHECKINT((long long)b.old.nmodule, 1);
				compare(&b);
				CHECK(!driftincomparable(&b.old, &b.new));
				CHECKNEAR(driftpercent(&b.d, b.d.sum[DRIFT_UNCHANGED].count),
					100.0 * (double)left / (double)all, 1e-12);
				CHECKINT((long long)b.d.sum[DRIFT_UNCHANGED].functions, 9);
				CHECKINT((long long)b.d.sum[DRIFT_GONE].functions, 3);
				CHECKINT((long long)b.old.count, (long long)(2 * all));
				release(&b);
			}
}

/* A module that is not there any more, records without a name, sums that do not fit. */
static void
testreading(void)
{
	struct gen g = {.version = 10, .nfn = 8, .variant = IR}, other = g;
	struct buf raw = {0}, name = {0};
	struct driftcaveats c = {0};
	struct both b = {0};
	size_t n;

	other.nfn = 5;
	other.hash = 77;
	make("old.profraw", &g, &other);
	make("new.profraw", &other, NULL);
	CHECK(!driftread(&b.old, "old.profraw", 1) && !driftread(&b.old, "new.profraw", 1));
	CHECK(!driftread(&b.new, "new.profraw", 1));
	CHECKINT((long long)b.old.nmodule, 2);
	CHECKINT((long long)b.old.profiles, 3);
	CHECKINT((long long)b.old.files, 2);
	CHECKSTR(b.old.module[0]->id, "abcd010203000000000000000000000000000000");
	compare(&b);
	/* Functions 0 to 4 have 1 + 23 + 66 + 0 + 83 = 173 counts, all 8 have 390. */
	CHECKINT((long long)b.old.count, 390 + 2 * 173);
	CHECKINT((long long)b.d.sum[DRIFT_UNCHANGED].count, 2 * 173);
	CHECKINT((long long)b.d.sum[DRIFT_CHANGED].count, 173);
	CHECKINT((long long)b.d.sum[DRIFT_GONE].count, 156 + 61);
	release(&b);

	other = (struct gen){.version = 10, .nfn = 8, .variant = IR, .hash = 5};
	gen(&g, &raw);
	/* The NameRef of record 2, which counts 66: behind header and binary id. */
	raw.p[128 + 32 + 2 * 64] ^= 1;
	writefile("old.profraw", &raw);
	CHECK(!driftread(&b.old, "old.profraw", 1) && !driftread(&b.new, "old.profraw", 1));
	compare(&b);
	CHECKINT((long long)b.d.sum[DRIFT_UNCHANGED].count, 390);
	driftcaveats(&c, &b.d, &b.m);
	CHECKINT((long long)c.n, 1);
	CHECKSTR(c.v[0].kind, "nameless");
	driftcaveatsrelease(&c);
	release(&b);
	make("new.profraw", &g, NULL);
	CHECK(!driftread(&b.old, "old.profraw", 1) && !driftread(&b.new, "new.profraw", 1));
	compare(&b);
	CHECKINT((long long)b.d.sum[DRIFT_GONE].count, 66);
	driftname(&b.old, b.d.lost[0].fn, &name);
	CHECK(!strncmp(name.p, "0x", 2) && name.n == 18);
	CHECK(driftfind(&b.new, md5ref("function_2", 10), &n)->count == 66 && n == 1);
	driftfind(&b.new, 1, &n);
	CHECKINT((long long)n, 0);
	release(&b);

	/* 5 counters of 2^56 in each of 40 profiles: above 2^63. */
	raw.n = 0;
	for (unsigned i = 0; i < 40; i++) {
		size_t at = raw.n;

		gen(&g, &raw);
		for (unsigned k = 0; k < 5; k++)
			memcpy(raw.p + at + 128 + 32 + (size_t)8 * 64 + (size_t)8 * k,
				&(uint64_t){1ULL << 56}, 8);
	}
	writefile("old.profraw", &raw);
	CHECK(!driftread(&b.old, "old.profraw", 1));
	CHECK(b.old.count == INT64_MAX);
	release(&b);
	bufrelease(&raw);
	bufrelease(&name);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	struct buf dir = {0};

	progname = "drift_test";
	bufprintf(&dir, "%s/drift_test.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(bufstr(&dir)) || chdir(dir.p))
		fatal("create '%s':", dir.p);
	teststates();
	testduplicates();
	testrounds();
	testkinds();
	testprefixes();
	testmoves();
	testcratenames();
	testcrates();
	testversions();
	testreading();
	unlink("old.profraw");
	unlink("new.profraw");
	rmdir(dir.p);
	bufrelease(&dir);
	return checkdone();
}
