#include "base/mem.h"
#include "base/num.h"
#include "pool/module.h"

#define MAXSUM ((uint64_t)INT64_MAX) /* what JSON numbers hold */

/* 255 times 2^56 is less than 2^64: additions before the sums have to be capped. */
enum { BUDGET = 254, BLOCK = 8 };

__extension__ typedef unsigned __int128 u128;

static uint64_t
load(const struct profraw *pr, const unsigned char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return pr->swap ? __builtin_bswap64(x) : x;
}

static const unsigned char *
place(const struct poolmodule *m, const struct profraw *pr, const struct poolrange *r)
{
	return pr->p + pr->ctr.off + m->phase + r->at * pr->ctrsize;
}

/* All n counters at p or-ed. Blocks, so that the compiler uses wide registers at -O2. */
static uint64_t
orall(const struct profraw *pr, const unsigned char *p, uint64_t n)
{
	uint64_t all[BLOCK] = {0}, x[BLOCK], r = 0;

	for (; n >= BLOCK; n -= BLOCK, p += sizeof(x)) {
		memcpy(x, p, sizeof(x));
		for (unsigned i = 0; i < BLOCK; i++)
			all[i] |= x[i];
	}
	for (unsigned i = 0; i < BLOCK; i++)
		r |= all[i];
	if (pr->swap)
		r = __builtin_bswap64(r);
	for (; n; n--, p += 8)
		r |= load(pr, p);
	return r;
}

/* Covered or not: other bytes are damage. */
static bool
onlycover(const unsigned char *p, uint64_t n)
{
	uint64_t good = 0;

	for (uint64_t i = 0; i < n; i++)
		good += p[i] == 0 || p[i] == 0xff;
	return good == n;
}

int
poolhit(const struct poolmodule *m, const struct profraw *pr)
{
	bool hit = false;

	for (size_t k = 0; k < m->nrange; k++) {
		const struct poolrange *r = &m->range[k];
		const unsigned char *p = place(m, pr, r);
		uint64_t any;

		if (pr->ctrsize == 1) {
			if (!onlycover(p, r->n))
				return -1;
			hit |= memchr(p, 0, r->n) != NULL;
			continue;
		}
		any = orall(pr, p, r->n);
		hit |= any != 0;
		if (any <= PROFRAW_MAXCOUNT)
			continue;
		for (uint64_t i = 0; i < r->n; i++)
			if (load(pr, p + 8 * i) > PROFRAW_MAXCOUNT)
				return -1;
	}
	return hit;
}

uint64_t
poolsum(const struct poolmodule *m, const struct profraw *pr)
{
	u128 sum = 0;

	for (size_t k = 0; pr->ctrsize == 8 && k < m->nrange; k++) {
		const unsigned char *p = place(m, pr, &m->range[k]);

		for (uint64_t i = 0; i < m->range[k].n; i++)
			sum += load(pr, p + 8 * i);
	}
	return sum > MAXSUM ? MAXSUM : (uint64_t)sum;
}

uint64_t
poolcap(struct poolmodule *m)
{
	uint64_t n = m->ctr ? poolnctr(m) : 0, full = 0;

	for (uint64_t i = 0; i < n; i++) {
		m->ctr[i] = m->ctr[i] > PROFRAW_MAXCOUNT ? PROFRAW_MAXCOUNT : m->ctr[i];
		full += m->ctr[i] == PROFRAW_MAXCOUNT;
	}
	m->budget = BUDGET;
	return full;
}

/* Counters of weight 1 in this machine's byte order: nearly always. */
static void
addplain(uint64_t *to, const unsigned char *p, uint64_t n)
{
	uint64_t x[BLOCK];

	for (; n >= BLOCK; n -= BLOCK, p += sizeof(x), to += BLOCK) {
		memcpy(x, p, sizeof(x));
		for (unsigned i = 0; i < BLOCK; i++)
			to[i] += x[i];
	}
	for (; n; n--, p += 8, to++) {
		memcpy(x, p, 8);
		*to += x[0];
	}
}

/* The product is at most 2^56 times POOL_MAXWEIGHT, which may be more than 2^64. */
static uint64_t
times(uint64_t x, uint64_t weight)
{
	uint64_t y;

	return mulok(x, weight, &y) && y < PROFRAW_MAXCOUNT ? y : PROFRAW_MAXCOUNT;
}

void
pooladdcounters(struct poolmodule *m, const struct profraw *pr, uint64_t weight)
{
	if (m->ctr && !m->budget)
		poolcap(m);
	for (size_t k = 0; k < m->nrange; k++) {
		const struct poolrange *r = &m->range[k];
		const unsigned char *p = place(m, pr, r);
		uint64_t *to = m->ctr ? m->ctr + r->at : NULL;

		if (!to)
			for (uint64_t i = 0; i < r->n; i++)
				m->cover[r->at + i] &= p[i] ? 0xff : 0;
		else if (weight == 1 && !pr->swap)
			addplain(to, p, r->n);
		else
			for (uint64_t i = 0; i < r->n; i++)
				to[i] += times(load(pr, p + 8 * i), weight);
	}
	if (m->ctr)
		m->budget--;
	for (uint64_t i = 0; i < pr->bitmap.size; i++)
		m->bitmap[i] |= pr->p[pr->bitmap.off + i];
}

void
poolmergecounters(struct poolmodule *to, const struct poolmodule *from)
{
	uint64_t n = to->ctr ? poolnctr(to) : 0;

	poolcap(to);
	for (uint64_t i = 0; i < n; i++)
		to->ctr[i] += from->ctr[i] > PROFRAW_MAXCOUNT ? PROFRAW_MAXCOUNT : from->ctr[i];
	poolcap(to);
	for (uint64_t i = 0; to->cover && i < to->pr.nctr; i++)
		to->cover[i] &= from->cover[i];
	for (uint64_t i = 0; i < to->pr.bitmap.size; i++)
		to->bitmap[i] |= from->bitmap[i];
}

uint64_t
poolratio(uint64_t x, uint64_t num, uint64_t den)
{
	uint64_t y = (uint64_t)(((u128)x * num + den / 2) / den);

	return y || !x ? y : 1;
}

void
poolscalecounters(struct poolmodule *m, uint64_t num, uint64_t den)
{
	uint64_t n = m->ctr ? poolnctr(m) : 0;

	poolcap(m);
	for (uint64_t i = 0; i < n; i++)
		m->ctr[i] = poolratio(m->ctr[i], num, den);
}
