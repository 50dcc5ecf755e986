/*
 * The sum of many raw profiles: one profile for each module (program or shared object).
 *
 * What is added up, and how:
 *   counters        added, at most 2^56 (PROFRAW_MAXCOUNT: llvm-profdata refuses larger ones)
 *   byte coverage   covered (0) if covered in one of them
 *   bitmaps         or
 *   values          per site and target, at most 2^64-1; call targets and vtables are addresses in
 *                   the file and are told by what they lead to; those that lead to no record become
 *                   one, with address 0
 *   binary ids      united
 *
 * The sum does not depend on the order of what is added, down to the last byte: functions and
 * vtables get addresses of their own, and pointers and paddings that no reader uses become 0.
 */
#ifndef POOL_ADD_H
#define POOL_ADD_H

#include "base/buf.h"
#include "profraw/format.h"

struct pool;

/* What became of one file. */
struct poolfile {
	struct profdiag d;
	bool refused;	   /* the file is good, but nothing that can be added here */
	bool odd;	   /* good, but profraw-verify has warnings about it */
	bool zero;	   /* no counter counted */
	bool repaired;	   /* it had no value data, the pool has some without values */
	uint64_t profiles; /* in the file */
	uint64_t sum;	   /* of all counters times the weight, at most 2^63-1 */
};

/* One module of a pool. */
struct poolinfo {
	uint64_t bytes;	   /* of its profile when it is written */
	unsigned version;  /* raw version */
	uint64_t variant;  /* see profraw/reader.h */
	uint64_t profiles; /* that were added up */
	uint64_t functions, functions_hit, counters, counters_hit;
	uint64_t sum;	    /* of all counters, at most 2^63-1 */
	uint64_t saturated; /* counters that reached 2^56 */
	uint64_t sites;	    /* value sites */
	uint64_t calls;	    /* counts of call targets, and those that lead to no record */
	uint64_t unknown;
	struct buf ids; /* binary ids, hexadecimal, joined by commas; a string */
};

/*
 * `refuse`: modules that are not wanted (see poolfit()), or NULL; has to outlive the pool.
 * `sums`: poolfile.sum is wanted, which costs some time.
 */
struct pool *mkpool(const struct pool *refuse, bool sums);
void delpool(struct pool *p);

/*
 * Adds the n bytes of a file `weight` times (1 to POOL_MAXWEIGHT), or nothing at all when anything
 * in it is wrong: then -1, with r->d filled in as profcheck() would, or r->refused.
 */
enum { POOL_MAXWEIGHT = 1000000 };
int pooladd(struct pool *p, const void *file, size_t n, uint64_t weight, struct poolfile *r);

/* Adds all of a pool. */
void poolmerge(struct pool *to, const struct pool *from);

/* All counts times num / den (at most 1), rounded to the nearest; what is not 0 stays 1 at least.
 */
void poolscale(struct pool *p, uint64_t num, uint64_t den);

/* Back to no counts at all; the modules are remembered, they make the next files fast. */
void poolclear(struct pool *p);

/*
 * Appends the profiles to b: those of most variant bits first, since readers take those of the
 * first for all. Returns how many modules there are; (*info)[i] is what is known of them: the
 * caller's to free, with the ids.
 */
size_t poolwrite(const struct pool *p, struct buf *b, struct poolinfo **info);

/*
 * Profiles that no single file can hold, or that readers would not add up, in a pool: adds the
 * smaller party to `refuse`, with the reason. Returns how many modules that were: those must go,
 * and every file that has something of them.
 *
 * Of raw versions, widths and byte orders, and of profiles with records and without (correlate),
 * those stay that most profiles have (next the larger). Where a function of one name and hash has
 * other numbers of counters in two modules, the module stays that more profiles are of.
 */
size_t poolfit(const struct pool *p, struct pool *refuse);

#endif
