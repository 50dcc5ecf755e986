/* Two arms of each benchmark, read from untrusted receipts or hyperfine files. */
#ifndef CONTEST_H
#define CONTEST_H

#include <stdbool.h>
#include <stddef.h>

#include "json.h"
#include "verdict.h"

struct contest {
	char *name;
	double *base, *cand; /* seconds, in the order they were taken */
	size_t nbase, ncand;
	bool paired;	/* base[i] and cand[i] are one round, its order drawn from the seed */
	bool identical; /* the same command on a file with the same hash */
	char *invalid;	/* why this cannot be judged, or NULL */
	bool gated;
	struct judgement j;
};

struct contests {
	struct contest *of;
	size_t n;
	char *base, *cand; /* what the two sides are called */
	bool paired;	   /* one receipt, rather than two separate files */
};

/*
 * Reads the contest between arms `base` and `cand` of one receipt (docs[1] is NULL; a NULL name
 * means the first and the second arm), or between two documents, each a hyperfine file or a
 * receipt, their benchmarks matched by name. names[] are the files' names for messages. A metric
 * ("wall", "cpu") overrides the receipt's own when not NULL. Fatal when the documents are not of
 * that shape; a single unfit benchmark is kept and marked invalid.
 */
void contestsread(struct contests *all, json_t *const docs[2], const char *const names[2],
	const char *base, const char *cand, const char *metric);

#endif
