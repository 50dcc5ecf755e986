/*
 * The names in a profile, found by their NameRef. Inflated on demand: they are most of a profile's
 * bytes, and equal in all profiles of one program.
 */
#ifndef PROFRAW_NAMES_H
#define PROFRAW_NAMES_H

#include "base/buf.h"
#include "profraw/format.h"

struct profname {
	uint64_t ref;
	uint32_t off, len; /* in text */
};

/* Starts as {0}. */
struct profnames {
	struct buf text;
	struct profname *v; /* sorted by ref */
	size_t n, cap;
};

/*
 * Reads the names of pr (the names of its vtables too) and checks that each record and each vtable
 * has one. 0, or -1 with d filled in. What t had before is dropped.
 */
int profnamesread(struct profnames *t, const struct profraw *pr, struct profdiag *d);

/*
 * The same for many profiles: adds the names of pr to those that t has, and does not ask for whom
 * they are. profnamesfind() needs a profnamessort() behind the last one.
 */
int profnamesadd(struct profnames *t, const struct profraw *pr, struct profdiag *d);
void profnamessort(struct profnames *t);

/* The name, not terminated, and its length; NULL when there is none. Valid as long as t. */
const char *profnamesfind(const struct profnames *t, uint64_t ref, size_t *len);

void profnamesrelease(struct profnames *t);

#endif
