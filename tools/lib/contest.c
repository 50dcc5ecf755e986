#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "contest.h"
#include "err.h"
#include "mem.h"
#include "order.h"

enum { ARMS_MAX = 64 };

/* Marks c unfit; the first reason stays. */
static void __attribute__((format(printf, 2, 3)))
unfit(struct contest *c, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (c->invalid)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printable(text);
	c->invalid = xstrdup(text);
}

static struct contest *
contestadd(struct contests *all, const char *name)
{
	/* Grown by doubling. */
	if (!(all->n & (all->n - 1)))
		all->of = xreallocarray(all->of, all->n ? all->n * 2 : 1, sizeof(*all->of));
	all->of[all->n] = (struct contest){.name = xstrdup(name), .paired = all->paired};
	return &all->of[all->n++];
}

/* The numbers of array v, added to x[n] (CPU time is a sum of two columns). */
static bool
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
static void
checktimes(struct contest *c, const char *side, const double *x, size_t n)
{
	if (!n)
		unfit(c, "%s has no samples", side);
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]) || x[i] <= 0)
			unfit(c, "sample %zu of %s is %g s", i + 1, side, x[i]);
}

/* One arm of one benchmark of a receipt: its times by metric, n of them. */
static double *
receipttimes(const json_t *bench, const char *arm, const char *metric, size_t *n)
{
	const json_t *s = json_object_get(json_object_get(bench, "samples"), arm);
	const json_t *wall = json_object_get(s, "wall_s");
	bool cpu = !strcmp(metric, "cpu");
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

/* The index of an arm in the receipt, or -1. */
static int
armindex(const json_t *receipt, const char *name)
{
	const json_t *arms = json_object_get(receipt, "arms"), *v;
	size_t i;

	json_array_foreach(arms, i, v)
	{
		const char *s = json_string_value(json_object_get(v, "name"));

		if (s && !strcmp(s, name))
			return (int)i;
	}
	return -1;
}

static const char *
armname(const json_t *receipt, size_t i)
{
	const json_t *arm = json_array_get(json_object_get(receipt, "arms"), i);

	return json_string_value(json_object_get(arm, "name"));
}

/* The recorded orders must be those that the seed gives: else somebody chose them. */
static void
checkorder(struct contest *c, const json_t *receipt, const json_t *bench)
{
	const char *hex = json_string_value(json_object_get(receipt, "seed"));
	const json_t *rounds = json_object_get(bench, "order"), *round;
	size_t narms = json_array_size(json_object_get(receipt, "arms")), i;
	uint64_t seed = hex ? strtoull(hex, NULL, 16) : 0;

	if (!hex || narms > ARMS_MAX || json_array_size(rounds) != c->nbase) {
		unfit(c, "its rounds and its samples do not go together");
		return;
	}
	json_array_foreach(rounds, i, round)
	{
		size_t order[ARMS_MAX];

		roundorder(seed, i, narms, order);
		for (size_t k = 0; k < narms; k++) {
			const json_t *v = json_array_get(round, k);

			if (!json_is_integer(v) || json_integer_value(v) != (json_int_t)order[k]) {
				unfit(c, "the order of round %zu is not the seed's", i + 1);
				return;
			}
		}
	}
}

static const char *
at(const json_t *bench, const char *key, int i)
{
	return json_string_value(json_array_get(json_object_get(bench, key), (size_t)i));
}

static bool
same(const json_t *bench, const char *key, int i, int k)
{
	const char *a = at(bench, key, i), *b = at(bench, key, k);

	return a && b && !strcmp(a, b);
}

/* Programs whose output is the same every time must agree with each other on it. */
static void
checkoutput(struct contest *c, const json_t *bench, const char *base, const char *cand)
{
	const json_t *s = json_object_get(bench, "samples");
	const char *a = json_string_value(json_object_get(json_object_get(s, base), "output"));
	const char *b = json_string_value(json_object_get(json_object_get(s, cand), "output"));

	if (a && b && strcmp(a, b))
		unfit(c, "the two sides print different output");
	else if (!a != !b)
		unfit(c, "the output of one side differs from run to run, the other's does not");
}

static void
readpaired(struct contests *all, const json_t *receipt, const char *file, const char *metric)
{
	const json_t *benches = json_object_get(receipt, "benches"), *bench;
	int ibase = armindex(receipt, all->base), icand = armindex(receipt, all->cand);
	bool complete = json_is_true(json_object_get(receipt, "complete"));
	size_t i;

	if (ibase < 0 || icand < 0)
		fatal("read '%s': there is no arm '%s' in it", file,
			ibase < 0 ? all->base : all->cand);
	json_array_foreach(benches, i, bench)
	{
		const char *name = json_string_value(json_object_get(bench, "name"));
		const char *judged = json_string_value(json_object_get(bench, "metric"));
		struct contest *c;

		if (!name || !judged)
			fatal("read '%s': benches[%zu] has no name or no metric", file, i);
		judged = metric ? metric : judged;
		c = contestadd(all, name);
		c->base = receipttimes(bench, all->base, judged, &c->nbase);
		c->cand = receipttimes(bench, all->cand, judged, &c->ncand);
		c->identical = same(bench, "sha256", ibase, icand) &&
			       same(bench, "commands", ibase, icand);
		if (c->nbase != c->ncand)
			unfit(c, "one side has %zu samples, the other %zu", c->nbase, c->ncand);
		checktimes(c, all->base, c->base, c->nbase);
		checktimes(c, all->cand, c->cand, c->ncand);
		checkorder(c, receipt, bench);
		checkoutput(c, bench, all->base, all->cand);
		if (!complete)
			unfit(c, "the measurement was cut short by a command that failed");
	}
}

/* A benchmark of one document of an unpaired comparison. */
struct block {
	const char *name;
	double *x;
	size_t n;
	bool failed; /* a run did not exit with 0 */
};

struct blocks {
	struct block *of;
	size_t n;
};

static bool
allzero(const json_t *codes)
{
	const json_t *v;
	size_t i;

	json_array_foreach(codes, i, v)
	{
		if (!json_is_integer(v) || json_integer_value(v))
			return false;
	}
	return true;
}

static void
readhyperfine(struct blocks *out, const json_t *doc, const char *file)
{
	const json_t *results = json_object_get(doc, "results"), *r;
	size_t i;

	out->of = xcalloc(json_array_size(results), sizeof(*out->of));
	json_array_foreach(results, i, r)
	{
		const char *name = json_string_value(json_object_get(r, "command"));
		const json_t *times = json_object_get(r, "times");
		struct block b = {.name = name, .n = json_array_size(times)};

		if (!name)
			fatal("read '%s': results[%zu].command is not a string", file, i);
		b.x = xcalloc(b.n, sizeof(*b.x));
		if (b.n && !addcolumn(times, b.x, b.n))
			fatal("read '%s': results[%zu].times is not an array of numbers", file, i);
		b.failed = !allzero(json_object_get(r, "exit_codes"));
		out->of[out->n++] = b;
	}
}

static void
readreceiptblocks(struct blocks *out, const json_t *doc, const char *file, const char *arm,
	const char *metric)
{
	const json_t *benches = json_object_get(doc, "benches"), *bench;
	bool complete = json_is_true(json_object_get(doc, "complete"));
	size_t i;

	if (!arm)
		arm = armname(doc, 0);
	if (!arm || armindex(doc, arm) < 0)
		fatal("read '%s': there is no arm '%s' in it", file, arm ? arm : "");
	out->of = xcalloc(json_array_size(benches), sizeof(*out->of));
	json_array_foreach(benches, i, bench)
	{
		const char *judged = json_string_value(json_object_get(bench, "metric"));
		struct block b = {.name = json_string_value(json_object_get(bench, "name"))};

		if (!b.name || !judged)
			fatal("read '%s': benches[%zu] has no name or no metric", file, i);
		b.x = receipttimes(bench, arm, metric ? metric : judged, &b.n);
		b.failed = !complete;
		out->of[out->n++] = b;
	}
}

static bool
isreceipt(const json_t *doc)
{
	const char *f = json_string_value(json_object_get(doc, "format"));

	return f && !strcmp(f, "pgokit-receipt-1");
}

static void
readblocks(struct blocks *out, const json_t *doc, const char *file, const char *arm,
	const char *metric)
{
	if (isreceipt(doc))
		readreceiptblocks(out, doc, file, arm, metric);
	else if (json_is_array(json_object_get(doc, "results")))
		readhyperfine(out, doc, file);
	else
		fatal("read '%s': neither a receipt of bench-run nor JSON of hyperfine", file);
	for (size_t i = 0; i < out->n; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(out->of[i].name, out->of[k].name))
				fatal("read '%s': benchmark '%s' is there twice", file,
					out->of[i].name);
}

static struct block *
find(const struct blocks *in, const char *name)
{
	for (size_t i = 0; i < in->n; i++)
		if (!strcmp(in->of[i].name, name))
			return &in->of[i];
	return NULL;
}

static void
readunpaired(struct contests *all, json_t *const docs[2], const char *const names[2],
	const char *base, const char *cand, const char *metric)
{
	struct blocks b = {0}, c = {0};
	bool single;

	readblocks(&b, docs[0], names[0], base, metric);
	readblocks(&c, docs[1], names[1], cand, metric);
	/* `hyperfine ./old` and `hyperfine ./new`: one benchmark under two commands. */
	single = b.n == 1 && c.n == 1;
	for (size_t i = 0; i < b.n; i++) {
		struct contest *k = contestadd(all, b.of[i].name);
		const struct block *other = single ? c.of : find(&c, k->name);

		k->base = b.of[i].x;
		k->nbase = b.of[i].n;
		if (!other) {
			unfit(k, "it is missing in '%s'", names[1]);
			continue;
		}
		k->cand = other->x;
		k->ncand = other->n;
		if (b.of[i].failed || other->failed)
			unfit(k, "a run of it failed in '%s'", names[!b.of[i].failed]);
		checktimes(k, names[0], k->base, k->nbase);
		checktimes(k, names[1], k->cand, k->ncand);
	}
	for (size_t i = 0; i < c.n; i++) {
		if (single || find(&b, c.of[i].name))
			continue;
		unfit(contestadd(all, c.of[i].name), "it is missing in '%s'", names[0]);
	}
	free(b.of);
	free(c.of);
}

void
contestsread(struct contests *all, json_t *const docs[2], const char *const names[2],
	const char *base, const char *cand, const char *metric)
{
	*all = (struct contests){.paired = !docs[1]};
	if (!all->paired) {
		all->base = xstrdup(base ? base : names[0]);
		all->cand = xstrdup(cand ? cand : names[1]);
		readunpaired(all, docs, names, base, cand, metric);
		return;
	}
	if (!isreceipt(docs[0]))
		fatal("read '%s': not a receipt of bench-run; to compare two files name both",
			names[0]);
	base = base ? base : armname(docs[0], 0);
	cand = cand ? cand : armname(docs[0], 1);
	if (!base || !cand)
		fatal("read '%s': it has fewer than two arms", names[0]);
	all->base = xstrdup(base);
	all->cand = xstrdup(cand);
	readpaired(all, docs[0], names[0], metric);
}
