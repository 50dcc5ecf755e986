/* The verdict on a whole file, and the sums over many. */
#ifndef PROFRAW_CHECK_H
#define PROFRAW_CHECK_H

#include "base/buf.h"
#include "profraw/format.h"
#include "profraw/modules.h"

struct proffile {
	struct profdiag d;
	bool known; /* it is a raw profile: version and variant are those of the first in it */
	unsigned version;
	uint64_t variant, bytes;
	/* of all profiles in the file; of no use if d.class says that it is bad */
	uint64_t profiles, functions, functions_hit, sites;
	struct profcount count;
	struct buf ids; /* binary ids, hexadecimal, joined by commas; a string */
};

/* Of good files, but for the first three members. Starts as {0}. */
struct proftotal {
	uint64_t files, warnings, class[PROFRAW_NCLASS];
	uint64_t bytes, profiles, sites;
	struct profcount count;
	struct profmodules modules; /* knows the distinct functions */
	struct buf file, scratch[2];
};

/* Checks the n bytes at p in every respect; adds what it finds to t. Release f->ids. */
void profcheck(const void *p, size_t n, struct proffile *f, struct proftotal *t);

/* The same for the regular file `path` of at most 16 GiB. */
void profcheckfile(const char *path, struct proffile *f, struct proftotal *t);

void proftotalrelease(struct proftotal *t);

/* The class is one of those that are of no use. */
static inline bool
profisbad(const struct proffile *f)
{
	return f->d.class >= PROFRAW_EMPTY;
}

#endif
