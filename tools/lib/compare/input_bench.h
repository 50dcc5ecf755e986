/* One benchmark of one document: a block of samples that were taken one after the other. */
#ifndef COMPARE_INPUT_BENCH_H
#define COMPARE_INPUT_BENCH_H

#include "compare/input.h"

struct block {
	char *name;
	double *x; /* NULL: its samples are not numbers */
	size_t n;
	char *unit;	/* NULL: seconds */
	bool higher;	/* more of it is better */
	bool aggregate; /* x is one mean or median */
	char *invalid;	/* why it has no result, or NULL */
	bool taken;	/* it is half of a contest */
};

struct blocks {
	struct block *of; /* in the document's order */
	size_t n;
	struct block **byname; /* sorted */
};

/*
 * The blocks of a document, for one arm of a receipt (NULL: the first) and by a metric (METRIC_OWN:
 * as it says itself). Fatal when it does not have that arm or metric, or a name twice.
 */
void blocksof(struct blocks *out, const struct document *d, const char *arm, enum metric metric);
void blocksrelease(struct blocks *b);

/* The block called name, or NULL. */
struct block *blocknamed(const struct blocks *in, const char *name);

#endif
