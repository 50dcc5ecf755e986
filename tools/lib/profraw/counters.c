#include "base/num.h"
#include "profraw/diag.h"

#define MAXSUM ((uint64_t)INT64_MAX) /* what JSON numbers hold */

typedef unsigned long long ull;

/* n counters of 8 bytes from offset `at` of the file; returns the largest. */
static uint64_t
addwide(const struct profraw *pr, uint64_t at, uint64_t n, struct profcount *c)
{
	uint64_t max = 0, hit = 0, low = 0, high = 0;

	/* Halves are added apart, so that the loop has no branch: n is less than 2^32. */
	for (uint64_t i = 0; i < n; i++) {
		uint64_t x = profraw64(pr, at + 8 * i);

		hit += x != 0;
		max = x > max ? x : max;
		low += (uint32_t)x;
		high += x >> 32;
	}
	c->n += n;
	c->hit += hit;
	if (!mulok(high, 1ULL << 32, &high) || !addok(high, low, &high) ||
		!addok(c->sum, high, &c->sum) || c->sum > MAXSUM)
		c->sum = MAXSUM;
	return max;
}

/* Covered is 0, and not covered 0xff; merging processes AND the bytes. False for other values. */
static bool
addbytes(const struct profraw *pr, uint64_t at, uint64_t n, struct profcount *c)
{
	uint64_t hit = 0, not = 0;

	for (uint64_t i = 0; i < n; i++) {
		hit += pr->p[at + i] == 0;
		not += pr->p[at + i] == 0xff;
	}
	c->n += n;
	c->hit += hit;
	c->sum = hit > MAXSUM - c->sum ? MAXSUM : c->sum + hit;
	return hit + not == n;
}

int
profrawcount(
	const struct profraw *pr, const struct profrec *r, struct profcount *c, struct profdiag *d)
{
	uint64_t at = pr->ctr.off + r->ctr + profstamp(pr);
	uint64_t n = r->nctr - profstamp(pr) / pr->ctrsize;

	if (pr->ctrsize == 1) {
		if (addbytes(pr, at, n, c))
			return 0;
		while (pr->p[at] == 0 || pr->p[at] == 0xff)
			at++;
		return profbad(d, PROFRAW_CORRUPT, "counters", at,
			"a byte counter is 0x%02x, neither 0 (covered) nor 0xff", pr->p[at]);
	}
	if (addwide(pr, at, n, c) <= PROFRAW_MAXCOUNT)
		return 0;
	while (profraw64(pr, at) <= PROFRAW_MAXCOUNT)
		at += 8;
	return profbad(d, PROFRAW_CORRUPT, "counters", at,
		"a counter of %llu is too large to be true, the limit is 2^56",
		(ull)profraw64(pr, at));
}

uint64_t
profrawcounter(const struct profraw *pr, const struct profrec *r, uint64_t i)
{
	uint64_t at = pr->ctr.off + r->ctr + profstamp(pr);

	return pr->ctrsize == 1 ? pr->p[at + i] == 0 : profraw64(pr, at + 8 * i);
}

int
profrawcountall(const struct profraw *pr, struct profcount *c, struct profdiag *d)
{
	const struct profrec all = {.nctr = pr->nctr};

	if (pr->nctr * pr->ctrsize <= profstamp(pr))
		return 0;
	return profrawcount(pr, &all, c, d);
}
