/* Takes uploads into a store, source by source. */
#ifndef INGEST_TAKE_H
#define INGEST_TAKE_H

#include "ingest/inputs.h"
#include "ingest/upload.h"

/* Refusals of one reason. */
struct refusals {
	const char *reason;
	uint64_t n;
};

/* What became of them. */
struct taken {
	uint64_t accepted, known, refused, unreadable, unlisted;
	struct refusals by[16];
	size_t nby;
};

/*
 * Each source is committed by one rename of its pack, so that a kill loses no more than the work on
 * one of them. The inputs are sorted.
 */
void take(struct store *s, const struct limits *limits, const struct inputs *in, const char *tier,
	struct taken *t);

#endif
