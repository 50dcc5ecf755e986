/* What the addresses in a profile lead to: its functions and vtables. */
#ifndef POOL_ADDRESSES_H
#define POOL_ADDRESSES_H

#include "profraw/format.h"

/*
 * What an address is compared by: its distance from the lowest of the module's, plus 1. 0: none.
 * The same in all runs, unless the dynamic linker bound an address to another module.
 */
struct pooladdr {
	uint64_t n;
	uint64_t *v;
	/* Functions: address -> the first record that has it; open addressing, 0 is free. */
	uint64_t cap;
	struct poolslot {
		uint64_t addr, key; /* key: NameRef, or hash of the vtable */
	} *slot;
	/* Vtables, sorted by start. */
	uint64_t nspan;
	struct poolspan {
		uint64_t start, end, key;
	} *span;
};

/*
 * Of the functions of pr, or of its vtables: sets a->v; returns what was subtracted. a is {0}. Then
 * pooladdrindex() makes it ready to find something.
 */
uint64_t pooladdrset(struct pooladdr *a, const struct profraw *pr, bool vtable);
void pooladdrindex(struct pooladdr *a, const struct profraw *pr, bool vtable);
void pooladdrrelease(struct pooladdr *a);

/* A copy for the same module. */
void pooladdrcopy(
	struct pooladdr *to, const struct pooladdr *from, const struct profraw *tmpl, bool vtable);

/* NameRef of the function at this address, hash of the vtable that it is in; 0 for none. */
uint64_t pooladdrkey(const struct pooladdr *a, uint64_t addr, bool vtable);

/* Are the addresses of pr those of a, all moved by *by? */
bool pooladdrmoved(const struct pooladdr *a, const struct profraw *pr, bool vtable, uint64_t *by);

/*
 * Addresses in a pool: functions are numbered, and vtables follow each other. Those of the inputs
 * differ from run to run, and which of them there were must not matter.
 */
static inline uint64_t
poolfunctionat(uint64_t i)
{
	return i + 1;
}

/* `before`: that of vtable i - 1. 0 when there are no more addresses. */
uint64_t poolvtableat(const struct profraw *tmpl, uint64_t i, uint64_t before);

/* From the function (vtable) to its address. */
struct poolback {
	size_t n;
	struct poolslot *v; /* sorted by key */
};
struct poolback poolback(const struct profraw *tmpl, bool vtable);

/* 0 when there is none. */
uint64_t poolbackfind(const struct poolback *b, uint64_t key);

#endif
