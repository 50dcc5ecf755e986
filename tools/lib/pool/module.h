/* One module of a pool: what its profiles have in common, and their sum. */
#ifndef POOL_MODULE_H
#define POOL_MODULE_H

#include "pool/add.h"
#include "pool/values.h"
#include "profraw/format.h"

struct poolid {
	unsigned char *p;
	size_t n;
};

/* Counters [at, at + n) from the phase of the section. */
struct poolrange {
	uint64_t at, n;
};

struct poolmodule {
	struct poolmodule *next; /* of the same slot */
	uint64_t hash;
	char *refused; /* why, or NULL */
	bool odd;      /* its records have something to warn about */

	/* The template: the first profile without its value data, at offset 0. */
	struct profraw pr;
	unsigned char *tmpl;
	uint64_t nsiterec;
	struct profrec *siterec; /* records that have value sites */
	uint64_t phase;		 /* of counters from the start of their section: not 0 in COFF */
	size_t nrange;
	struct poolrange *range; /* counters that belong to records */

	/* The sum. */
	uint64_t profiles; /* added up */
	uint64_t weight;   /* of them together */
	unsigned budget;   /* how often 2^56 can still be added to ctr before it has to be capped */
	uint64_t *ctr;	   /* if counters have 8 bytes */
	unsigned char *cover, *bitmap;
	struct poolvalues values;
	size_t nid;
	struct poolid *id; /* sorted */
};

/* The module that pr is of, without any counts. pr must have been checked. */
struct poolmodule *mkpoolmodule(const struct profraw *pr, uint64_t hash);

/* A copy, without any counts. */
struct poolmodule *poolmodulecopy(const struct poolmodule *m);
void delpoolmodule(struct poolmodule *m);

/* No counts. */
void poolmoduleclear(struct poolmodule *m);

/* Adds the ids of pr. */
void poolids(struct poolmodule *m, const struct profraw *pr);
void poolid(struct poolmodule *m, const unsigned char *p, size_t n);

/*
 * What it is (pool_same.c).
 */

/* A cheap fingerprint of what poolsame() compares. */
uint64_t poolhash(const struct profraw *pr);

/*
 * pr is of the module: the same version word, width and byte order, names, and per record all but
 * the addresses at run time. Only the sections of pr need to be known, from version 8 on.
 */
bool poolsame(const struct poolmodule *m, const struct profraw *pr);

/* Order of two modules that are not the same: by content alone. */
int poolorder(const struct poolmodule *a, const struct poolmodule *b);

/* As memcmp(), the shorter first. */
int poolbytes(const unsigned char *a, size_t na, const unsigned char *b, size_t nb);

/*
 * Counters (pool_counters.c).
 */

/* Is one of pr, a profile of m, not 0? -1 when one is above 2^56. */
int poolhit(const struct poolmodule *m, const struct profraw *pr);

/* Their sum, at most 2^63-1; 0 for byte coverage. */
uint64_t poolsum(const struct poolmodule *m, const struct profraw *pr);

/* Adds counters and bitmap of pr. */
void pooladdcounters(struct poolmodule *m, const struct profraw *pr, uint64_t weight);
void poolmergecounters(struct poolmodule *to, const struct poolmodule *from);
void poolscalecounters(struct poolmodule *m, uint64_t num, uint64_t den);

/* Brings all counters down to 2^56; returns how many have reached it. */
uint64_t poolcap(struct poolmodule *m);

/* x times num / den, rounded half up; not 0 if x is not. */
uint64_t poolratio(uint64_t x, uint64_t num, uint64_t den);

/* Elements of ctr. */
static inline uint64_t
poolnctr(const struct poolmodule *m)
{
	return (m->pr.ctr.size - m->phase) / 8;
}

#endif
