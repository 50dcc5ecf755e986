/* Two documents: each benchmark was measured in two separate blocks, one after the other. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "compare/comparison.h"
#include "input/bench.h"
#include "input/machines.h"

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
constant(const struct comparison *c)
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

/* Takes the samples of one side over from its benchmark. */
static void
take(struct comparison *k, struct inputbench *b, const char *file, double **x, size_t *n)
{
	*x = b->x;
	*n = b->n;
	b->x = NULL;
	b->taken = true;
	k->aggregate |= b->aggregate;
	if (b->invalid)
		comparisonunfit(k, "in '%s': %s", file, b->invalid);
}

/* Whether one does not say that more is better, and the other that less is. */
static bool
sameway(const struct inputbench *x, const struct inputbench *y)
{
	return x->undirected || y->undirected || x->higher == y->higher;
}

/* One that is not in the candidate's file, which may have another configuration of it. */
static void
missing(struct comparison *k, const struct inputbench *alike, const char *file)
{
	if (alike)
		comparisonunfit(k,
			"it is missing in '%s', which has '%s': they differ by their configuration "
			"alone, and --rename compares them",
			file, alike->name);
	else
		comparisonunfit(k, "it is missing in '%s'", file);
}

static void
match(struct comparison *k, struct inputbench *x, struct inputbench *y, const char *base,
	const char *cand)
{
	const struct inputbench *either = x ? x : y;

	k->unit = either->unit ? xstrdup(either->unit) : NULL;
	k->inverse = (x && x->higher) || (y && y->higher);
	k->count = (!x || x->count) && (!y || y->count);
	k->undirected = (!x || x->undirected) && (!y || y->undirected);
	if (x)
		take(k, x, base, &k->base, &k->nbase);
	if (!y)
		return;
	take(k, y, cand, &k->cand, &k->ncand);
	k->appeared = !x;
	if (x && (!same(x->unit, y->unit) || !sameway(x, y)))
		comparisonunfit(k, "its unit, or what is better, is not the same in '%s' and '%s'",
			base, cand);
	k->identical = x && constant(k);
	if (!k->identical) {
		if (x)
			comparisoncheck(k, base, k->base, k->nbase);
		comparisoncheck(k, cand, k->cand, k->ncand);
	}
	comparisoninvert(k);
}

/*
 * Whether samples that are the same on both sides were taken once: a clock that is read again shows
 * five numbers in the same order hardly ever, and ten digits never.
 */
static bool
takenonce(const struct comparison *k)
{
	size_t n = k->nbase, different = 0;
	bool digits = false;

	if (!comparisonsame(k))
		return false;
	for (size_t i = 0; i < n; i++) {
		double x = k->inverse ? 1 / k->base[i] : k->base[i]; /* as it was read */
		char rounded[32];
		size_t j = 0;

		while (different < 5 && j < i && !samenumber(k->base[j], k->base[i]))
			j++;
		different += different < 5 && j == i;
		snprintf(rounded, sizeof(rounded), "%.10g", x);
		digits |= fabs(strtod(rounded, NULL) - x) > 1e-14 * fabs(x);
	}
	return digits || different >= 5;
}

/* A run that is compared with itself proves nothing: criterion leaves "base" equal to "new". */
static void
checkitself(struct comparison *k, const struct document *a, const struct document *b)
{
	const char *x = json_string_value(json_object_get(a->head, "source"));
	const char *y = json_string_value(json_object_get(b->head, "source"));

	if (k->identical || k->appeared || k->count)
		return;
	if (x && y && !strcmp(x, y))
		comparisonunfit(k,
			"'%s' and '%s' are the same file: one run cannot be compared with itself",
			a->file, b->file);
	else if (takenonce(k))
		comparisonunfit(k,
			"its samples are the same on both sides: one run cannot be compared with itself");
}

/* Each rename must be of a benchmark that is there to one that is. */
static void
checkrenames(json_t *renames, const struct inputbenches *x, const struct inputbenches *y,
	const char *base, const char *cand)
{
	const char *old;
	json_t *new;

	json_object_foreach(renames, old, new)
	{
		if (!inputbenchnamed(x, old))
			fatal("rename '%s': there is no such benchmark in '%s'", old, base);
		if (!inputbenchnamed(y, json_string_value(new)))
			fatal("rename '%s': there is no '%s' in '%s'", old, json_string_value(new),
				cand);
	}
}

/* Compares one of the base's with what is called so, or has a new name, on the other side. */
static void
matchbase(struct comparisons *all, struct inputbench *x, struct inputbenches *y, bool single,
	const struct document *a, const struct document *b, const struct criteria *q)
{
	const char *was = x->name;
	const char *new = json_string_value(json_object_get(q->renames, was));
	const char *name = new ? new : was;
	struct inputbench *other = inputbenchnamed(y, single ? y->of[0].name : name);
	struct comparison *k = comparisonadd(all, name);

	if (other && other->taken)
		fatal("match '%s': another benchmark of '%s' has that name in '%s'", name, a->file,
			b->file);
	k->was = new ? xstrdup(was) : NULL;
	if (!other)
		missing(k, inputbenchalike(y, x), b->file);
	match(k, x, other, a->file, b->file);
}

/* What has no partner. */
static void
addnew(struct comparisons *all, struct inputbench *y, const struct document *a,
	const struct document *b, const struct criteria *q)
{
	struct comparison *k = comparisonadd(all, y->name);

	if (q->require_same && criteriagates(q, k->name))
		comparisonunfit(k, "it is missing in '%s'", a->file);
	match(k, NULL, y, a->file, b->file);
}

/* Why none of it may be compared, whatever the samples are. */
static void
checkorigins(struct comparisons *all, const struct document *a, const struct document *b,
	bool other_machine)
{
	all->machines = machinesdiffer(a, b);
	for (size_t i = 0; i < all->n; i++) {
		checkitself(&all->of[i], a, b);
		if (all->machines && !other_machine)
			comparisonunfit(&all->of[i],
				"the machines differ: %s; --other-machine compares them all the same",
				all->machines);
	}
}

void
unpairedread(struct comparisons *all, const struct document *a, const struct document *b,
	const struct criteria *q)
{
	struct inputbenches x, y;
	bool single;

	*all = (struct comparisons){.base = xstrdup(q->base ? q->base : a->file),
		.cand = xstrdup(q->cand ? q->cand : b->file)};
	inputbenchesof(&x, a, q->base, q->metric);
	inputbenchesof(&y, b, q->cand, q->metric);
	checkrenames(q->renames, &x, &y, a->file, b->file);
	/* `hyperfine ./old` and `hyperfine ./new`: one benchmark under two commands. */
	single = a->commands && b->commands && x.n == 1 && y.n == 1;
	for (size_t i = 0; i < x.n; i++)
		if (!x.of[i].again)
			matchbase(all, &x.of[i], &y, single, a, b, q);
	for (size_t i = 0; i < y.n; i++)
		if (!y.of[i].taken && !y.of[i].again)
			addnew(all, &y.of[i], a, b, q);
	checkorigins(all, a, b, q->other_machine);
	inputbenchesrelease(&x);
	inputbenchesrelease(&y);
}
