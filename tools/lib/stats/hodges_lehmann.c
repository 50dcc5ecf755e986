#include <math.h>
#include <string.h>

#include "stats/hodges_lehmann.h"

uint64_t
pairings(const struct pairing *p)
{
	uint64_t n = p->nx;

	return p->y ? n * p->ny : n * (n + 1) / 2;
}

/* How many of x[i]'s partners, from the first on, give at most v; j is what it was for i - 1. */
static size_t
partners(const struct pairing *p, size_t i, size_t j, double v)
{
	if (p->y) { /* grows with i */
		while (j < p->ny && p->y[j] - p->x[i] <= v)
			j++;
		return j;
	}
	/* shrinks as i grows; those before i are not partners of x[i] */
	while (j > i && (p->x[i] + p->x[j - 1]) / 2 > v)
		j--;
	return j > i ? j : i;
}

static uint64_t
countatmost(const struct pairing *p, double v)
{
	uint64_t c = 0;
	size_t j = p->y ? 0 : p->nx;

	for (size_t i = 0; i < p->nx; i++) {
		j = partners(p, i, j, v);
		c += p->y ? j : j - i;
	}
	return c;
}

/* Those above low and up to high. */
static void
gather(const struct pairing *p, double low, double high, double *out)
{
	size_t j = p->y ? 0 : p->nx, end = j;

	for (size_t i = 0; i < p->nx; i++) {
		j = partners(p, i, j, low);
		end = partners(p, i, end, high);
		for (size_t k = j; k < end; k++)
			*out++ = p->y ? p->y[k] - p->x[i] : (p->x[i] + p->x[k]) / 2;
	}
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

/*
 * Halves the range that the answer is in until few are left in it, and sorts those: first by value,
 * since most lie near each other; then by the doubles themselves, as ordered integers, which ends
 * after 64 steps wherever they lie, and with a single value where many are equal.
 */
double
kthsmallest(const struct pairing *p, uint64_t k)
{
	enum { FEW = 32, BY_VALUE = 16 };
	double low = p->y ? p->y[0] - p->x[p->nx - 1] : p->x[0];
	double high = p->y ? p->y[p->ny - 1] - p->x[0] : p->x[p->nx - 1], few[FEW];
	uint64_t below = 0, upto = pairings(p), c;

	low = fromordinal(toordinal(low) - 1); /* they are above it */
	for (int step = 0; upto - below > FEW; step++) {
		int64_t a = toordinal(low), b = toordinal(high);
		double mid = low + (high - low) / 2;

		if (b - 1 == a)
			return high;
		if (step >= BY_VALUE || !(mid > low && mid < high))
			mid = fromordinal((a & b) + ((a ^ b) >> 1)); /* no overflow */
		c = countatmost(p, mid);
		if (c > k) {
			high = mid;
			upto = c;
		} else {
			low = mid;
			below = c;
		}
	}
	gather(p, low, high, few);
	sortreal(few, upto - below);
	return few[k - below];
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
