/* Two documents: each benchmark was measured in two separate blocks, one after the other. */
#include <stdlib.h>
#include <string.h>

#include "contest.h"
#include "err.h"
#include "mem.h"

/* A benchmark of one document. */
struct block {
	char *name;
	double *x; /* NULL: its samples are not numbers */
	size_t n;
	bool failed; /* a run did not exit with 0 */
};

struct blocks {
	struct block *of; /* in the document's order */
	size_t n;
	struct block **byname; /* sorted */
};

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

static void
addblock(struct blocks *out, struct block b)
{
	/* Grown by doubling. */
	if (!(out->n & (out->n - 1)))
		out->of = xreallocarray(out->of, out->n ? out->n * 2 : 1, sizeof(*out->of));
	out->of[out->n++] = b;
}

static void
readhyperfine(struct blocks *out, const struct document *d, struct span element)
{
	struct benchtext t = documentbench(d, element);
	const char *name = json_string_value(json_object_get(t.head, "command"));
	struct block b = {.failed = !allzero(t.column[EXITS])};

	if (!name)
		fatal("read '%s': results[%zu].command is not a string", d->file, out->n);
	b.name = xstrdup(name);
	b.x = t.column[TIMES].p ? spannumbers(t.column[TIMES], &b.n) : xcalloc(1, sizeof(*b.x));
	if (!b.x)
		fatal("read '%s': results[%zu].times is not an array of numbers", d->file, out->n);
	benchtextrelease(&t);
	addblock(out, b);
}

static void
readreceipt(struct blocks *out, const struct document *d, struct span element, const char *arm,
	const char *metric)
{
	struct benchtext t = documentbench(d, element);
	struct block b = {.name = xstrdup(receiptbench(d, &t, out->n)),
		.failed = !json_is_true(json_object_get(d->head, "complete"))};
	struct armtext side;

	receiptsides(&t, (const char *const[]){arm, NULL}, &side);
	b.x = receipttimes(&t, &side, metric, &b.n);
	benchtextrelease(&t);
	addblock(out, b);
}

static int
byname(const void *a, const void *b)
{
	const struct block *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* What was asked for must be there. */
static const char *
choosearm(const struct document *d, const char *arm, const char *metric)
{
	if (d->hyperfine) {
		if (arm)
			fatal("read '%s': JSON of hyperfine has no arms to choose from", d->file);
		if (metric && !strcmp(metric, "cpu"))
			fatal("read '%s': JSON of hyperfine has no CPU time per run", d->file);
		return NULL;
	}
	if (!receiptarms(d))
		fatal("read '%s': there is no arm in it", d->file);
	if (arm)
		receiptarm(d, arm);
	return arm ? arm : receiptarmname(d, 0);
}

static void
readdocument(struct blocks *out, const struct document *d, const char *arm, const char *metric)
{
	struct span element = {0};

	arm = choosearm(d, arm, metric);
	while (spannext(d->list, &element)) {
		if (d->hyperfine)
			readhyperfine(out, d, element);
		else
			readreceipt(out, d, element, arm, metric);
	}
	out->byname = xcalloc(out->n, sizeof(struct block *));
	for (size_t i = 0; i < out->n; i++)
		out->byname[i] = &out->of[i];
	qsort(out->byname, out->n, sizeof(*out->byname), byname);
	for (size_t i = 1; i < out->n; i++)
		if (!strcmp(out->byname[i - 1]->name, out->byname[i]->name))
			fatal("read '%s': benchmark '%s' is there twice", d->file,
				out->byname[i]->name);
}

static struct block *
find(const struct blocks *in, const char *name)
{
	const struct block key = {.name = (char *)name}, *k = &key;
	struct block **found = bsearch(&k, in->byname, in->n, sizeof(*in->byname), byname);

	return found ? *found : NULL;
}

/* Takes the samples over from the blocks. */
static void
match(struct contest *k, struct block *b, struct block *c, const char *base, const char *cand)
{
	k->base = b->x;
	k->nbase = b->n;
	b->x = NULL;
	contestcheck(k, base, k->base, k->nbase);
	if (!c) {
		contestunfit(k, "it is missing in '%s'", cand);
		return;
	}
	k->cand = c->x;
	k->ncand = c->n;
	c->x = NULL;
	contestcheck(k, cand, k->cand, k->ncand);
	if (b->failed || c->failed)
		contestunfit(k, "a run of it failed in '%s'", b->failed ? base : cand);
}

static void
release(struct blocks *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->of[i].name);
		free(b->of[i].x);
	}
	free(b->of);
	free(b->byname);
}

void
blocksread(struct contests *all, const struct document *a, const struct document *b,
	const char *base, const char *cand, const char *metric)
{
	struct blocks x = {0}, y = {0};
	bool single;

	readdocument(&x, a, base, metric);
	readdocument(&y, b, cand, metric);
	/* `hyperfine ./old` and `hyperfine ./new`: one benchmark under two commands. */
	single = a->hyperfine && b->hyperfine && x.n == 1 && y.n == 1;
	for (size_t i = 0; i < x.n; i++) {
		struct block *other = single ? y.of : find(&y, x.of[i].name);

		match(contestadd(all, x.of[i].name), &x.of[i], other, a->file, b->file);
	}
	for (size_t i = 0; i < y.n && !single; i++)
		if (!find(&x, y.of[i].name))
			contestunfit(
				contestadd(all, y.of[i].name), "it is missing in '%s'", a->file);
	release(&x);
	release(&y);
}
