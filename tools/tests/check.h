/*
 * Assertions of the C unit tests. One that fails says on standard error where and what, and the
 * test goes on; main() ends with `return checkdone();`.
 */
#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int checksmade, checksfailed;

static inline bool
checked(bool ok)
{
	checksmade++;
	checksfailed += !ok;
	return ok;
}

static inline void
checktrue(const char *file, int line, const char *what, bool ok)
{
	if (!checked(ok))
		fprintf(stderr, "%s:%d: %s is false\n", file, line, what);
}

static inline void
checkint(const char *file, int line, const char *what, long long got, long long want)
{
	if (!checked(got == want))
		fprintf(stderr, "%s:%d: %s is %lld, expected %lld\n", file, line, what, got, want);
}

static inline void
checkstr(const char *file, int line, const char *what, const char *got, const char *want)
{
	if (!checked(got && !strcmp(got, want)))
		fprintf(stderr, "%s:%d: %s is \"%s\", expected \"%s\"\n", file, line, what,
			got ? got : "(null)", want);
}

/* Equal, or both the same infinity, or apart by at most `within` of the wanted number. */
static inline void
checknear(const char *file, int line, const char *what, double got, double want, double within)
{
	bool same = !(got < want) && !(got > want) && !isnan(got);

	if (!checked(same || fabs(got - want) <= within * fabs(want)))
		fprintf(stderr, "%s:%d: %s is %.17g, expected %.17g\n", file, line, what, got,
			want);
}

#define CHECK(ok)		     checktrue(__FILE__, __LINE__, #ok, ok)
#define CHECKINT(got, want)	     checkint(__FILE__, __LINE__, #got, got, want)
#define CHECKSTR(got, want)	     checkstr(__FILE__, __LINE__, #got, got, want)
#define CHECKNEAR(got, want, within) checknear(__FILE__, __LINE__, #got, got, want, within)

/* The exit status of the test; at least one check must have been made. */
static inline int
checkdone(void)
{
	printf("%d checks, %d failed\n", checksmade, checksfailed);
	return checksfailed || !checksmade;
}

#endif
