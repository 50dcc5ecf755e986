#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "stats.h"

enum {
	EXACT_PAIRS = 200, /* above it the normal approximation is good to 1e-5 */
	EXACT_TWO = 40,	   /* both samples together */
};

static int
byvalue(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void
sortreal(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), byvalue);
}

double
median(const double *x, size_t n)
{
	return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

double
spread(const double *x, size_t n)
{
	double *t = xcalloc(n, sizeof(*t)), m, mad;

	memcpy(t, x, n * sizeof(*t));
	sortreal(t, n);
	m = median(t, n);
	for (size_t i = 0; i < n; i++)
		t[i] = fabs(t[i] - m);
	sortreal(t, n);
	mad = median(t, n);
	free(t);
	return 1.4826 * mad;
}

/* P(Z >= z) */
static double
uppertail(double z)
{
	return erfc(z / sqrt(2)) / 2;
}

double
zquantile(double p)
{
	double lo = -40, hi = 40;

	/* 100 halvings of 80 are below the spacing of doubles. */
	for (int i = 0; i < 100; i++) {
		double mid = (lo + hi) / 2;

		if (uppertail(-mid) < p)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}

struct ranked {
	double key;
	size_t at; /* index in the caller's order */
};

static int
bykey(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

/* Sorts r by key; rank2[at] = twice the mean rank, a whole number even where keys are equal. */
static void
midranks(struct ranked *r, size_t n, unsigned *rank2)
{
	qsort(r, n, sizeof(*r), bykey);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && r[j].key <= r[i].key; j++)
			;
		for (size_t k = i; k < j; k++)
			rank2[r[k].at] = (unsigned)(i + 1 + j);
	}
}

/* P(W >= w) when each rank2[i] counts with probability 1/2: counts all sums one rank at a time. */
static double
exactpairs(const unsigned *rank2, size_t n, uint64_t w)
{
	uint64_t total = 0;
	double *p, tail = 0;

	for (size_t i = 0; i < n; i++)
		total += rank2[i];
	p = xcalloc(total + 1, sizeof(*p));
	p[0] = 1;
	total = 0;
	for (size_t i = 0; i < n; i++) {
		total += rank2[i];
		for (uint64_t s = total + 1; s-- > 0;)
			p[s] = .5 * (p[s] + (s >= rank2[i] ? p[s - rank2[i]] : 0));
	}
	/* From the small end, so that little is lost in the sum. */
	for (uint64_t s = total + 1; s-- > w;)
		tail += p[s];
	free(p);
	return tail < 1 ? tail : 1;
}

static double
normalpairs(const unsigned *rank2, size_t n, uint64_t w)
{
	double mean = 0, var = 0;

	for (size_t i = 0; i < n; i++) {
		mean += rank2[i] / 2.0;
		var += (double)rank2[i] * rank2[i] / 4.0;
	}
	/* Doubled ranks lie two apart, so the continuity correction of 1/2 is 1 here. */
	return uppertail(((double)w - 1 - mean) / sqrt(var));
}

struct pvalues
signedrank(const double *d, size_t n, double at)
{
	struct ranked *r = xcalloc(n, sizeof(*r));
	unsigned *rank2 = xcalloc(n, sizeof(*rank2));
	uint64_t up = 0, down = 0;
	struct pvalues p = {1, 1};

	for (size_t i = 0; i < n; i++)
		r[i] = (struct ranked){fabs(d[i] - at), i};
	midranks(r, n, rank2);
	for (size_t i = 0; i < n; i++) {
		if (d[i] > at)
			up += rank2[i];
		else if (d[i] < at)
			down += rank2[i];
	}
	/* Zeros are in neither sum: they count against both alternatives. */
	if (n && n <= EXACT_PAIRS) {
		p.greater = exactpairs(rank2, n, up);
		p.less = exactpairs(rank2, n, down);
	} else if (n) {
		p.greater = normalpairs(rank2, n, up);
		p.less = normalpairs(rank2, n, down);
	}
	free(rank2);
	free(r);
	return p;
}

/*
 * The k-th smallest (from 0) of a multiset that is only known by how many of its members are <= x:
 * halves the range of doubles themselves, as ordered integers, until one value is left. So neither
 * the n(n+1)/2 Walsh averages nor the nx*ny differences are ever stored.
 */
struct pairing {
	const double *x; /* sorted */
	size_t nx;
	const double *y; /* sorted; NULL: Walsh averages of x */
	size_t ny;
};

static uint64_t
countatmost(const struct pairing *s, double v)
{
	uint64_t c = 0;

	if (s->y) { /* differences y[j] - x[i]: the boundary j grows with i */
		for (size_t i = 0, j = 0; i < s->nx; i++) {
			while (j < s->ny && s->y[j] - s->x[i] <= v)
				j++;
			c += j;
		}
		return c;
	}
	/* averages of x[i] and x[j], j >= i: the boundary j shrinks as i grows */
	for (size_t i = 0, j = s->nx; i < s->nx && j > i; i++) {
		while (j > i && (s->x[i] + s->x[j - 1]) / 2 > v)
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

static double
kth(const struct pairing *s, uint64_t k)
{
	double least = s->y ? s->y[0] - s->x[s->nx - 1] : s->x[0];
	double most = s->y ? s->y[s->ny - 1] - s->x[0] : s->x[s->nx - 1];
	int64_t lo = toordinal(least), hi = toordinal(most);

	while (lo < hi) {
		int64_t mid = (lo & hi) + ((lo ^ hi) >> 1); /* floor of the mean, no overflow */

		if (countatmost(s, fromordinal(mid)) > k)
			hi = mid;
		else
			lo = mid + 1;
	}
	return fromordinal(lo);
}

static struct estimate
ofpairing(const struct pairing *s, uint64_t count, int64_t cut)
{
	struct estimate e = {.low = -INFINITY, .high = INFINITY};

	e.theta = count % 2 ? kth(s, count / 2) : (kth(s, count / 2 - 1) + kth(s, count / 2)) / 2;
	if (cut >= 0) {
		e.low = kth(s, (uint64_t)cut);
		e.high = kth(s, count - 1 - (uint64_t)cut);
	}
	return e;
}

/*
 * The largest c with P(W <= c) <= a for the signed-rank sum of n untied ranks, or -1. The last
 * answer is kept: a table of many benchmarks asks the same question again and again.
 */
static int64_t
paircut(size_t n, double a)
{
	static size_t lastn;
	static double lasta;
	static int64_t last;
	double sum = 0, *p;
	uint64_t total = (uint64_t)n * (n + 1) / 2;
	int64_t c = -1;

	if (n == lastn && a == lasta)
		return last;
	if (n > EXACT_PAIRS) {
		double sd = sqrt((double)total * (2.0 * (double)n + 1) / 12);

		c = (int64_t)floor((double)total / 2 + zquantile(a) * sd - .5);
	} else {
		uint64_t top = 0;

		p = xcalloc(total + 1, sizeof(*p));
		p[0] = 1;
		for (uint64_t r = 1; r <= n; r++) {
			top += r;
			for (uint64_t s = top + 1; s-- > 0;)
				p[s] = .5 * (p[s] + (s >= r ? p[s - r] : 0));
		}
		while ((uint64_t)(c + 1) <= total && sum + p[c + 1] <= a)
			sum += p[++c];
		free(p);
	}
	lastn = n;
	lasta = a;
	return last = c;
}

struct estimate
walsh(const double *d, size_t n, double a)
{
	double *x = xcalloc(n, sizeof(*x));
	struct estimate e;

	memcpy(x, d, n * sizeof(*x));
	sortreal(x, n);
	e = ofpairing(&(struct pairing){.x = x, .nx = n}, (uint64_t)n * (n + 1) / 2, paircut(n, a));
	free(x);
	return e;
}

/*
 * P(R >= w) for the doubled rank sum R of m ranks drawn without replacement from rank2[n]:
 * row[k * width + s] counts the ways to draw k ranks with sum s, one rank at a time.
 */
static double
exacttwo(const unsigned *rank2, size_t n, size_t m, uint64_t w)
{
	uint64_t width = 1;
	double *row, tail = 0, all = 0;

	for (size_t i = 0; i < n; i++)
		width += rank2[i];
	row = xcalloc((m + 1) * width, sizeof(*row));
	row[0] = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t k = m; k > 0; k--)
			for (uint64_t s = width; s-- > rank2[i];)
				row[k * width + s] += row[(k - 1) * width + s - rank2[i]];
	for (uint64_t s = width; s-- > 0;) {
		all += row[m * width + s];
		if (s >= w)
			tail = all;
	}
	free(row);
	return tail / all;
}

static double
normaltwo(const unsigned *rank2, size_t n, size_t m, uint64_t w)
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
	return uppertail(((double)w - 1 - mean * (double)m) / sqrt(var));
}

struct pvalues
ranksum(const double *x, size_t nx, const double *y, size_t ny)
{
	size_t n = nx + ny;
	struct ranked *r = xcalloc(n, sizeof(*r));
	unsigned *rank2 = xcalloc(n, sizeof(*rank2));
	double (*tail)(const unsigned *, size_t, size_t, uint64_t) =
		n <= EXACT_TWO ? exacttwo : normaltwo;
	uint64_t sx = 0, sy = 0;
	struct pvalues p = {1, 1};

	for (size_t i = 0; i < n; i++)
		r[i] = (struct ranked){i < nx ? x[i] : y[i - nx], i};
	midranks(r, n, rank2);
	for (size_t i = 0; i < n; i++)
		*(i < nx ? &sx : &sy) += rank2[i];
	if (nx && ny) {
		p.greater = tail(rank2, n, ny, sy);
		p.less = tail(rank2, n, nx, sx);
	}
	free(rank2);
	free(r);
	return p;
}

/* The largest c with P(U <= c) <= a for Mann and Whitney's U of untied samples, or -1; kept too. */
static int64_t
twocut(size_t nx, size_t ny, double a)
{
	static size_t lastx, lasty;
	static double lasta;
	static int64_t last;
	size_t n = nx + ny;
	uint64_t least = (uint64_t)ny * (ny + 1); /* the smallest doubled rank sum of ny ranks */
	unsigned *rank2;
	int64_t c = -1;

	if (nx == lastx && ny == lasty && a == lasta)
		return last;
	if (n > EXACT_TWO) {
		double sd = sqrt((double)nx * (double)ny * (double)(n + 1) / 12);

		return (int64_t)floor((double)nx * (double)ny / 2 + zquantile(a) * sd - .5);
	}
	rank2 = xcalloc(n, sizeof(*rank2));
	for (size_t i = 0; i < n; i++)
		rank2[i] = 2 * (unsigned)(i + 1);
	/* P(U <= c) = 1 - P(R >= least + 2(c + 1)) */
	while ((uint64_t)(c + 1) < (uint64_t)nx * ny &&
		1 - exacttwo(rank2, n, ny, least + 2 * (uint64_t)(c + 2)) <= a)
		c++;
	free(rank2);
	lastx = nx;
	lasty = ny;
	lasta = a;
	return last = c;
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
	e = ofpairing(&(struct pairing){sx, nx, sy, ny}, (uint64_t)nx * ny, twocut(nx, ny, a));
	free(sx);
	free(sy);
	return e;
}

/* (z_(1-a) + z_0.9)^2 / 0.955: pairs for a standardized effect of 1. */
static double
planfactor(double a)
{
	double z = zquantile(1 - a) + zquantile(.9);

	return z * z / .955;
}

double
detectable(double sd, size_t n, double a)
{
	return n ? sd * sqrt(planfactor(a) / (double)n) : INFINITY;
}

double
pairsneeded(double sd, double effect, double a)
{
	return ceil(planfactor(a) * (sd / effect) * (sd / effect));
}
