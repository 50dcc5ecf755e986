#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "compare/comparison.h"
#include "compare/consistency.h"

/* A picosecond to thirty years: outside, no clock was read. */
static const double least_s = 1e-12, most_s = 1e9;
static const double most_count =
	1e300; /* its inverse is a number, too; jq has 1.8e308 for infinity */

static const char instructions[] = "instructions";

void
comparisonunfit(struct comparison *c, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (c->invalid)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->invalid = xstrdup(text);
}

struct comparison *
comparisonadd(struct comparisons *all, const char *name)
{
	/* Grown by doubling. */
	if (!(all->n & (all->n - 1)))
		all->of = xreallocarray(all->of, all->n ? all->n * 2 : 1, sizeof(*all->of));
	all->of[all->n] = (struct comparison){.name = xstrdup(name),
		.min_effect_pct = NAN,
		.margin_pct = NAN,
		.max_undetected_pct = NAN,
		.paired = all->paired};
	return &all->of[all->n++];
}

void
comparisonsrelease(struct comparisons *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->of[i].name);
		free(all->of[i].was);
		free(all->of[i].unit);
		free(all->of[i].base);
		free(all->of[i].cand);
		free(all->of[i].follows);
		free(all->of[i].invalid);
	}
	free(all->of);
	free(all->base);
	free(all->cand);
	free(all->machines);
	*all = (struct comparisons){0};
}

void
comparisoncounted(struct comparison *c)
{
	c->counted = true;
	c->paired = false;
	c->unit = xstrdup(instructions);
}

/* A count that is 0 each time. Of instructions it is none: every program executes some. */
static bool
none(const struct comparison *c, const double *x, size_t n)
{
	size_t i = 0;

	if (!c->count || !c->unit || !strcmp(c->unit, instructions))
		return false;
	while (i < n && x[i] >= 0 && x[i] <= 0)
		i++;
	return n && i == n;
}

/*
 * A time that is zero, negative or not finite was not measured: it would be the fastest ever. A count
 * may be 0 each time; now and then it has no ratio.
 */
void
comparisoncheck(struct comparison *c, const char *side, const double *x, size_t n)
{
	double least = c->unit ? DBL_MIN : least_s, most = c->unit ? most_count : most_s;

	if (x && none(c, x, n))
		return;
	if (!x)
		comparisonunfit(
			c, "the samples of %s are not arrays of numbers of one length", side);
	else if (!n)
		comparisonunfit(c, "%s has no samples", side);
	for (size_t i = 0; x && i < n; i++)
		if (!(x[i] >= least && x[i] <= most))
			comparisonunfit(c, "sample %zu of %s is %g %s", i + 1, side, x[i],
				c->unit ? c->unit : "s");
}

void
comparisoninvert(struct comparison *c)
{
	for (size_t i = 0; c->inverse && i < c->nbase; i++)
		c->base[i] = 1 / c->base[i];
	for (size_t i = 0; c->inverse && i < c->ncand; i++)
		c->cand[i] = 1 / c->cand[i];
}

bool
samenumber(double x, double y)
{
	return !(x < y || x > y);
}

bool
comparisonsame(const struct comparison *c)
{
	if (!c->base || !c->cand || c->nbase != c->ncand)
		return false;
	for (size_t i = 0; i < c->nbase; i++)
		if (!samenumber(c->base[i], c->cand[i]))
			return false;
	return true;
}

/* The recorded orders must be those that the seed gives: else somebody chose them. */
static void
checkorder(struct comparison *c, const struct receipt *r, const struct receiptbench *b)
{
	if (!r->seeded)
		comparisonunfit(c, "the receipt has no seed of its orders");
	else if (b->rounds != c->nbase)
		comparisonunfit(
			c, "it has %zu samples but the orders of %zu rounds", c->nbase, b->rounds);
	else if (b->misordered)
		comparisonunfit(c, "the order of round %zu is not the seed's", b->misordered);
}

/* Programs whose output is the same every time must agree with each other on it. */
static void
checkoutput(struct comparison *c, const char *a, const char *b)
{
	if (a && b && strcmp(a, b) != 0)
		c->output = "the two sides print different output";
	else if (!a != !b)
		c->output = "the output of one side differs from run to run, the other's does not";
}

void
comparisonssameoutput(struct comparisons *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->of[i].output)
			comparisonunfit(&all->of[i], "%s", all->of[i].output);
}

/* What the runs did that were watched, if this is an arm that has a program. */
static void
checkseen(struct comparison *c, const struct receiptbench *b, const char *const names[2],
	const size_t arms[2])
{
	static const struct sighting untold = {.garbled = true};
	const struct sighting *of[2];
	const char *flaw = NULL;

	if (!b->seen)
		return; /* an older receipt, or arms that are nothing but commands */
	for (size_t s = 0; s < 2; s++)
		of[s] = arms[s] < b->nseen ? &b->seen[arms[s]] : &untold;
	if (of[0]->garbled || of[1]->garbled)
		flaw = "what was seen of its runs is not as bench-run writes it";
	for (size_t s = 0; s < 2 && !flaw; s++)
		flaw = sightingflaw(of[s], names[s]);
	if (!flaw)
		flaw = sightingsdiffer(of[0], names[0], of[1], names[1]);
	if (flaw)
		comparisonunfit(c, "%s", flaw);
	if (b->shared)
		comparisonunfit(c, "it changes '%s', which all arms share", b->shared);
	c->watched = flaw || (of[0]->looked && of[1]->looked);
	c->seen = of[0]->looked && of[1]->looked && !c->invalid;
}

/* Whether the rounds of a benchmark follow each other, with no other benchmark's in between. */
static bool
unbroken(const struct receipt *r)
{
	size_t timed = 0;

	for (size_t i = 0; i < r->nbenches; i++)
		timed += r->benches[i].metric != METRIC_INSTRUCTIONS;
	return timed == 1 || json_is_object(json_object_get(r->settings, "decide"));
}

/* What ran before what, of a comparison whose orders have been checked. */
static void
readfollows(struct comparison *c, const struct receipt *r, const struct receiptbench *b,
	const size_t arms[2])
{
	size_t *order = xcalloc(2 * r->narms, sizeof(*order)), *before = NULL;
	bool all = unbroken(r);

	c->follows = xcalloc(b->rounds, sizeof(*c->follows));
	for (size_t k = 0; k < b->rounds; k++) {
		size_t *now = order + k % 2 * r->narms;

		for (size_t i = 0; i < r->narms; i++)
			now[i] = b->order[k * r->narms + i];
		c->follows[k] = (signed char)followings(before, now, r->narms, arms[0], arms[1]);
		before = all ? now : NULL;
	}
	free(order);
}

/* What its numbers are, unless they are seconds of a clock. */
static void
readnumber(struct comparison *c, const struct receiptbench *b, enum metric metric)
{
	const struct receiptnumber *k = &b->number;

	if (b->metric == METRIC_NUMBER) {
		c->unit = k->unit ? xstrdup(k->unit) : NULL;
		c->inverse = k->higher;
		c->undirected = k->undirected;
		c->count = (k->count || c->unit) && !c->inverse;
		c->unslowed = k->unit || !k->suite;
		c->number = c->unslowed;
		c->suite = k->suite != NULL;
	} else if (metric == METRIC_PEAK_RSS) {
		c->unit = xstrdup("B");
		c->number = c->unslowed = true;
	}
}

static void
readbench(struct comparisons *all, const struct receipt *r, const struct receiptbench *b,
	enum metric metric, const size_t arms[2])
{
	const char *const names[] = {all->base, all->cand};
	struct comparison *c = comparisonadd(all, b->name);

	c->base = receiptnumbers(b, arms[0], metric, &c->nbase);
	c->cand = receiptnumbers(b, arms[1], metric, &c->ncand);
	if (b->metric == METRIC_INSTRUCTIONS)
		comparisoncounted(c);
	else
		readnumber(c, b, metric == METRIC_OWN ? b->metric : metric);
	for (size_t s = 0; s < 2 && !c->unmoved && c->counted; s++)
		c->unmoved = arms[s] < b->unmoved.n ? b->unmoved.of[arms[s]] : NULL;
	c->copy = receiptsamefiles(r, b, arms[0], arms[1]);
	c->identical = receiptsamerun(r, b, arms[0], arms[1]);
	c->planned = b->planned;
	c->min_effect_pct = b->min_effect_pct;
	c->margin_pct = b->margin_pct;
	c->max_undetected_pct = b->max_undetected_pct;
	checkseen(c, b, names, arms);
	if (b->flaw)
		comparisonunfit(c, "%s", b->flaw);
	if (b->number.lacks)
		comparisonunfit(c, "%s", b->number.lacks);
	comparisoncheck(c, all->base, c->base, c->nbase);
	comparisoncheck(c, all->cand, c->cand, c->ncand);
	if (c->nbase != c->ncand)
		comparisonunfit(c, "one side has %zu samples, the other %zu", c->nbase, c->ncand);
	comparisoninvert(c);
	checkorder(c, r, b);
	if (c->paired && !c->invalid)
		readfollows(c, r, b, arms);
	/* A copy prints what the original prints, however near is near enough for others. */
	if (c->copy || !b->other_output)
		checkoutput(
			c, receiptsideof(b, arms[0])->output, receiptsideof(b, arms[1])->output);
	if (!r->complete)
		comparisonunfit(c, "the measurement is not complete: a command failed, or a file "
				   "changed meanwhile");
	consistencycheck(c, r, b);
}

void
comparisonsread(struct comparisons *all, const struct receipt *r, const char *base,
	const char *cand, enum metric metric)
{
	size_t arms[2];

	if (r->narms < 2)
		fatal("read '%s': it has fewer than two arms", r->file);
	*all = (struct comparisons){.paired = true,
		.base = xstrdup(base ? base : r->arms[0].name),
		.cand = xstrdup(cand ? cand : r->arms[1].name)};
	arms[0] = receiptarm(r, all->base);
	arms[1] = receiptarm(r, all->cand);
	if (arms[0] == arms[1])
		fatal("read '%s': arm '%s' cannot be compared with itself", r->file, all->base);
	for (size_t i = 0; i < r->nbenches; i++)
		readbench(all, r, &r->benches[i], metric, arms);
}
