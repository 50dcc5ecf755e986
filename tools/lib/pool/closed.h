/*
 * A pool of one build: profiles of its own programs and shared objects, and of no others.
 *
 * Who takes profiles from strangers must not remember what they send: an open pool keeps records,
 * names and binary ids of each module that comes. A closed one has all of its memory when it is
 * closed, but for values: sizes are of 22 classes, targets are functions of the build.
 */
#ifndef POOL_CLOSED_H
#define POOL_CLOSED_H

#include "pool/add.h"

/*
 * Enters the instrumented program or shared object at `path`, without counts, and appends its
 * profile, had it not run a function, to `blank`, if that is not NULL. Fatal when it cannot be read
 * or its profiles cannot be added up.
 */
void poolbuild(struct pool *p, const char *path, struct buf *blank);

/*
 * From here on pooladd() refuses what is of another module, with how many of its functions are not
 * known by name, hash and number of counters; and takes no binary ids.
 */
void poolclose(struct pool *p);

/* The functions of a closed pool: those of all modules, one behind the other. */
size_t poolfunctions(const struct pool *p);

/* The counts of each, at most 2^63-1. */
void poolsums(const struct pool *p, uint64_t *sum);

/* Scales the counts of each function that has more than `most` of it down to that; sum: poolsums(). */
void poolhold(struct pool *p, const uint64_t *sum, const uint64_t *most);

/* The name of one, its NameRef in hexadecimal when it has none; in b, a string. */
const char *poolname(const struct pool *p, size_t function, struct buf *b);

struct poolsurvey {
	uint64_t sum;	  /* of all counters, at most 2^63-1 */
	uint64_t hottest; /* counter */
	uint64_t hit;	  /* counters that are not 0 */
	size_t at;	  /* the function of the hottest one */
	uint64_t values;  /* the most that is counted at one value site */
};

/* What the counts of a closed pool look like. */
void poolsurvey(const struct pool *p, struct poolsurvey *s);

#endif
