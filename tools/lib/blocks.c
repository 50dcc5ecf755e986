/* Two documents: each benchmark was measured in two separate blocks, one after the other. */
#include <stdlib.h>
#include <string.h>

#include "contest.h"
#include "err.h"
#include "mem.h"

/* A benchmark of one document. */
struct block {
	const char *name;
	double *x; /* NULL: its samples are not numbers */
	size_t n;
	bool failed; /* a run did not exit with 0 */
};

struct blocks {
	struct block *of; /* in the document's order */
	size_t n;
	struct block **byname; /* sorted */
	bool hyperfine;
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
readhyperfine(struct blocks *out, const json_t *results, const char *file)
{
	const json_t *r;
	size_t i;

	out->hyperfine = true;
	out->of = xcalloc(json_array_size(results), sizeof(*out->of));
	json_array_foreach(results, i, r)
	{
		const json_t *times = json_object_get(r, "times");
		struct block b = {.name = json_string_value(json_object_get(r, "command")),
			.n = json_array_size(times)};

		if (!b.name)
			fatal("read '%s': results[%zu].command is not a string", file, i);
		b.x = xcalloc(b.n, sizeof(*b.x));
		if (times && !addcolumn(times, b.x, b.n))
			fatal("read '%s': results[%zu].times is not an array of numbers", file, i);
		b.failed = !allzero(json_object_get(r, "exit_codes"));
		out->of[out->n++] = b;
	}
}

static void
readreceipt(struct blocks *out, const json_t *doc, const char *file, const char *arm,
	const char *metric)
{
	const json_t *benches = json_object_get(doc, "benches"), *bench;
	bool complete = json_is_true(json_object_get(doc, "complete"));
	size_t i;

	if (!receiptarms(doc, file))
		fatal("read '%s': there is no arm in it", file);
	if (arm)
		receiptarm(doc, file, arm);
	else
		arm = receiptarmname(doc, 0);
	out->of = xcalloc(json_array_size(benches), sizeof(*out->of));
	json_array_foreach(benches, i, bench)
	{
		struct block b = {.name = receiptbench(bench, file, i), .failed = !complete};

		b.x = receipttimes(bench, arm, metric, &b.n);
		out->of[out->n++] = b;
	}
}

static int
byname(const void *a, const void *b)
{
	const struct block *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void
readdocument(struct blocks *out, const json_t *doc, const char *file, const char *arm,
	const char *metric)
{
	const json_t *results = json_object_get(doc, "results");

	if (isreceipt(doc)) {
		readreceipt(out, doc, file, arm, metric);
	} else if (json_is_array(results)) {
		if (arm)
			fatal("read '%s': JSON of hyperfine has no arms to choose from", file);
		if (metric && !strcmp(metric, "cpu"))
			fatal("read '%s': JSON of hyperfine has no CPU time per run", file);
		readhyperfine(out, results, file);
	} else {
		fatal("read '%s': neither a receipt of bench-run nor JSON of hyperfine", file);
	}
	out->byname = xcalloc(out->n, sizeof(struct block *));
	for (size_t i = 0; i < out->n; i++)
		out->byname[i] = &out->of[i];
	qsort(out->byname, out->n, sizeof(*out->byname), byname);
	for (size_t i = 1; i < out->n; i++)
		if (!strcmp(out->byname[i - 1]->name, out->byname[i]->name))
			fatal("read '%s': benchmark '%s' is there twice", file,
				out->byname[i]->name);
}

static struct block *
find(const struct blocks *in, const char *name)
{
	const struct block key = {.name = name}, *k = &key;
	struct block **found = bsearch(&k, in->byname, in->n, sizeof(*in->byname), byname);

	return found ? *found : NULL;
}

/* Takes the samples over from the blocks. */
static void
match(struct contest *k, struct block *b, struct block *c, const char *const names[2])
{
	k->base = b->x;
	k->nbase = b->n;
	b->x = NULL;
	contestcheck(k, names[0], k->base, k->nbase);
	if (!c) {
		contestunfit(k, "it is missing in '%s'", names[1]);
		return;
	}
	k->cand = c->x;
	k->ncand = c->n;
	c->x = NULL;
	contestcheck(k, names[1], k->cand, k->ncand);
	if (b->failed || c->failed)
		contestunfit(k, "a run of it failed in '%s'", names[!b->failed]);
}

static void
release(struct blocks *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->of[i].x);
	free(b->of);
	free(b->byname);
}

void
blocksread(struct contests *all, json_t *const docs[2], const char *const names[2],
	const char *base, const char *cand, const char *metric)
{
	struct blocks b = {0}, c = {0};
	bool single;

	readdocument(&b, docs[0], names[0], base, metric);
	readdocument(&c, docs[1], names[1], cand, metric);
	/* `hyperfine ./old` and `hyperfine ./new`: one benchmark under two commands. */
	single = b.hyperfine && c.hyperfine && b.n == 1 && c.n == 1;
	for (size_t i = 0; i < b.n; i++) {
		const char *name = b.of[i].name;

		match(contestadd(all, name), &b.of[i], single ? c.of : find(&c, name), names);
	}
	for (size_t i = 0; i < c.n && !single; i++)
		if (!find(&b, c.of[i].name))
			contestunfit(
				contestadd(all, c.of[i].name), "it is missing in '%s'", names[0]);
	release(&b);
	release(&c);
}
