/* Columns: the samples of a benchmark, the order of a round. */
#include <stdlib.h>

#include "base/mem.h"
#include "json/span.h"

/*
 * The number at p. Fewer than 16 digits and a power of ten up to 22 are exact as doubles, and one
 * division or multiplication of two such rounds once: the nearest double, as from strtod (Clinger,
 * "How to read floating point numbers accurately", 1990).
 */
static double
numberat(const char *p)
{
	static const double tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	const char *from = p, *point = NULL;
	unsigned long long whole = 0;
	double x;

	p += *p == '-';
	for (; (*p >= '0' && *p <= '9') || *p == '.'; p++) {
		if (*p == '.')
			point = p;
		else if (whole < 100000000000000)
			whole = whole * 10 + (unsigned)(*p - '0');
		else
			return strtod(from, NULL);
	}
	if (*p == 'e' || *p == 'E' || (point && p - point > 23))
		return strtod(from, NULL);
	x = point ? (double)whole / tens[p - point - 1] : (double)whole;
	return *from == '-' ? -x : x;
}

static bool
isnumber(struct span v)
{
	return *v.p == '-' || (*v.p >= '0' && *v.p <= '9');
}

double *
spannumbers(struct span array, size_t *n)
{
	size_t room = 128;
	double *x = spanisarray(array) ? xcalloc(room, sizeof(*x)) : NULL;
	struct span e = {0};

	*n = 0;
	while (x && spannext(array, &e)) {
		if (!isnumber(e)) {
			free(x);
			*n = 0;
			return NULL;
		}
		if (*n == room) {
			room *= 2;
			x = xreallocarray(x, room, sizeof(*x));
		}
		x[(*n)++] = numberat(e.p);
	}
	return x;
}

bool
spanequals(struct span array, const size_t *x, size_t n)
{
	struct span e = {0};
	size_t i = 0;

	if (!spanisarray(array))
		return false;
	while (spannext(array, &e)) {
		if (i == n || !isnumber(e) || numberat(e.p) - (double)x[i] != 0)
			return false;
		i++;
	}
	return i == n;
}
