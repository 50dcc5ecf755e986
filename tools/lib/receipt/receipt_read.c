/*
 * A receipt from its text. The samples are read in place (json/span.h), not through a tree of
 * jansson's values, which alone costs more than all of bench-compare: for 2,000 benchmarks with 100
 * rounds of 4 arms (62 MB) 339 MB and 2.6 s of CPU, bench-compare 134 MB and 1.2 s.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "decision/sequential.h"
#include "receipt/receipt.h"
#include "stats/shuffle.h"

enum { OUTPUT_MAX = 4096 }; /* bytes of the hash of an output, in its quotes */

/* A name, and which arm or benchmark has it. */
struct named {
	const char *name;
	size_t at;
};

static int
byname(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

/* Sorts; fatal when a name is there twice. */
static void
sortnames(struct named *names, size_t n, const char *file, const char *what)
{
	qsort(names, n, sizeof(*names), byname);
	for (size_t i = 1; i < n; i++)
		if (!byname(&names[i - 1], &names[i]))
			fatal("read '%s': %s '%s' is there twice", file, what, names[i].name);
}

static char *
text(const json_t *v)
{
	return json_is_string(v) ? xstrdup(json_string_value(v)) : NULL;
}

static char *
member(const json_t *o, const char *key)
{
	return text(json_object_get(o, key));
}

static bool
absent(const json_t *v)
{
	return !v || json_is_null(v);
}

/* The texts of an array, the first `most` of them. */
static struct texts
texts(const json_t *array, size_t most)
{
	size_t n = json_array_size(array);
	struct texts t = {0};

	if (!json_is_array(array))
		return t;
	t.n = n < most ? n : most;
	t.of = xcalloc(t.n, sizeof(*t.of));
	for (size_t i = 0; i < t.n; i++)
		t.of[i] = text(json_array_get(array, i));
	return t;
}

static struct column
column(struct span array)
{
	struct column c = {0};

	c.x = spannumbers(array, &c.n);
	if (c.x) /* read with room to grow */
		c.x = xreallocarray(c.x, c.n, sizeof(*c.x));
	return c;
}

static enum role
readrole(const json_t *v, const char *file, size_t i)
{
	enum role r = rolenamed(json_string_value(v));

	if (!r && !absent(v))
		fatal("read '%s': arms[%zu].role: expected base, cand, control, canary, release or "
		      "null",
			file, i);
	return r;
}

static size_t
readlayout(const json_t *v, const char *file, size_t i, size_t narms)
{
	json_int_t k = json_integer_value(v);

	if (absent(v))
		return 0;
	if (!json_is_integer(v) || k < 1 || (size_t)k > narms)
		fatal("read '%s': arms[%zu].layout: expected a number of layouts", file, i);
	return (size_t)k;
}

/* The arms, and their names, sorted, for the caller to free. */
static struct named *
readarms(struct receipt *r, const json_t *arms)
{
	struct named *names;
	const json_t *v;
	size_t i;

	r->narms = json_array_size(arms);
	r->arms = xcalloc(r->narms, sizeof(*r->arms));
	names = xcalloc(r->narms, sizeof(*names));
	json_array_foreach(arms, i, v)
	{
		r->arms[i].name = member(v, "name");
		if (!r->arms[i].name)
			fatal("read '%s': arms[%zu].name is not a string", r->file, i);
		names[i] = (struct named){r->arms[i].name, i};
	}
	sortnames(names, r->narms, r->file, "arm");
	json_array_foreach(arms, i, v)
	{
		struct receiptarm *a = &r->arms[i];
		const json_t *binary = json_object_get(v, "binary");

		a->binary = json_is_null(binary)     ? NULL
			    : json_is_string(binary) ? text(binary)
						     : xstrdup("");
		a->tree = member(v, "tree");
		a->sha256 = member(v, "sha256");
		a->role = readrole(json_object_get(v, "role"), r->file, i);
		a->layout = readlayout(json_object_get(v, "layout"), r->file, i, r->narms);
		a->slow_pct = json_number_value(json_object_get(v, "slow_pct"));
		a->slowed = member(v, "slowed");
	}
	return names;
}

/* The seed is what roundorder() needs; else the orders prove nothing. */
static void
readseed(struct receipt *r, const char *hex)
{
	r->seeded =
		hex && *hex && strlen(hex) <= 16 && strspn(hex, "0123456789abcdef") == strlen(hex);
	r->seed = r->seeded ? strtoull(hex, NULL, 16) : 0;
}

/* The arm whose name is a key, NULL when there is none. */
static const struct named *
armcalled(struct span key, const struct named *names, size_t n)
{
	json_t *k = spanload(key, key.n);
	const struct named want = {json_string_value(k), 0}, *found;

	found = bsearch(&want, names, n, sizeof(*names), byname);
	json_decref(k);
	return found;
}

static int
byarm(const void *a, const void *b)
{
	const struct receiptside *x = a, *y = b;

	return (x->arm > y->arm) - (x->arm < y->arm);
}

/* What one arm took: {wall_s: [...], ...}. */
static struct receiptside
readside(struct span side, size_t arm)
{
	struct receiptside s = {.arm = arm};
	struct span of[NCOLUMNS + 1];
	json_t *output;

	spanpick(side, receiptcolumns, of);
	for (size_t k = 0; k < NCOLUMNS; k++)
		s.of[k] = column(of[k]);
	output = spanload(of[NCOLUMNS], OUTPUT_MAX);
	s.output = text(output);
	json_decref(output);
	return s;
}

static void
readsides(struct receiptbench *b, struct span samples, const struct named *names, size_t narms)
{
	struct span key, side = {0};

	while (spannextmember(samples, &key, &side)) {
		const struct named *arm = armcalled(key, names, narms);

		if (!arm)
			continue;
		/* Grown by doubling. */
		if (!(b->nsides & (b->nsides - 1)))
			b->sides = xreallocarray(
				b->sides, b->nsides ? b->nsides * 2 : 1, sizeof(*b->sides));
		b->sides[b->nsides++] = readside(side, arm->at);
	}
	if (b->nsides)
		qsort(b->sides, b->nsides, sizeof(*b->sides), byarm);
}

/* Whether the text is the order that the seed gives to a round of n arms: into order[n]. */
static bool
inorder(struct span round, uint64_t seed, size_t i, size_t n, size_t *order)
{
	/* The count first: a round of few arms costs no more than its text. */
	if (spancount(round) != n)
		return false;
	roundorder(seed, i, n, order);
	return spanequals(round, order, n);
}

/* The orders of the rounds, up to the first that is not the one that the seed gives. */
static void
readorders(struct receiptbench *b, struct span rounds, const struct receipt *r, size_t *order)
{
	struct span round = {0};
	size_t n = r->narms, room = 0;

	for (; spannext(rounds, &round); b->rounds++) {
		if (b->misordered)
			continue;
		if (!inorder(round, r->seed, b->rounds, n, order)) {
			b->misordered = b->rounds + 1;
			continue;
		}
		if (b->rounds == room) {
			room = room ? room * 2 : 16;
			b->order = xreallocarray(b->order, room, n * sizeof(*b->order));
		}
		for (size_t i = 0; i < n; i++)
			b->order[b->rounds * n + i] = (unsigned)order[i];
	}
}

/* The number of rounds that were planned before the first was measured. */
static size_t
readplanned(struct receiptbench *b, const json_t *v)
{
	json_int_t n = json_integer_value(v);
	struct buf flaw = {0};

	if (absent(v))
		return 0;
	if (json_is_integer(v) && n >= 1 && n <= LOOKS_PLANNED_MAX)
		return (size_t)n;
	bufprintf(
		&flaw, "the planned rounds are not a whole number from 1 to %d", LOOKS_PLANNED_MAX);
	b->flaw = bufstr(&flaw);
	return 0;
}

/* A rule that the benchmark has of its own. */
static double
readrule(struct receiptbench *b, const json_t *bench, const char *key)
{
	const json_t *v = json_object_get(bench, key);
	double x = json_number_value(v);
	struct buf flaw = {0};

	if (absent(v))
		return NAN;
	if (json_is_number(v) && x >= 0 && x <= 1000)
		return x;
	bufprintf(&flaw, "its %s is not a number from 0 to 1000", key);
	if (b->flaw)
		bufrelease(&flaw); /* the first one stays */
	else
		b->flaw = bufstr(&flaw);
	return NAN;
}

/* What its runs did that were watched; receipts of older versions and bare commands have nothing. */
static void
readseen(struct receiptbench *b, const json_t *seen, size_t narms)
{
	size_t n = json_array_size(seen);

	if (absent(seen))
		return;
	b->nseen = n < narms ? n : narms;
	b->seen = xcalloc(b->nseen, sizeof(*b->seen));
	for (size_t i = 0; i < b->nseen; i++)
		b->seen[i] = sightingread(json_array_get(seen, i));
}

/* What its numbers are. */
static struct receiptnumber
readnumber(const json_t *v)
{
	const json_t *from = json_object_get(v, "from");
	const char *better = json_string_value(json_object_get(v, "better"));
	struct receiptnumber k = {.name = member(v, "name"),
		.unit = member(v, "unit"),
		.higher = better && !strcmp(better, "higher"),
		.count = json_is_true(json_object_get(v, "count")),
		.regex = member(from, "regex"),
		.jq = member(from, "jq"),
		.suite = member(v, "suite"),
		.lacks = member(v, "lacks")};

	k.undirected = !k.higher && (!better || strcmp(better, "lower") != 0);
	return k;
}

static void
readbench(struct receipt *r, struct span element, const struct named *names, size_t *order)
{
	enum { SAMPLES, ORDER, STEAL, BURN, NPARTS };
	static const char *const parts[] = {[SAMPLES] = "samples",
		[ORDER] = "order",
		[STEAL] = "steal_ticks",
		[BURN] = "burn_s",
		[NPARTS] = NULL};
	struct span part[NPARTS];
	json_t *v = spanloadrest(element, parts, part, REST_MAX);
	size_t i = r->nbenches++;
	struct receiptbench *b = &r->benches[i];
	const char *metric = json_string_value(json_object_get(v, "metric"));

	if (!v && spanisobject(element))
		fatal("read '%s': a benchmark has more than %d bytes beside its samples", r->file,
			REST_MAX);
	*b = (struct receiptbench){.name = member(v, "name"), .metric = metricnamed(metric)};
	if (!b->name || !metric)
		fatal("read '%s': benches[%zu] has no name or no metric", r->file, i);
	if (!b->metric)
		fatal("read '%s': benches[%zu].metric '%s': expected wall, cpu, instructions, peak_rss "
		      "or number",
			r->file, i, metric);
	if (b->metric == METRIC_NUMBER)
		b->number = readnumber(json_object_get(v, "number"));
	b->shell = json_is_true(json_object_get(v, "shell"));
	b->prepare = member(v, "prepare");
	b->cleanup = member(v, "cleanup");
	b->timeout_s = json_number_value(json_object_get(v, "timeout_s"));
	b->executions = (size_t)json_integer_value(json_object_get(v, "executions"));
	b->planned = readplanned(b, json_object_get(v, "planned"));
	b->commands = texts(json_object_get(v, "commands"), r->narms);
	b->files = texts(json_object_get(v, "files"), r->narms);
	b->sha256 = texts(json_object_get(v, "sha256"), r->narms);
	b->build_ids = texts(json_object_get(v, "build_ids"), r->narms);
	b->burn_s = column(part[BURN]);
	readsides(b, part[SAMPLES], names, r->narms);
	readseen(b, json_object_get(v, "seen"), r->narms);
	b->leaves = texts(json_object_get(v, "leaves"), REST_MAX);
	b->shared = member(v, "shared");
	b->unmoved = texts(json_object_get(v, "unmoved"), r->narms);
	readorders(b, part[ORDER], r, order);
	b->steal_ticks = column(part[STEAL]);
	b->min_effect_pct = readrule(b, v, "min_effect_pct");
	b->margin_pct = readrule(b, v, "margin_pct");
	b->max_undetected_pct = readrule(b, v, "max_undetected_pct");
	b->other_output = json_is_true(json_object_get(v, "other_output"));
	json_decref(v);
}

/* Their names; fatal when one is there twice. */
static void
checkbenches(const struct receipt *r)
{
	struct named *names = xcalloc(r->nbenches, sizeof(*names));

	for (size_t i = 0; i < r->nbenches; i++)
		names[i] = (struct named){r->benches[i].name, i};
	sortnames(names, r->nbenches, r->file, "benchmark");
	free(names);
}

void
receiptread(struct receipt *r, const char *file, const json_t *head, struct span benches)
{
	struct span element = {0};
	struct named *names;
	size_t *order;

	*r = (struct receipt){.file = file,
		.tool = member(head, "tool"),
		.finished = member(head, "finished"),
		.complete = json_is_true(json_object_get(head, "complete")),
		.machine = json_incref(json_object_get(head, "machine")),
		.settings = json_incref(json_object_get(head, "settings")),
		.benches = xcalloc(spancount(benches), sizeof(*r->benches))};
	readseed(r, json_string_value(json_object_get(head, "seed")));
	names = readarms(r, json_object_get(head, "arms"));
	order = xcalloc(r->narms, sizeof(*order)); /* room for one round's */
	while (spannext(benches, &element))
		readbench(r, element, names, order);
	checkbenches(r);
	free(order);
	free(names);
}
