/* Unpaired data: the rank-sum test of Mann and Whitney and the estimate that belongs to it. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/hodges_lehmann.h"
#include "stats/rank.h"
#include "stats/stats.h"

enum { EXACT_TWO = 40 }; /* both samples together */

/*
 * tail[r] = P(R >= r), r = 0 .. sum + 1, for the sum R of m ranks drawn without replacement from
 * rank[n]. ways[k * width + s] counts the draws of k ranks with sum s; one rank after another
 * joins, and below 2^53 the counts are exact. The caller's to free.
 */
static double *
uppertails(const unsigned *rank, size_t n, size_t m)
{
	uint64_t width = 2;
	double *ways, *tail, all;

	for (size_t i = 0; i < n; i++)
		width += rank[i];
	ways = xcalloc((m + 1) * width, sizeof(*ways));
	tail = xcalloc(width, sizeof(*tail));
	ways[0] = 1;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = m; k > 0; k--) {
			double *to = ways + k * width + rank[i];
			const double *from = ways + (k - 1) * width;

			for (uint64_t s = 0; s < width - rank[i]; s++)
				to[s] += from[s];
		}
	}
	for (uint64_t s = width - 1; s-- > 0;)
		tail[s] = tail[s + 1] + ways[m * width + s];
	all = tail[0];
	for (uint64_t s = 0; s < width; s++)
		tail[s] /= all;
	free(ways);
	return tail;
}

/* The same for drawing m of the ranks 1 .. n, kept for the next benchmark of the table. */
static const double *
untiedtails(size_t n, size_t m)
{
	static double *kept[EXACT_TWO + 1][EXACT_TWO + 1];
	unsigned rank[EXACT_TWO];

	if (!kept[n][m]) {
		for (size_t i = 0; i < n; i++)
			rank[i] = (unsigned)(i + 1);
		kept[n][m] = uppertails(rank, n, m);
	}
	return kept[n][m];
}

static double
normaltail(const unsigned *rank2, size_t n, size_t m, uint64_t w2)
{
	double mean = 0, var = 0;

	for (size_t i = 0; i < n; i++)
		mean += rank2[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		var += (rank2[i] - mean) * (rank2[i] - mean) / (double)(n - 1);
	/* Sum of m of n without replacement; the ranks themselves carry the ties. */
	var *= (double)m * (double)(n - m) / (double)n;
	if (var <= 0)
		return 1;
	return uppertail(((double)w2 - 1 - mean * (double)m) / sqrt(var));
}

struct pvalues
ranksum(const double *x, size_t nx, const double *y, size_t ny)
{
	size_t n = nx + ny;
	double *both = xcalloc(n, sizeof(*both));
	unsigned *rank2 = xcalloc(n, sizeof(*rank2));
	uint64_t sx = 0, sy = 0; /* doubled sums */
	struct pvalues p = {1, 1};
	bool tied;

	memcpy(both, x, nx * sizeof(*both));
	memcpy(both + nx, y, ny * sizeof(*both));
	tied = meanranks(both, n, rank2);
	for (size_t i = 0; i < n; i++)
		*(i < nx ? &sx : &sy) += rank2[i];
	if (!nx || !ny) {
		;
	} else if (n > EXACT_TWO) {
		p.greater = normaltail(rank2, n, ny, sy);
		p.less = normaltail(rank2, n, nx, sx);
	} else if (tied) {
		double *ty = uppertails(rank2, n, ny), *tx = uppertails(rank2, n, nx);

		p.greater = ty[sy];
		p.less = tx[sx];
		free(ty);
		free(tx);
	} else {
		p.greater = untiedtails(n, ny)[sy / 2];
		p.less = untiedtails(n, nx)[sx / 2];
	}
	free(rank2);
	free(both);
	return p;
}

/* The largest c with P(U <= c) <= a for Mann and Whitney's U of untied samples, or -1. */
static int64_t
cutoff(size_t nx, size_t ny, double a)
{
	uint64_t pairs = (uint64_t)nx * ny, least = (uint64_t)ny * (ny + 1) / 2, u = 0;
	size_t n = nx + ny;

	if (n > EXACT_TWO) {
		double sd = sqrt((double)nx * (double)ny * (double)(n + 1) / 12);

		return (int64_t)floor((double)pairs / 2 + zquantile(a) * sd - .5);
	}
	/* The smallest u with P(U >= u) <= a; U is symmetric about pairs / 2. */
	while (u <= pairs && untiedtails(n, ny)[least + u] > a)
		u++;
	return (int64_t)(pairs - u);
}

struct estimate
shift(const double *x, size_t nx, const double *y, size_t ny, double a)
{
	double *sx = xcalloc(nx, sizeof(*sx)), *sy = xcalloc(ny, sizeof(*sy));
	struct estimate e;

	memcpy(sx, x, nx * sizeof(*sx));
	memcpy(sy, y, ny * sizeof(*sy));
	sortreal(sx, nx);
	sortreal(sy, ny);
	e = hodgeslehmann(&(struct pairing){sx, nx, sy, ny}, cutoff(nx, ny, a));
	free(sx);
	free(sy);
	return e;
}
