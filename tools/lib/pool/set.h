/* The modules of a pool, found by what they are. For the parts of pool/add.h. */
#ifndef POOL_SET_H
#define POOL_SET_H

#include "pool/module.h"

enum { POOL_HINTS = 16 };

struct pool {
	const struct pool *refuse;
	bool sums;		 /* poolfile.sum is wanted */
	struct poolknown *known; /* NULL, or what it is closed to: see pool/closed.h */
	struct poolmodule **v;	 /* in the order in which they came */
	size_t n, cap;
	struct poolmodule **slot; /* by hash, chained */
	size_t nslot;
	struct poolmodule *hint[POOL_HINTS]; /* what the n-th profile of a file was of, last time */

	/* Of the file at hand. */
	struct poolstage *stage;
	size_t nstage, capstage;
	struct poolpart *part; /* its profiles */
	size_t npart, cappart;
};

/* The module that pr is of, or NULL. */
struct poolmodule *poolfind(const struct pool *p, const struct profraw *pr, uint64_t hash);

/* Takes over the module, which the pool does not have yet. */
void poolput(struct pool *p, struct poolmodule *m);

/* Drops the modules that came last, down to n. */
void poolcut(struct pool *p, size_t n);

/* Why pr, of a module that the closed pool does not have, is none of the build's. */
void poolforeign(const struct pool *p, const struct profraw *pr, char *why, size_t n);

/* Forgets that it was closed. */
void poolopen(struct pool *p);

#endif
