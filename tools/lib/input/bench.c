#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "decision/unit.h"
#include "input/bench.h"

/* No exit status but 0; null is that of a run that a signal ended. */
static bool
allzero(struct span codes)
{
	size_t n;
	double *x;
	bool zero = true;

	if (!codes.p)
		return true; /* older hyperfine does not record them */
	x = spannumbers(codes, &n);
	for (size_t i = 0; x && i < n; i++)
		zero &= x[i] == 0;
	free(x);
	return x && zero;
}

static struct inputbench
hyperfinebench(const struct document *d, const struct benchtext *t, size_t i)
{
	const char *name = json_string_value(json_object_get(t->head, "command"));
	struct inputbench b = {0};

	if (!name)
		fatal("read '%s': results[%zu].command is not a string", d->file, i);
	b.name = xstrdup(name);
	b.x = t->part[TIMES].p ? spannumbers(t->part[TIMES], &b.n) : xcalloc(1, sizeof(*b.x));
	if (!b.x)
		fatal("read '%s': results[%zu].times is not an array of numbers", d->file, i);
	if (!allzero(t->part[EXITS]))
		b.invalid = xstrdup("a run of it failed");
	return b;
}

static struct inputbench
receiptbench(const struct receipt *r, const struct receiptbench *b, size_t arm, enum metric metric)
{
	struct inputbench k = {.name = xstrdup(b->name)};

	k.x = receiptnumbers(b, arm, metric, &k.n);
	if (b->metric == METRIC_INSTRUCTIONS) {
		k.count = true;
		k.unit = xstrdup("instructions");
	} else if (b->metric == METRIC_NUMBER) {
		k.count = b->number.count;
		k.unit = b->number.unit ? xstrdup(b->number.unit) : NULL;
		k.higher = b->number.higher;
		k.undirected = b->number.undirected;
	} else if ((metric == METRIC_OWN ? b->metric : metric) == METRIC_PEAK_RSS) {
		k.unit = xstrdup("B");
	}
	if (!r->complete)
		k.invalid = xstrdup("a run of it failed");
	return k;
}

/* Of the samples in a unit of time seconds are made. */
static bool
toseconds(const char *unit, double *x, size_t n)
{
	double s = unitseconds(unit);

	for (size_t i = 0; i < n && !isnan(s); i++)
		x[i] *= s;
	return !isnan(s);
}

static struct inputbench
tablebench(const struct document *d, const struct benchtext *t, size_t i)
{
	const char *name = json_string_value(json_object_get(t->head, "name"));
	const char *unit = json_string_value(json_object_get(t->head, "unit"));
	const char *better = json_string_value(json_object_get(t->head, "better"));
	const char *alike = json_string_value(json_object_get(t->head, "alike"));
	const char *invalid = json_string_value(json_object_get(t->head, "invalid"));
	struct inputbench b = {.aggregate = json_is_true(json_object_get(t->head, "aggregate")),
		.count = json_is_true(json_object_get(t->head, "count"))};

	if (!name || !unit)
		fatal("read '%s': benches[%zu] has no name or no unit", d->file, i);
	b.name = xstrdup(name);
	b.alike = alike ? xstrdup(alike) : NULL;
	b.x = spannumbers(t->part[SAMPLES], &b.n);
	b.higher = better && !strcmp(better, "higher");
	b.undirected = !b.higher && (!better || strcmp(better, "lower") != 0);
	if (!toseconds(unit, b.x, b.n))
		b.unit = xstrdup(unit);
	if (invalid)
		b.invalid = xstrdup(invalid);
	else if (!b.x)
		b.invalid = xstrdup("not all of its samples are numbers");
	else if (b.aggregate && b.n != 1)
		b.invalid = xstrdup("its mean or median is not one number");
	return b;
}

/* The index of the arm that is meant. */
static size_t
choosearm(const struct receipt *r, const char *arm)
{
	if (!r->narms)
		fatal("read '%s': there is no arm in it", r->file);
	return arm ? receiptarm(r, arm) : 0;
}

/* What was asked for must be there. */
static void
checkchoice(const struct document *d, const char *arm, enum metric metric)
{
	const char *has = json_string_value(json_object_get(d->head, "arm"));
	const char *is = json_string_value(json_object_get(d->head, "metric"));

	if (arm && (!has || strcmp(has, arm) != 0))
		fatal("read '%s': it has no arms to choose from", d->file);
	if (metric && metric != (is ? metricnamed(is) : METRIC_WALL))
		fatal("read '%s': it does not have the metric %s", d->file, metricname(metric));
}

static void
readreceipt(struct inputbenches *out, const struct receipt *r, const char *arm, enum metric metric)
{
	size_t chosen = choosearm(r, arm);

	for (; out->n < r->nbenches; out->n++)
		out->of[out->n] = receiptbench(r, &r->benches[out->n], chosen, metric);
}

static void
readlist(struct inputbenches *out, const struct document *d, const char *arm, enum metric metric)
{
	struct span element = {0};

	checkchoice(d, arm, metric);
	for (; spannext(d->list, &element); out->n++) {
		struct benchtext t = documentbench(d, element);

		out->of[out->n] =
			(d->kind == HYPERFINE ? hyperfinebench : tablebench)(d, &t, out->n);
		benchtextrelease(&t);
	}
}

static int
byname(const void *a, const void *b)
{
	const struct inputbench *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* By name, and of one name in the document's order. */
static int
byplace(const void *a, const void *b)
{
	const struct inputbench *const *x = a, *const *y = b;
	int c = byname(a, b);

	return c ? c : (*x > *y) - (*x < *y);
}

/* Of what has one name nobody knows which is meant: the first stands for all, and has no result. */
static void
spoilagain(struct inputbenches *in)
{
	for (size_t i = 0; i < in->n; i++) {
		struct inputbench *last = in->nnames ? in->byname[in->nnames - 1] : NULL;

		if (!last || byname(&last, &in->byname[i])) {
			in->byname[in->nnames++] = in->byname[i];
			continue;
		}
		in->byname[i]->again = true;
		free(last->invalid);
		last->invalid = xstrdup("it is there more than once");
	}
}

static int
byalike(const void *a, const void *b)
{
	const struct inputbench *const *x = a, *const *y = b;
	int c = strcmp((*x)->alike, (*y)->alike);

	return c ? c : byname(a, b);
}

void
inputbenchesof(
	struct inputbenches *out, const struct document *d, const char *arm, enum metric metric)
{
	size_t n = spancount(d->list);

	*out = (struct inputbenches){.of = xcalloc(n, sizeof(*out->of)),
		.byname = xcalloc(n, sizeof(*out->byname)),
		.byalike = xcalloc(n, sizeof(*out->byalike))};
	if (d->kind == RECEIPT)
		readreceipt(out, &d->receipt, arm, metric);
	else
		readlist(out, d, arm, metric);
	for (size_t i = 0; i < n; i++) {
		out->byname[i] = &out->of[i];
		if (out->of[i].alike)
			out->byalike[out->nalike++] = &out->of[i];
	}
	qsort(out->byalike, out->nalike, sizeof(*out->byalike), byalike);
	qsort(out->byname, n, sizeof(*out->byname), byplace);
	spoilagain(out);
}

void
inputbenchesrelease(struct inputbenches *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->of[i].name);
		free(b->of[i].alike);
		free(b->of[i].x);
		free(b->of[i].unit);
		free(b->of[i].invalid);
	}
	free(b->of);
	free(b->byname);
	free(b->byalike);
	*b = (struct inputbenches){0};
}

struct inputbench *
inputbenchnamed(const struct inputbenches *in, const char *name)
{
	const struct inputbench key = {.name = (char *)name}, *k = &key;
	struct inputbench **found =
		bsearch(&k, in->byname, in->nnames, sizeof(*in->byname), byname);

	return found ? *found : NULL;
}

const struct inputbench *
inputbenchalike(const struct inputbenches *in, const struct inputbench *other)
{
	size_t low = 0, high = in->nalike;

	if (!other->alike)
		return NULL;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(in->byalike[mid]->alike, other->alike) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < in->nalike && !strcmp(in->byalike[low]->alike, other->alike) ? in->byalike[low]
										  : NULL;
}
