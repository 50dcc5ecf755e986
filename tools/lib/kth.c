#include <math.h>
#include <string.h>

#include "kth.h"

uint64_t
pairings(const struct pairing *p)
{
	uint64_t n = p->nx;

	return p->y ? n * p->ny : n * (n + 1) / 2;
}

static uint64_t
countatmost(const struct pairing *p, double v)
{
	uint64_t c = 0;

	if (p->y) { /* the boundary j grows with i */
		for (size_t i = 0, j = 0; i < p->nx; i++) {
			while (j < p->ny && p->y[j] - p->x[i] <= v)
				j++;
			c += j;
		}
		return c;
	}
	/* the boundary j shrinks as i grows */
	for (size_t i = 0, j = p->nx; i < p->nx && j > i; i++) {
		while (j > i && (p->x[i] + p->x[j - 1]) / 2 > v)
			j--;
		c += j - i;
	}
	return c;
}

/* Doubles in ascending order as ascending integers, and back. */
static int64_t
toordinal(double v)
{
	int64_t i;

	memcpy(&i, &v, sizeof(i));
	return i < 0 ? INT64_MIN - i : i;
}

static double
fromordinal(int64_t i)
{
	double v;

	i = i < 0 ? INT64_MIN - i : i;
	memcpy(&v, &i, sizeof(v));
	return v;
}

/* Halves the range of doubles themselves, as ordered integers, until one value is left. */
double
kthsmallest(const struct pairing *p, uint64_t k)
{
	double least = p->y ? p->y[0] - p->x[p->nx - 1] : p->x[0];
	double most = p->y ? p->y[p->ny - 1] - p->x[0] : p->x[p->nx - 1];
	int64_t lo = toordinal(least), hi = toordinal(most);

	while (lo < hi) {
		int64_t mid = (lo & hi) + ((lo ^ hi) >> 1); /* floor of the mean, no overflow */

		if (countatmost(p, fromordinal(mid)) > k)
			hi = mid;
		else
			lo = mid + 1;
	}
	return fromordinal(lo);
}

struct estimate
hodgeslehmann(const struct pairing *p, int64_t cut)
{
	struct estimate e = {.low = -INFINITY, .high = INFINITY};
	uint64_t n = pairings(p);

	e.theta = kthsmallest(p, n / 2);
	if (n % 2 == 0)
		e.theta = (kthsmallest(p, n / 2 - 1) + e.theta) / 2;
	if (cut >= 0) {
		e.low = kthsmallest(p, (uint64_t)cut);
		e.high = kthsmallest(p, n - 1 - (uint64_t)cut);
	}
	return e;
}
