#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"
#include "err.h"
#include "looks.h"
#include "mem.h"
#include "order.h"

/* A picosecond to thirty years: outside, no clock was read. */
static const double least_s = 1e-12, most_s = 1e9;

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
	all->of[all->n] = (struct contest){.name = xstrdup(name), .paired = all->paired};
	return &all->of[all->n++];
}

void
contestsrelease(struct contests *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->of[i].name);
		free(all->of[i].base);
		free(all->of[i].cand);
		free(all->of[i].invalid);
	}
	free(all->of);
	free(all->base);
	free(all->cand);
	*all = (struct contests){0};
}

bool
addcolumn(const json_t *v, double *x, size_t n)
{
	if (!json_is_array(v) || json_array_size(v) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *e = json_array_get(v, i);

		if (!json_is_number(e))
			return false;
		x[i] += json_number_value(e);
	}
	return true;
}

/* A time that is zero, negative or not finite was not measured: it would be the fastest ever. */
void
contestcheck(struct contest *c, const char *side, const double *x, size_t n)
{
	if (!x)
		contestunfit(c, "the samples of %s are not arrays of numbers of one length", side);
	else if (!n)
		contestunfit(c, "%s has no samples", side);
	for (size_t i = 0; x && i < n; i++)
		if (!(x[i] >= least_s && x[i] <= most_s))
			contestunfit(c, "sample %zu of %s is %g s", i + 1, side, x[i]);
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

bool
isreceipt(const json_t *doc)
{
	const char *f = json_string_value(json_object_get(doc, "format"));

	return f && !strcmp(f, "pgokit-receipt-1");
}

size_t
receiptarms(const json_t *receipt, const char *file)
{
	size_t n = json_array_size(json_object_get(receipt, "arms"));
	const char **names = xcalloc(n, sizeof(*names)), *twice;

	for (size_t i = 0; i < n; i++) {
		names[i] = receiptarmname(receipt, i);
		if (!names[i])
			fatal("read '%s': arms[%zu].name is not a string", file, i);
	}
	twice = nametwice(names, n);
	if (twice)
		fatal("read '%s': arm '%s' is there twice", file, twice);
	free(names);
	return n;
}

const char *
receiptarmname(const json_t *receipt, size_t i)
{
	const json_t *arm = json_array_get(json_object_get(receipt, "arms"), i);

	return json_string_value(json_object_get(arm, "name"));
}

size_t
receiptarm(const json_t *receipt, const char *file, const char *name)
{
	size_t n = json_array_size(json_object_get(receipt, "arms"));

	for (size_t i = 0; i < n; i++)
		if (!strcmp(receiptarmname(receipt, i), name))
			return i;
	fatal("read '%s': there is no arm '%s' in it", file, name);
}

const char *
receiptbench(const json_t *bench, const char *file, size_t i)
{
	const char *name = json_string_value(json_object_get(bench, "name"));
	const char *metric = json_string_value(json_object_get(bench, "metric"));

	if (!name || !metric)
		fatal("read '%s': benches[%zu] has no name or no metric", file, i);
	if (strcmp(metric, "wall") && strcmp(metric, "cpu"))
		fatal("read '%s': benches[%zu].metric '%s': expected wall or cpu", file, i, metric);
	return name;
}

double *
receipttimes(const json_t *bench, const char *arm, const char *metric, size_t *n)
{
	const json_t *s = json_object_get(json_object_get(bench, "samples"), arm);
	const json_t *wall = json_object_get(s, "wall_s");
	bool cpu = !strcmp(
		metric ? metric : json_string_value(json_object_get(bench, "metric")), "cpu");
	double *x;

	*n = json_array_size(wall);
	x = xcalloc(*n, sizeof(*x));
	if (cpu ? addcolumn(json_object_get(s, "user_s"), x, *n) &&
				addcolumn(json_object_get(s, "sys_s"), x, *n)
		: addcolumn(wall, x, *n))
		return x;
	free(x);
	*n = 0;
	return NULL;
}

/* The recorded orders must be those that the seed gives: else somebody chose them. */
static void
checkorder(struct contest *c, const json_t *receipt, const json_t *bench, size_t narms)
{
	const char *hex = json_string_value(json_object_get(receipt, "seed"));
	const json_t *rounds = json_object_get(bench, "order"), *round;
	size_t *order, i;
	uint64_t seed;

	if (!hex || !*hex || strlen(hex) > 16 || strspn(hex, "0123456789abcdef") != strlen(hex)) {
		contestunfit(c, "the receipt has no seed of its orders");
		return;
	}
	if (json_array_size(rounds) != c->nbase) {
		contestunfit(c, "it has %zu samples but the orders of %zu rounds", c->nbase,
			json_array_size(rounds));
		return;
	}
	seed = strtoull(hex, NULL, 16);
	order = xcalloc(narms, sizeof(*order));
	json_array_foreach(rounds, i, round)
	{
		bool same = json_array_size(round) == narms;

		if (same)
			roundorder(seed, i, narms, order);
		for (size_t k = 0; same && k < narms; k++) {
			const json_t *v = json_array_get(round, k);

			same = json_is_integer(v) && json_integer_value(v) == (json_int_t)order[k];
		}
		if (!same) {
			contestunfit(c, "the order of round %zu is not the seed's", i + 1);
			break;
		}
	}
	free(order);
}

static const char *
at(const json_t *array, size_t i)
{
	return json_string_value(json_array_get(array, i));
}

/* The same command, on the same file, with the same program of the arm where there is one. */
static bool
sameprogram(const json_t *receipt, const json_t *bench, size_t i, size_t k)
{
	const json_t *arms = json_object_get(receipt, "arms");
	const json_t *a = json_array_get(arms, i), *b = json_array_get(arms, k);
	static const char *const keys[] = {"commands", "sha256"};
	const char *x, *y;

	for (size_t n = 0; n < sizeof(keys) / sizeof(*keys); n++) {
		x = at(json_object_get(bench, keys[n]), i);
		y = at(json_object_get(bench, keys[n]), k);
		if (!x || !y || strcmp(x, y) != 0)
			return false;
	}
	if (json_is_null(json_object_get(a, "binary")) &&
		json_is_null(json_object_get(b, "binary")))
		return true;
	x = json_string_value(json_object_get(a, "sha256"));
	y = json_string_value(json_object_get(b, "sha256"));
	return x && y && !strcmp(x, y);
}

/* Programs whose output is the same every time must agree with each other on it. */
static void
checkoutput(struct contest *c, const json_t *bench, const char *base, const char *cand)
{
	const json_t *s = json_object_get(bench, "samples");
	const char *a = json_string_value(json_object_get(json_object_get(s, base), "output"));
	const char *b = json_string_value(json_object_get(json_object_get(s, cand), "output"));

	if (a && b && strcmp(a, b) != 0)
		contestunfit(c, "the two sides print different output");
	else if (!a != !b)
		contestunfit(c, "the output of one side differs from run to run, "
				"the other's does not");
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

static void
readpaired(struct contests *all, const json_t *receipt, const char *file, const char *metric)
{
	const json_t *benches = json_object_get(receipt, "benches"), *bench;
	bool complete = json_is_true(json_object_get(receipt, "complete"));
	size_t narms = receiptarms(receipt, file), i;
	size_t ibase = receiptarm(receipt, file, all->base);
	size_t icand = receiptarm(receipt, file, all->cand);
	const char **names = xcalloc(json_array_size(benches), sizeof(*names)), *twice;

	if (ibase == icand)
		fatal("read '%s': arm '%s' cannot be compared with itself", file, all->base);
	json_array_foreach(benches, i, bench)
	{
		struct contest *c;

		names[i] = receiptbench(bench, file, i);
		c = contestadd(all, names[i]);
		c->base = receipttimes(bench, all->base, metric, &c->nbase);
		c->cand = receipttimes(bench, all->cand, metric, &c->ncand);
		c->identical = sameprogram(receipt, bench, ibase, icand);
		readplanned(c, bench);
		contestcheck(c, all->base, c->base, c->nbase);
		contestcheck(c, all->cand, c->cand, c->ncand);
		if (c->nbase != c->ncand)
			contestunfit(
				c, "one side has %zu samples, the other %zu", c->nbase, c->ncand);
		checkorder(c, receipt, bench, narms);
		checkoutput(c, bench, all->base, all->cand);
		if (!complete)
			contestunfit(c, "the measurement is not complete: a command failed, or a "
					"file changed meanwhile");
	}
	twice = nametwice(names, all->n);
	if (twice)
		fatal("read '%s': benchmark '%s' is there twice", file, twice);
	free(names);
}

void
contestsread(struct contests *all, json_t *const docs[2], const char *const names[2],
	const char *base, const char *cand, const char *metric)
{
	*all = (struct contests){.paired = !docs[1]};
	if (!all->paired) {
		all->base = xstrdup(base ? base : names[0]);
		all->cand = xstrdup(cand ? cand : names[1]);
		blocksread(all, docs, names, base, cand, metric);
		return;
	}
	if (!isreceipt(docs[0]))
		fatal("read '%s': not a receipt of bench-run; to compare two files name both",
			names[0]);
	if (receiptarms(docs[0], names[0]) < 2)
		fatal("read '%s': it has fewer than two arms", names[0]);
	all->base = xstrdup(base ? base : receiptarmname(docs[0], 0));
	all->cand = xstrdup(cand ? cand : receiptarmname(docs[0], 1));
	readpaired(all, docs[0], names[0], metric);
}
