/*
 * The programs and shared objects ("modules") that many profiles are of, and which of their
 * functions ran in at least one. Two profiles are of the same module when version word, binary
 * ids, names and the sequence of function hashes are the same.
 */
#ifndef PROFRAW_MODULES_H
#define PROFRAW_MODULES_H

#include "profraw/format.h"

/* Starts as {0}. */
struct profmodules {
	struct profmodule **tab; /* by hash, linear probing */
	size_t n, cap;		 /* modules, slots */
	/* of the modules for which profmodulehits() was called: */
	uint64_t nmodule;   /* those that have functions */
	uint64_t nfn, nhit; /* distinct functions, and those of them that ran */
};

/*
 * The module that pr is of; a new one when there was none yet, its names have then been read and
 * checked. NULL with d filled in when that fails.
 */
struct profmodule *profmodule(struct profmodules *t, const struct profraw *pr, struct profdiag *d);

/* Counts a profile of the module: hit[i] is not 0 when the function of its record i ran. */
void profmodulehits(struct profmodules *t, struct profmodule *m, const unsigned char *hit);

void profmodulesrelease(struct profmodules *t);

#endif
