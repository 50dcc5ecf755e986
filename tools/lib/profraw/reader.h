/*
 * LLVM raw profiles (.profraw): a checked view of the bytes, nothing is copied.
 *
 * A file holds one profile or several, one behind the other: one for each instrumented shared
 * object, fork child or run that appended. profrawnext() checks one completely before it hands it
 * out, so that what the accessors below are given can be trusted:
 *
 *	profrawinit(&pr, p, n);
 *	while ((rc = profrawnext(&pr, &diag)) > 0)
 *		for (i = 0; i < pr.nrec; i++)
 *			rec = profrawrec(&pr, i);
 *	if (rc < 0)
 *		... diag says what is wrong, and where
 */
#ifndef PROFRAW_READER_H
#define PROFRAW_READER_H

#include "profraw/format.h"

/* The file of n bytes at p, which has to outlive pr. */
void profrawinit(struct profraw *pr, const void *p, size_t n);

/*
 * The next profile of the file: 1, or 0 at the end, or -1 when there is damage, with d filled in.
 * A file without any profile is an error. Warnings are added to d, which starts as {0}.
 * Names are not looked at: they cost the most, and many files have the same (see profraw/names.h).
 */
int profrawnext(struct profraw *pr, struct profdiag *d);

/* Magic and version word of the raw profile at p; false when it is something else. */
bool profrawsniff(const void *p, size_t n, unsigned *version, uint64_t *variant);

#endif
