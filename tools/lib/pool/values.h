/* The value data of one module: counts per site and target. */
#ifndef POOL_VALUES_H
#define POOL_VALUES_H

#include "pool/addresses.h"
#include "profraw/format.h"

#define POOL_NOADDR UINT64_MAX

struct poolvalue {
	uint64_t key;	/* NameRef, size or hash of a vtable; 0 for what is not known */
	uint64_t count; /* at most 2^64-1 */
	uint64_t addr;	/* the address (see below) or size that it was first; POOL_NOADDR */
	uint32_t site;	/* of the module, in the order of records and kinds */
};

/* Starts as {0}. */
struct poolvalues {
	struct pooladdr fn, vtab;
	struct poolvalue *v; /* in the order in which they first came up */
	size_t n, cap;
	uint32_t *slot; /* hash of site and key -> index + 1 */
	size_t nslot;
	size_t guess; /* index of the value that is likely to be the next */
};

/* Values of one record that wait until their file turns out to be good: see struct profvalues. */
struct poolstage {
	struct profvalues v;
	uint32_t site; /* of its first */
};

/* The addresses of the functions and vtables of pr as those of the module, which has none. */
void poolvaluesinit(struct poolvalues *t, const struct profraw *pr);
void poolvaluescopy(
	struct poolvalues *t, const struct poolvalues *from, const struct profraw *tmpl);
void poolvaluesrelease(struct poolvalues *t);

/* Adds n staged values of pr, a profile of the module. */
void poolvaluesadd(struct poolvalues *t, const struct profraw *pr, const struct poolstage *s,
	size_t n, uint64_t weight);

/* Adds one value. */
void poolvalue(struct poolvalues *t, uint32_t site, uint64_t key, uint64_t count);

/* Adds those of another table of the same module. */
void poolvaluesmerge(struct poolvalues *t, const struct poolvalues *from);

/* No values; the addresses stay. */
void poolvaluesclear(struct poolvalues *t);

#endif
