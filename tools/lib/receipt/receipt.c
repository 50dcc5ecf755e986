/* What is asked of a receipt that has been read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "receipt/receipt.h"

const char *const receiptcolumns[NCOLUMNS + 2] = {[WALL_S] = "wall_s",
	[USER_S] = "user_s",
	[SYS_S] = "sys_s",
	[MAXRSS_KB] = "maxrss_kb",
	[NVCSW] = "nvcsw",
	[NIVCSW] = "nivcsw",
	[COUNTS] = "instructions",
	[NUMBERS] = "number",
	[NCOLUMNS] = "output"};

size_t
receiptarm(const struct receipt *r, const char *name)
{
	for (size_t i = 0; i < r->narms; i++)
		if (!strcmp(r->arms[i].name, name))
			return i;
	fatal("read '%s': there is no arm '%s' in it", r->file, name);
}

const struct receiptside *
receiptsideof(const struct receiptbench *b, size_t arm)
{
	static const struct receiptside nothing = {0};
	size_t low = 0, high = b->nsides;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (b->sides[mid].arm < arm)
			low = mid + 1;
		else
			high = mid;
	}
	return low < b->nsides && b->sides[low].arm == arm ? &b->sides[low] : &nothing;
}

/* A copy of the numbers of one column, or the sums of two. */
static double *
copied(const struct column *a, const struct column *plus, size_t *n)
{
	double *x;

	*n = 0;
	if (!a->x || (plus && (!plus->x || plus->n != a->n)))
		return NULL;
	*n = a->n;
	x = xcalloc(*n, sizeof(*x));
	for (size_t i = 0; i < *n; i++)
		x[i] = a->x[i] + (plus ? plus->x[i] : 0);
	return x;
}

static double *
scaled(double *x, size_t n, double by)
{
	for (size_t i = 0; x && i < n; i++)
		x[i] *= by;
	return x;
}

double *
receiptnumbers(const struct receiptbench *b, size_t arm, enum metric m, size_t *n)
{
	const struct column *of = receiptsideof(b, arm)->of;
	double *x;

	/* Whatever else is asked for, there is nothing but these. */
	if (b->metric == METRIC_INSTRUCTIONS || b->metric == METRIC_NUMBER)
		return copied(&of[b->metric == METRIC_NUMBER ? NUMBERS : COUNTS], NULL, n);
	switch (m == METRIC_OWN ? b->metric : m) {
	case METRIC_CPU:
		return copied(&of[USER_S], &of[SYS_S], n);
	case METRIC_PEAK_RSS:
		x = copied(&of[MAXRSS_KB], NULL, n);
		return scaled(x, *n, 1024);
	default:
		return copied(&of[WALL_S], NULL, n);
	}
}

static bool
equal(const char *x, const char *y)
{
	return x && y && !strcmp(x, y);
}

/* Whether both arms have a text, the same. */
static bool
equalof(const struct texts *t, size_t i, size_t k)
{
	return i < t->n && k < t->n && equal(t->of[i], t->of[k]);
}

bool
receiptsamefiles(const struct receipt *r, const struct receiptbench *b, size_t arm, size_t other)
{
	const struct receiptarm *x = &r->arms[arm], *y = &r->arms[other];

	if (!equalof(&b->sha256, arm, other))
		return false;
	return (!x->binary && !y->binary && !x->tree && !y->tree) || equal(x->sha256, y->sha256);
}

bool
receiptsamerun(const struct receipt *r, const struct receiptbench *b, size_t arm, size_t other)
{
	return receiptsamefiles(r, b, arm, other) && equalof(&b->commands, arm, other) &&
	       fabs(r->arms[arm].slow_pct - r->arms[other].slow_pct) <= 0;
}

static void
textsrelease(struct texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->of[i]);
	free(t->of);
}

static void
benchrelease(struct receiptbench *b)
{
	free(b->name);
	free(b->number.name);
	free(b->number.unit);
	free(b->number.regex);
	free(b->number.jq);
	free(b->number.suite);
	free(b->number.lacks);
	free(b->prepare);
	free(b->cleanup);
	textsrelease(&b->commands);
	textsrelease(&b->files);
	textsrelease(&b->sha256);
	textsrelease(&b->build_ids);
	textsrelease(&b->leaves);
	textsrelease(&b->unmoved);
	free(b->burn_s.x);
	for (size_t i = 0; i < b->nsides; i++) {
		for (size_t k = 0; k < NCOLUMNS; k++)
			free(b->sides[i].of[k].x);
		free(b->sides[i].output);
	}
	free(b->sides);
	for (size_t i = 0; i < b->nseen; i++)
		sightingrelease(&b->seen[i]);
	free(b->seen);
	free(b->shared);
	free(b->order);
	free(b->steal_ticks.x);
	free(b->flaw);
}

void
receiptrelease(struct receipt *r)
{
	for (size_t i = 0; i < r->narms; i++) {
		free(r->arms[i].name);
		free(r->arms[i].binary);
		free(r->arms[i].tree);
		free(r->arms[i].sha256);
		free(r->arms[i].slowed);
	}
	for (size_t i = 0; i < r->nbenches; i++)
		benchrelease(&r->benches[i]);
	free(r->arms);
	free(r->benches);
	free(r->tool);
	free(r->finished);
	json_decref(r->machine);
	json_decref(r->settings);
	*r = (struct receipt){0};
}
