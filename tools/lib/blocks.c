/* Two documents: each benchmark was measured in two separate blocks, one after the other. */
#include <string.h>

#include "block.h"
#include "contest.h"
#include "mem.h"

static bool
same(const char *a, const char *b)
{
	return !a == !b && (!a || !strcmp(a, b));
}

/*
 * Counts that are the same number every time, also 0, need no test (and have no logarithm). What is
 * better when there is more of it is a rate, and made of times.
 */
static bool
constant(const struct contest *c)
{
	double first = c->nbase ? c->base[0] : -1;

	if (!c->unit || c->inverse || !c->base || !c->cand || !c->nbase || !c->ncand ||
		!(first >= 0))
		return false;
	for (size_t i = 0; i < c->nbase; i++)
		if (c->base[i] < first || c->base[i] > first)
			return false;
	for (size_t i = 0; i < c->ncand; i++)
		if (c->cand[i] < first || c->cand[i] > first)
			return false;
	return true;
}

/* The cost: of what is better when there is more of it, the inverse. */
static void
invert(double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = 1 / x[i];
}

/* Takes the samples over from the blocks. */
static void
match(struct contest *k, struct block *b, struct block *c, const char *base, const char *cand)
{
	k->base = b->x;
	k->nbase = b->n;
	b->x = NULL;
	k->unit = b->unit ? xstrdup(b->unit) : NULL;
	k->inverse = b->higher;
	k->aggregate = b->aggregate;
	if (!c) {
		contestunfit(k, "it is missing in '%s'", cand);
		return;
	}
	k->cand = c->x;
	k->ncand = c->n;
	c->x = NULL;
	k->aggregate |= c->aggregate;
	for (int i = 0; i < 2; i++)
		if ((i ? c : b)->invalid)
			contestunfit(k, "in '%s': %s", i ? cand : base, (i ? c : b)->invalid);
	if (!same(b->unit, c->unit) || b->higher != c->higher)
		contestunfit(k, "its unit, or what is better, is not the same in '%s' and '%s'",
			base, cand);
	k->identical = constant(k);
	if (!k->identical) {
		contestcheck(k, base, k->base, k->nbase);
		contestcheck(k, cand, k->cand, k->ncand);
	}
	if (k->inverse) {
		invert(k->base, k->nbase);
		invert(k->cand, k->ncand);
	}
}

void
blocksread(struct contests *all, const struct document *a, const struct document *b,
	const char *base, const char *cand, const char *metric)
{
	struct blocks x, y;
	bool single;

	blocksof(&x, a, base, metric);
	blocksof(&y, b, cand, metric);
	/* `hyperfine ./old` and `hyperfine ./new`: one benchmark under two commands. */
	single = a->commands && b->commands && x.n == 1 && y.n == 1;
	for (size_t i = 0; i < x.n; i++) {
		struct block *other = single ? y.of : blocknamed(&y, x.of[i].name);

		match(contestadd(all, x.of[i].name), &x.of[i], other, a->file, b->file);
	}
	for (size_t i = 0; i < y.n && !single; i++)
		if (!blocknamed(&x, y.of[i].name))
			contestunfit(
				contestadd(all, y.of[i].name), "it is missing in '%s'", a->file);
	blocksrelease(&x);
	blocksrelease(&y);
}
