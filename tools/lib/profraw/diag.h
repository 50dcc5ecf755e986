/* How the parts of the raw profile parser tell what is wrong. */
#ifndef PROFRAW_DIAG_H
#define PROFRAW_DIAG_H

#include "profraw/format.h"

/* Fills in d->bad and the class, unless something was found before; returns -1. */
int profbad(struct profdiag *d, enum profclass class, const char *section, uint64_t off,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* The same for PROFRAW_REPAIRABLE, which does not end the reading. */
void profrepairable(struct profdiag *d, const char *section, uint64_t off, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds a warning. */
void profwarn(struct profdiag *d, const char *section, uint64_t off, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* p is not a raw profile: fills in d with what it is instead; returns -1. */
int profforeign(const unsigned char *p, uint64_t n, struct profdiag *d);

/* Nothing but zero bytes. */
bool profzeros(const unsigned char *p, uint64_t n);

/* The bytes of the timestamp in front of the counters of each record. */
static inline uint64_t
profstamp(const struct profraw *pr)
{
	return pr->variant & PROFRAW_TEMPORAL ? 8 : 0;
}

/* Checks of the section pr->ids; 0 or -1. */
int profcheckids(const struct profraw *pr, struct profdiag *d);

/* Checks of all records of a profile whose sections are set; 0 or -1. */
int profcheckrecs(struct profraw *pr, struct profdiag *d);

/* Checks of what no reader needs, but compilers always make so; 0 or -1. */
int profchecktraits(const struct profraw *pr, struct profdiag *d);

/*
 * Checks all value data behind `off`, `known`: of the records that pr->watch names; sets
 * pr->values and pr->end; 0 or -1.
 */
int profcheckvalues(struct profraw *pr, uint64_t off, bool known, struct profdiag *d);

#endif
