#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/num.h"

long long
numint(const char *what, const char *s, long long min, long long max)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(s, &end, 10);
	if (isspace((unsigned char)*s) || end == s || *end || errno || n < min || n > max)
		fatal("read %s '%s': expected a whole number from %lld to %lld", what, s, min, max);
	return n;
}

double
numreal(const char *what, const char *s, double min, double max)
{
	char *end;
	double x;

	errno = 0;
	x = strtod(s, &end);
	if (isspace((unsigned char)*s) || end == s || *end || !isfinite(x) || x < min || x > max)
		fatal("read %s '%s': expected a number from %g to %g", what, s, min, max);
	return x;
}
