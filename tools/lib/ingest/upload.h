/* One upload: is it whole, of the build, plausible and new? */
#ifndef INGEST_UPLOAD_H
#define INGEST_UPLOAD_H

#include "ingest/seen.h"
#include "ingest/store.h"

/* What is asked of an upload. */
struct limits {
	uint64_t bytes;	  /* of a file */
	uint64_t count;	  /* of one counter */
	double share;	  /* of one counter in all counts, percent */
	uint64_t uploads; /* of a source that are listed in its ledger */
};

struct upload {
	char sha256[SHA256_HEX];
	char counts[SHA256_HEX]; /* of what it counted; addresses and binary ids do not matter */
	uint64_t bytes, profiles, sum;
	const char *reason; /* why it is refused, one word; NULL: it is accepted */
	char why[320];	    /* the same with numbers */
};

/*
 * Reads and judges the file, an upload of the source that `pack` is of. 0, or -1 after a warning
 * when it cannot be read. What it counted is then in s->one, unless it was refused or is known
 * already (*known); whether it is new is asked of `seen`, and of the pack.
 */
int uploadjudge(const struct store *s, const struct limits *limits, const struct seen *seen,
	const struct pack *pack, const char *path, struct upload *u, bool *known);

#endif
