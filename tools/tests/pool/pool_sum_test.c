/*
 * Laws of the sum, on generated profiles of all versions, widths, byte orders and variants: the
 * order does not matter, a pool of pools is the pool, three times is weight 3, damage adds nothing.
 */
#include <stdlib.h>

#include "expect.h"
#include "pool/add.h"
#include "pool/workers.h"
#include "profraw/layout.h"
#include "profraw/profgen.h"

enum { NFILE = 5 };

static uint64_t state = 7;

/* xorshift64*, Vigna 2016 */
static uint64_t
draw(uint64_t n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dULL >> 11) % n;
}

/* Into a fresh pool; the ids of the modules are not asked for. */
static void
writepool(const struct pool *p, struct buf *b)
{
	struct poolinfo *info;
	size_t n = poolwrite(p, b, &info);

	while (n--)
		bufrelease(&info[n].ids);
	free(info);
}

static bool
add(struct pool *p, const struct buf *b, uint64_t weight)
{
	struct poolfile r;

	return !pooladd(p, b->p, b->n, weight, &r);
}

static bool
equal(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && a->n && !memcmp(a->p, b->p, a->n);
}

static void
make(const struct gen *base, struct buf *b)
{
	struct gen g = *base;
	size_t ctrs;

	g.aslr = 4096 * draw(1000);
	g.zero = !draw(6);
	g.novalues = !draw(6);
	ctrs = b->n;
	gen(&g, b);
	/* A second process wrote into the same file; without value data nothing can follow. */
	if (!g.novalues && !draw(4)) {
		while ((b->n - ctrs) % 8)
			bufadd(b, "", 1);
		gen(&g, b);
	}
}

static const char *
name(const struct gen *g)
{
	static char s[96];

	snprintf(s, sizeof(s), "version %u, %s, %s, variant %llx%s", g->version,
		g->narrow ? "32 bits" : "64 bits", g->big ? "big" : "little",
		(unsigned long long)g->variant, g->sites ? ", sites" : "");
	return s;
}

static void
laws(const struct gen *g)
{
	struct buf f[NFILE] = {0}, out[6] = {0}, part[2] = {0};
	struct pool *p[6];

	for (unsigned i = 0; i < 6; i++)
		p[i] = mkpool(NULL, false);
	for (unsigned i = 0; i < NFILE; i++) {
		make(g, &f[i]);
		expect(!profisbad(&(struct proffile){.d = checked(&f[i]).d}), "%s: made", name(g));
	}
	for (unsigned i = 0; i < NFILE; i++) {
		struct buf hurt = {0};

		expect(add(p[0], &f[i], 1), "%s: %u added", name(g), i);
		expect(add(p[1], &f[NFILE - 1 - i], 1), "%s: %u added", name(g), i);
		add(p[2 + i % 2], &f[i], 1);
		/* Between the good ones, files that are bad in one bit or cut. */
		bufadd(&hurt, f[i].p, f[i].n);
		hurt.p[draw(hurt.n)] ^= (char)(1u << draw(8));
		hurt.n -= draw(2) ? draw(hurt.n) : 0;
		if (profisbad(&(struct proffile){.d = checked(&hurt).d}))
			expect(!add(p[4], &hurt, 1), "%s: damage added", name(g));
		expect(add(p[4], &f[i], 1), "%s: %u added after damage", name(g), i);
		bufrelease(&hurt);
	}
	for (unsigned i = 0; i < 5; i++)
		writepool(p[i], &out[i]);
	expect(equal(&out[0], &out[1]), "%s: order", name(g));
	expect(equal(&out[0], &out[4]), "%s: damage", name(g));
	expect(!profisbad(&(struct proffile){.d = checked(&out[0]).d}), "%s: %s", name(g),
		finding(&(struct proffile){.d = checked(&out[0]).d}));

	/* Pools of pools, through files and in memory. */
	add(p[5], &out[3], 1);
	add(p[5], &out[2], 1);
	writepool(p[5], &part[0]);
	expect(equal(&out[0], &part[0]), "%s: pool of pools", name(g));
	poolmerge(p[2], p[3]);
	writepool(p[2], &part[1]);
	expect(equal(&out[0], &part[1]), "%s: merge", name(g));

	poolclear(p[0]);
	poolclear(p[1]);
	out[0].n = out[1].n = 0;
	add(p[0], &f[0], 3);
	for (unsigned i = 0; i < 3; i++)
		add(p[1], &f[0], 1);
	writepool(p[0], &out[0]);
	writepool(p[1], &out[1]);
	expect(equal(&out[0], &out[1]), "%s: weight", name(g));

	for (unsigned i = 0; i < 6; i++) {
		delpool(p[i]);
		bufrelease(&out[i]);
	}
	for (unsigned i = 0; i < NFILE; i++)
		bufrelease(&f[i]);
	bufrelease(&part[0]);
	bufrelease(&part[1]);
}

/* Sums do not go above 2^56, however they come about. */
static void
limits(void)
{
	struct gen g = {.version = 10, .nfn = 3, .variant = PROFRAW_IR};
	struct pool *p = mkpool(NULL, false);
	struct buf b = {0}, out = {0};
	struct proffile f;
	uint64_t big = PROFRAW_MAXCOUNT;

	gen(&g, &b);
	memcpy(b.p + 128 + 32 + 3 * 64, &big, 8);
	for (unsigned i = 0; i < 600; i++)
		add(p, &b, 1);
	writepool(p, &out);
	f = checked(&out);
	expect(f.d.class == PROFRAW_OK, "600 times 2^56: %s", finding(&f));
	poolclear(p);
	out.n = 0;
	add(p, &b, POOL_MAXWEIGHT);
	writepool(p, &out);
	f = checked(&out);
	expect(f.d.class == PROFRAW_OK, "2^56 times a million: %s", finding(&f));
	memcpy(&big, out.p + 128 + 32 + 3 * 64, 8);
	expect(big == PROFRAW_MAXCOUNT, "the largest counter is %llu", (unsigned long long)big);
	delpool(p);
	bufrelease(&b);
	bufrelease(&out);
}

static void
shares(void)
{
	static const uint64_t even[] = {10, 10, 10, 10}, one[] = {1000, 10, 10, 10, 10},
			      two[] = {1000, 500, 50, 50}, none[] = {0, 0, 7};
	bool few;

	expect(!poollimit(even, 4, 25, &few) && !few, "nobody has more than a quarter");
	expect(poollimit(one, 5, 50, &few) == 40 && !few, "half of 80 is 40");
	expect(poollimit(two, 4, 40, &few) == 200 && !few, "two fifths of 500 is 200, twice");
	expect(poollimit(one, 5, 10, &few) == 10 && few, "five inputs cannot have a tenth each");
	expect(!poollimit(none, 3, 10, &few), "a single input has everything");
}

int
main(void)
{
	static const uint64_t variant[] = {0, PROFRAW_IR, PROFRAW_IR | PROFRAW_BYTE,
		PROFRAW_IR | PROFRAW_CSIR, PROFRAW_IR | PROFRAW_BYTE | PROFRAW_ENTRY_ONLY};

	for (unsigned i = 0; i < 4 * 2 * 2 * 5 * 2; i++) {
		struct gen g = {.version = 7 + i % 4,
			.narrow = i / 4 % 2,
			.big = i / 8 % 2,
			.variant = variant[i / 16 % 5],
			.sites = i / 80 % 2,
			.nfn = 9};

		g.bitmap = g.version >= 9 && g.sites;
		g.vtables = g.version == 10 && g.sites;
		/* Byte counters are younger than version 7. */
		if (!(g.variant & ~proflay(g.version)->variants))
			laws(&g);
	}
	limits();
	shares();
	return verdict();
}
