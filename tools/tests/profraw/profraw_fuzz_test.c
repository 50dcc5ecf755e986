/*
 * Random damage, to be run under sanitizers: the parser must come to a verdict on anything. The
 * seed is fixed, so that a failure can be repeated: profraw_fuzz_test [ROUNDS [SEED]].
 */
#include <stdlib.h>

#include "expect.h"
#include "profgen.h"

static uint64_t state = 1;

/* xorshift64*, Vigna 2016 */
static uint64_t
draw(uint64_t n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dULL >> 11) % n;
}

static const uint64_t edges[] = {0, 1, 7, 8, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000,
	0xffffffff, 1ULL << 32, 1ULL << 56, 1ULL << 60, 1ULL << 63, UINT64_MAX - 7, UINT64_MAX};

/* One damage of the kinds that disks, kills, races and attackers do. */
static void
damage(struct buf *b)
{
	uint64_t at = draw(b->n);
	uint64_t x = edges[draw(sizeof(edges) / sizeof(edges[0]))];
	size_t n = 1 + draw(16), from, to;

	switch (draw(6)) {
	case 0:
	case 1:
		b->p[at] ^= (char)(1u << draw(8));
		break;
	case 2:
		b->p[at] = (char)draw(256);
		break;
	case 3: /* a word */
		at &= ~7ULL;
		if (b->n - at >= 8)
			memcpy(b->p + at, &x, draw(2) ? 8 : 4);
		break;
	case 4: /* the end is missing */
		b->n = at + 1;
		break;
	default: /* a piece is somewhere else */
		if (n > b->n)
			break;
		from = draw(b->n - n + 1);
		to = draw(b->n - n + 1);
		memmove(b->p + to, b->p + from, n);
	}
}

int
main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 60000, bad = 0, odd = 0;
	struct buf base[32] = {0};

	if (argc > 2)
		state = strtoull(argv[2], NULL, 10) | 1;
	for (unsigned i = 0; i < 32; i++) {
		struct gen g = {.version = 7 + i % 4,
			.nfn = 1 + i % 7,
			.narrow = i & 4,
			.big = i & 8,
			.plain = i & 16,
			.sites = true,
			.bitmap = i % 4 >= 2,
			.vtables = i % 4 == 3,
			.variant = PROFRAW_IR};

		gen(&g, &base[i]);
		if (i % 5 == 0)
			gen(&g, &base[i]);
	}
	for (unsigned long r = 0; r < rounds; r++) {
		struct buf work = {0}, exact = {0};
		struct proffile f;

		bufadd(&work, base[r % 32].p, base[r % 32].n);
		for (uint64_t i = 1 + draw(3); i; i--)
			damage(&work);
		/* Memory of the very size, so that a sanitizer sees one byte too many. */
		bufadd(&exact, work.p, work.n);
		exact.p = realloc(exact.p, exact.n);
		f = checked(&exact);
		bad += profisbad(&f);
		odd += !profisbad(&f) && f.d.nwarn;
		tests++;
		if (profisbad(&f) && (!f.d.next || !f.d.bad.section || f.d.bad.off > work.n))
			expect(false, "round %lu: %s", r, finding(&f));
		bufrelease(&exact);
		bufrelease(&work);
	}
	printf("%lu damaged profiles, %lu found bad, %lu odd\n", rounds, bad, odd);
	for (unsigned i = 0; i < 32; i++)
		bufrelease(&base[i]);
	return verdict();
}
