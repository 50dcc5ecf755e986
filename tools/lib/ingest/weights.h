/*
 * How much the counts of a source and of a tier weigh: lines of a file, tab-separated,
 *
 *	source	NAME	N
 *	tier	NAME	N
 *
 * N from 0, which leaves them out, to 1000; what is not named weighs 1. A line that starts with "#"
 * is none.
 */
#ifndef INGEST_WEIGHTS_H
#define INGEST_WEIGHTS_H

#include "ingest/store.h"

/* Starts as {0}: all weigh 1. */
struct weights {
	struct weight *v;
	size_t n;
};

/* Reads the file; fatal when a line is none of these. */
void weightsread(struct weights *w, const struct store *s, const char *path);
uint64_t weightof(const struct weights *w, const char *source, const char *tier);
void weightsrelease(struct weights *w);

#endif
