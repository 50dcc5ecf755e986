/* One benchmark of one document: a block of samples that were taken one after the other. */
#ifndef INPUT_BENCH_H
#define INPUT_BENCH_H

#include "input/document.h"

struct inputbench {
	char *name;
	char *alike; /* its name without its configuration, or NULL */
	double *x;   /* NULL: its samples are not numbers */
	size_t n;
	char *unit;	 /* NULL: seconds */
	bool higher;	 /* more of it is better */
	bool undirected; /* nobody says whether more of it is better, or less */
	bool count;	 /* exact numbers of which 0 is one */
	bool aggregate;	 /* x is one mean or median */
	char *invalid;	 /* why it has no result, or NULL */
	bool again;	 /* one before it has its name, which then has no result */
	bool taken;	 /* it is half of a comparison */
};

struct inputbenches {
	struct inputbench *of; /* in the document's order */
	size_t n;
	struct inputbench **byname; /* sorted, without those that are there again */
	size_t nnames;
	struct inputbench **byalike; /* those that have it, sorted by that and then by name */
	size_t nalike;
};

/*
 * The benchmarks of a document, for one arm of a receipt (NULL: the first) and by a metric (METRIC_OWN:
 * as it says itself). Fatal when it does not have that arm or metric.
 */
void inputbenchesof(
	struct inputbenches *out, const struct document *d, const char *arm, enum metric metric);
void inputbenchesrelease(struct inputbenches *b);

/* The first that is alike another one, or NULL. */
const struct inputbench *inputbenchalike(
	const struct inputbenches *in, const struct inputbench *other);

/* The one called name, or NULL. */
struct inputbench *inputbenchnamed(const struct inputbenches *in, const char *name);

#endif
