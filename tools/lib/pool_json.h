/* What profraw-pool --json prints. */
#ifndef POOL_JSON_H
#define POOL_JSON_H

#include "pool_run.h"

/* "refused" or the name of the class. */
const char *poolverdict(const struct poolbad *b);

/*
 * Prints {"output", "bytes", "modules": [...], "bad": [...], "total": {...}}; n modules, 0: nothing
 * was written. "bad" is in the order of the inputs; a sum stays at 2^63-1.
 */
void pooljson(const struct poolrun *r, const char *out, uint64_t bytes, const struct poolinfo *info,
	size_t n);

#endif
