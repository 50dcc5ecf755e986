#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "compare/comparison.h"
#include "decision/sequential.h"
#include "decision/sighting.h"
#include "stats/shuffle.h"

/* A picosecond to thirty years: outside, no clock was read. */
static const double least_s = 1e-12, most_s = 1e9;
static const double most_count =
	1e300; /* its inverse is a number, too; jq has 1.8e308 for infinity */

enum { OUTPUT_MAX = 4096 }; /* bytes of the hash of an output, in its quotes */

void
contestunfit(struct contest *c, const char *fmt, ...)
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

struct contest *
contestadd(struct contests *all, const char *name)
{
	/* Grown by doubling. */
	if (!(all->n & (all->n - 1)))
		all->of = xreallocarray(all->of, all->n ? all->n * 2 : 1, sizeof(*all->of));
	all->of[all->n] = (struct contest){.name = xstrdup(name),
		.min_effect_pct = NAN,
		.margin_pct = NAN,
		.max_undetected_pct = NAN,
		.paired = all->paired};
	return &all->of[all->n++];
}

void
contestsrelease(struct contests *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->of[i].name);
		free(all->of[i].was);
		free(all->of[i].unit);
		free(all->of[i].base);
		free(all->of[i].cand);
		free(all->of[i].invalid);
	}
	free(all->of);
	free(all->base);
	free(all->cand);
	*all = (struct contests){0};
}

void
contestcounted(struct contest *c)
{
	c->counted = true;
	c->paired = false;
	c->unit = xstrdup("instructions");
}

/* A time that is zero, negative or not finite was not measured: it would be the fastest ever. */
void
contestcheck(struct contest *c, const char *side, const double *x, size_t n)
{
	double least = c->unit ? DBL_MIN : least_s, most = c->unit ? most_count : most_s;

	if (!x)
		contestunfit(c, "the samples of %s are not arrays of numbers of one length", side);
	else if (!n)
		contestunfit(c, "%s has no samples", side);
	for (size_t i = 0; x && i < n; i++)
		if (!(x[i] >= least && x[i] <= most))
			contestunfit(c, "sample %zu of %s is %g %s", i + 1, side, x[i],
				c->unit ? c->unit : "s");
}

static int
bytext(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *
nametwice(const char *const *names, size_t n)
{
	const char **sorted = xcalloc(n, sizeof(*sorted)), *twice = NULL;

	if (n)
		memcpy(sorted, names, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), bytext);
	for (size_t i = 1; i < n && !twice; i++)
		if (!strcmp(sorted[i - 1], sorted[i]))
			twice = sorted[i];
	free(sorted);
	return twice;
}

/* The recorded orders must be those that the seed gives: else somebody chose them. */
static void
checkorder(struct contest *c, const struct document *d, struct span rounds, size_t narms)
{
	const char *hex = json_string_value(json_object_get(d->head, "seed"));
	struct span round = {0};
	size_t *order, n = spancount(rounds), i;
	uint64_t seed;

	if (!hex || !*hex || strlen(hex) > 16 || strspn(hex, "0123456789abcdef") != strlen(hex)) {
		contestunfit(c, "the receipt has no seed of its orders");
		return;
	}
	if (n != c->nbase) {
		contestunfit(c, "it has %zu samples but the orders of %zu rounds", c->nbase, n);
		return;
	}
	seed = strtoull(hex, NULL, 16);
	order = xcalloc(narms, sizeof(*order));
	for (i = 0; spannext(rounds, &round); i++) {
		roundorder(seed, i, narms, order);
		if (!spanequals(round, order, narms)) {
			contestunfit(c, "the order of round %zu is not the seed's", i + 1);
			break;
		}
	}
	free(order);
}

/* Programs whose output is the same every time must agree with each other on it. */
static void
checkoutput(struct contest *c, const struct armtext sides[2])
{
	json_t *x = spanload(sides[0].column[OUTPUT], OUTPUT_MAX);
	json_t *y = spanload(sides[1].column[OUTPUT], OUTPUT_MAX);
	const char *a = json_string_value(x), *b = json_string_value(y);

	if (a && b && strcmp(a, b) != 0)
		c->output = "the two sides print different output";
	else if (!a != !b)
		c->output = "the output of one side differs from run to run, the other's does not";
	json_decref(x);
	json_decref(y);
}

void
contestssameoutput(struct contests *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->of[i].output)
			contestunfit(&all->of[i], "%s", all->of[i].output);
}

/* What the runs did that were watched, if this is an arm that has a program; see decision/sighting.h. */
static void
checkseen(struct contest *c, const json_t *bench, const char *const names[2], size_t i, size_t k)
{
	const json_t *seen = json_object_get(bench, "seen"), *shared;
	struct sighting of[2] = {{0}, {0}};
	const char *flaw = NULL;

	if (!seen || json_is_null(seen))
		return; /* an older receipt, or arms that are nothing but commands */
	if (!sightingread(&of[0], json_array_get(seen, i)) ||
		!sightingread(&of[1], json_array_get(seen, k)))
		flaw = "what was seen of its runs is not as bench-run writes it";
	for (size_t s = 0; s < 2 && !flaw; s++)
		flaw = sightingflaw(&of[s], names[s]);
	if (!flaw)
		flaw = sightingsdiffer(&of[0], names[0], &of[1], names[1]);
	if (flaw)
		contestunfit(c, "%s", flaw);
	shared = json_object_get(bench, "shared");
	if (json_is_string(shared))
		contestunfit(c, "it changes '%s', which all arms share", json_string_value(shared));
	c->watched = flaw || (of[0].looked && of[1].looked);
	c->seen = of[0].looked && of[1].looked && !c->invalid;
	sightingrelease(&of[0]);
	sightingrelease(&of[1]);
}

/* The number of rounds that were planned before the first was measured. */
static void
readplanned(struct contest *c, const json_t *bench)
{
	const json_t *v = json_object_get(bench, "planned");
	json_int_t n = json_integer_value(v);

	if (!v || json_is_null(v))
		return;
	if (!json_is_integer(v) || n < 1 || n > LOOKS_PLANNED_MAX)
		contestunfit(c, "the planned rounds are not a whole number from 1 to %d",
			LOOKS_PLANNED_MAX);
	else
		c->planned = (size_t)n;
}

/* A rule that the benchmark has of its own. */
static void
readrule(struct contest *c, const json_t *bench, const char *key, double *x)
{
	const json_t *v = json_object_get(bench, key);
	double y = json_number_value(v);

	if (!v || json_is_null(v))
		return;
	if (json_is_number(v) && y >= 0 && y <= 1000)
		*x = y;
	else
		contestunfit(c, "its %s is not a number from 0 to 1000", key);
}

/* One benchmark of a receipt; narms arms, base and cand are the i-th and the k-th. */
static void
readbench(struct contests *all, const struct document *d, struct span element, const char *metric,
	size_t narms, size_t i, size_t k)
{
	const char *const names[] = {all->base, all->cand, NULL};
	struct benchtext b = documentbench(d, element);
	struct contest *c = contestadd(all, receiptbench(d, &b, all->n));
	struct armtext sides[2];

	receiptsides(&b, names, sides);
	c->base = receiptnumbers(&b, &sides[0], metric, &c->nbase);
	c->cand = receiptnumbers(&b, &sides[1], metric, &c->ncand);
	if (receiptcounted(&b))
		contestcounted(c);
	c->copy = receiptsamefiles(d, &b, i, k);
	c->identical = receiptsamerun(d, &b, i, k);
	checkseen(c, b.head, names, i, k);
	readplanned(c, b.head);
	readrule(c, b.head, "min_effect_pct", &c->min_effect_pct);
	readrule(c, b.head, "margin_pct", &c->margin_pct);
	readrule(c, b.head, "max_undetected_pct", &c->max_undetected_pct);
	contestcheck(c, all->base, c->base, c->nbase);
	contestcheck(c, all->cand, c->cand, c->ncand);
	if (c->nbase != c->ncand)
		contestunfit(c, "one side has %zu samples, the other %zu", c->nbase, c->ncand);
	checkorder(c, d, b.column[ORDER], narms);
	/* A copy prints what the original prints, however near is near enough for others. */
	if (c->copy || !json_is_true(json_object_get(b.head, "other_output")))
		checkoutput(c, sides);
	if (!json_is_true(json_object_get(d->head, "complete")))
		contestunfit(c, "the measurement is not complete: a command failed, or a file "
				"changed meanwhile");
	benchtextrelease(&b);
}

static void
readpaired(struct contests *all, const struct document *d, const char *metric)
{
	size_t narms = receiptarms(d);
	size_t base = receiptarm(d, all->base), cand = receiptarm(d, all->cand);
	struct span element = {0};
	const char **names, *twice;

	if (base == cand)
		fatal("read '%s': arm '%s' cannot be compared with itself", d->file, all->base);
	while (spannext(d->list, &element))
		readbench(all, d, element, metric, narms, base, cand);
	names = xcalloc(all->n, sizeof(*names));
	for (size_t i = 0; i < all->n; i++)
		names[i] = all->of[i].name;
	twice = nametwice(names, all->n);
	if (twice)
		fatal("read '%s': benchmark '%s' is there twice", d->file, twice);
	free(names);
}

void
contestsread(struct contests *all, const struct document *d, const char *base, const char *cand,
	const char *metric)
{
	*all = (struct contests){.paired = true};
	if (d->kind != RECEIPT)
		fatal("read '%s': not a receipt of bench-run; to compare two files name both",
			d->file);
	if (receiptarms(d) < 2)
		fatal("read '%s': it has fewer than two arms", d->file);
	all->base = xstrdup(base ? base : receiptarmname(d, 0));
	all->cand = xstrdup(cand ? cand : receiptarmname(d, 1));
	readpaired(all, d, metric);
}
