#include <stdlib.h>

#include "base/mem.h"
#include "pool/workers.h"

static int
descending(const void *va, const void *vb)
{
	const uint64_t *a = va, *b = vb;

	return (*a < *b) - (*a > *b);
}

/*
 * If the k largest are cut to c and the others, together r, are left, c = p (k c + r), so
 * c = p r / (1 - k p). The right k is the smallest for which none of the others is above c.
 *
 * A source with total t > c has each count x scaled to x c / t by poolratio(), which keeps what is
 * not 0 at 1 at least: code that looks cold would be compiled for size. A source with more such
 * counters than c therefore ends above c.
 */
uint64_t
poollimit(const uint64_t *total, size_t n, double pct, bool *toofew)
{
	uint64_t *v = xcalloc(n, sizeof(*v)), limit = 0;
	size_t m = 0, k;
	double rest = 0, p = pct / 100;

	for (size_t i = 0; i < n; i++)
		if (total[i]) {
			v[m++] = total[i];
			rest += (double)total[i];
		}
	if (m)
		qsort(v, m, sizeof(*v), descending);
	*toofew = m > 1 && p * (double)m < 1;
	if (*toofew)
		limit = v[m - 1];
	for (k = 0; m > 1 && !*toofew && k < m; k++) {
		double c = p * rest / (1 - (double)k * p);

		if ((double)v[k] <= c) {
			limit = k ? (uint64_t)c : 0;
			break;
		}
		rest -= (double)v[k];
		/* All alike but for rounding. */
		if (1 - (double)(k + 1) * p <= 0) {
			limit = v[m - 1];
			break;
		}
	}
	if (m && limit && v[0] <= limit)
		limit = 0;
	free(v);
	return limit;
}
