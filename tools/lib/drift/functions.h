/*
 * One side of a comparison: the functions in all profiles that an operand names, with the sum of
 * their counters. A function is a name and a hash of its control flow, as the compiler that uses a
 * profile sees it.
 */
#ifndef DRIFT_FUNCTIONS_H
#define DRIFT_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "drift/counters.h"
#include "profraw/names.h"

struct driftfn {
	uint64_t ref, hash; /* NameRef, control flow */
	uint64_t count;	    /* sum of the counters; stays at 2^63-1 */
	uint32_t module;    /* that had it first */
	bool cs;	    /* of the context-sensitive round */
	size_t counter; /* the first of its ncounter in the set's counters, where they are kept */
	uint64_t ncounter;
};

/* A program or shared object: a sequence of functions. */
struct driftmodule {
	char *path;	      /* the first file with it */
	char *id;	      /* its binary id, hexadecimal; "" when it has none */
	uint64_t nrec;	      /* records */
	size_t first;	      /* its first one in v, up to driftsort() */
	struct driftset *set; /* that it is in */
};

/* Starts as {0}. */
struct driftset {
	struct driftfn *v; /* records; after driftsort() distinct functions by ref and hash */
	size_t n, cap;
	struct driftmodule **module;
	size_t nmodule, capmodule;
	void *tree; /* modules by their records */
	struct profnames names;
	struct driftcounters counters; /* one by one */
	bool keep;		       /* set it for that */
	struct buf file;
	uint64_t weight; /* of the file that is being read */
	uint64_t files, profiles;
	uint64_t count;	    /* of all functions */
	uint64_t variant;   /* version word bits that any profile has */
	uint64_t common;    /* those that all have */
	unsigned low, high; /* raw versions */
};

/*
 * Adds the profiles of the file `path`, or of all *.profraw below the folder, their counts
 * multiplied by `weight`. 0, or -1 after a warning when there is none, or one that cannot be
 * trusted.
 */
int driftread(struct driftset *s, const char *path, uint64_t weight);

/* Behind the last driftread(): joins what is one function. */
void driftsort(struct driftset *s);

/* The functions of that name, n of them by ascending hash; after driftsort(). */
const struct driftfn *driftfind(const struct driftset *s, uint64_t ref, size_t *n);

/* The function's name, its NameRef in hexadecimal when it has none; in b, a string. */
const char *driftname(const struct driftset *s, const struct driftfn *f, struct buf *b);

void driftsetrelease(struct driftset *s);

#endif
