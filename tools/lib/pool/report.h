/* What profraw-pool --json prints. */
#ifndef POOL_REPORT_H
#define POOL_REPORT_H

#include "pool/restrict.h"
#include "pool/workers.h"

/* "refused" or the name of the class. */
const char *poolverdict(const struct poolbad *b);

/*
 * Prints {"output", "bytes", "modules": [...], "bad": [...], "of", "total": {...}}; n modules, 0:
 * nothing was written. "bad" is in the order of the inputs; a sum stays at 2^63-1. `program`: what
 * `share` is of, or NULL.
 */
void pooljson(const struct poolrun *r, const char *out, uint64_t bytes, const struct poolinfo *info,
	size_t n, const char *program, const struct poolshare *share);

#endif
