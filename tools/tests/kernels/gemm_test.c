/*
 * The products of matrices against one in double precision, over many shapes.
 *
 * Tolerance: k products of floats, each rounded, and added in whatever order are apart from the
 * exact sum by at most (k + 1) u sum |a b| to first order in the unit roundoff u (Higham, Accuracy
 * and Stability of Numerical Algorithms, chapter 3); alpha, beta C and its addition round three
 * times more. So each element has to be within (k + 4) u (|alpha| sum |a b| + |beta c|).
 */
#include <errno.h>
#include <math.h>

#include "check.h"
#include "tune/kernels/cpu.h"
#include "kernels/drawn.h"
#include "tune/kernels/gemm.h"
#include "tune/kernels/openblas.h"

static const float GUARD = -77; /* between the rows of C, where nothing may be written */

static unsigned threads = 1;

static int
threaded(const struct gemm *g)
{
	return gemm_threads(g, gemm_avx2, threads);
}

static float
a_at(const struct gemm *g, size_t i, size_t p)
{
	return g->a_turned ? g->a[p * g->a_row + i] : g->a[i * g->a_row + p];
}

static float
b_at(const struct gemm *g, size_t p, size_t j)
{
	return g->b_turned ? g->b[j * g->b_row + p] : g->b[p * g->b_row + j];
}

/* How far C is from the exact one, in units of what rounding explains; more than 1 is wrong. */
static double
apart(const struct gemm *g, const float *before)
{
	double worst = 0;

	for (size_t i = 0; i < g->m; i++)
		for (size_t j = 0; j < g->n; j++) {
			double sum = 0, size = 0, old = before[i * g->c_row + j];
			double want, off;

			for (size_t p = 0; p < g->k; p++) {
				double product = (double)a_at(g, i, p) * b_at(g, p, j);

				sum += product;
				size += fabs(product);
			}
			want = g->alpha * sum + g->beta * old;
			size = fabs(g->alpha * size) + fabs(g->beta * old);
			off = fabs(g->c[i * g->c_row + j] - want);
			worst = fmax(worst, drawnapart(off, (double)(g->k + 4) * size));
		}
	return worst;
}

static bool
guarded(const struct gemm *g)
{
	for (size_t i = 0; i < g->m; i++)
		for (size_t j = g->n; j < g->c_row; j++)
			if (g->c[i * g->c_row + j] != GUARD)
				return false;
	return true;
}

/* Rows of up to 3 floats more than there are columns. */
static float *
matrix(size_t rows, size_t columns, size_t *row)
{
	*row = columns + drawnbelow(4);
	return drawnfloats(rows * *row);
}

static void
testshape(gemm_fn *fn, const char *name, size_t m, size_t n, size_t k)
{
	static const float factors[] = {0, 1, 1, -1, .125F, 3.7F};
	struct gemm g = {.m = m, .n = n, .k = k};
	float *a, *b, *before;
	double off;

	g.a_turned = drawnbelow(2);
	g.b_turned = drawnbelow(2);
	g.alpha = factors[drawnbelow(6)];
	g.beta = factors[drawnbelow(6)];
	a = g.a_turned ? matrix(k, m, &g.a_row) : matrix(m, k, &g.a_row);
	b = g.b_turned ? matrix(n, k, &g.b_row) : matrix(k, n, &g.b_row);
	before = matrix(m, n, &g.c_row);
	g.a = a;
	g.b = b;
	g.c = malloc(m * g.c_row * sizeof(*g.c));
	for (size_t i = 0; i < m; i++)
		for (size_t j = n; j < g.c_row; j++)
			before[i * g.c_row + j] = GUARD;
	if (m && g.c_row)
		memcpy(g.c, before, m * g.c_row * sizeof(*g.c));
	CHECKINT(fn(&g), 0);
	off = apart(&g, before);
	if (!checked(off <= 1 && guarded(&g)))
		fprintf(stderr, "%s: m %zu n %zu k %zu alpha %g beta %g %s%s: %g of the bound%s\n",
			name, m, n, k, g.alpha, g.beta, g.a_turned ? "A turned " : "",
			g.b_turned ? "B turned" : "", off,
			guarded(&g) ? "" : ", written outside of C");
	free(a);
	free(b);
	free(before);
	free(g.c);
}

/* Edges of tiles (6 x 16), of blocks (144 rows, 256 deep) and of panels (3,072 columns). */
static void
testshapes(gemm_fn *fn, const char *name)
{
	static const size_t large[][3] = {{64, 64, 64}, {145, 17, 257}, {300, 33, 65}, {7, 3090, 5},
		{1, 3073, 300}, {288, 16, 512}, {6, 16, 513}, {100, 200, 0}, {1, 1, 1000}};

	for (size_t m = 0; m <= 13; m++)
		for (size_t n = 0; n <= 34; n += n < 14 ? 5 : 1)
			testshape(fn, name, m, n, drawnbelow(40));
	for (size_t i = 0; i < 100; i++)
		testshape(fn, name, drawnbelow(60), drawnbelow(60), drawnbelow(60));
	for (size_t i = 0; i < sizeof(large) / sizeof(*large); i++)
		testshape(fn, name, large[i][0], large[i][1], large[i][2]);
}

/* A product of 7 x 5 by 5 x 18, all ones, with what the tests below put in. */
struct ones {
	float a[7 * 5], b[5 * 18], c[7 * 18];
	struct gemm g;
};

static void
ones(struct ones *o)
{
	for (size_t i = 0; i < sizeof(o->a) / sizeof(float); i++)
		o->a[i] = 1;
	for (size_t i = 0; i < sizeof(o->b) / sizeof(float); i++)
		o->b[i] = 1;
	for (size_t i = 0; i < sizeof(o->c) / sizeof(float); i++)
		o->c[i] = 1;
	o->g = (struct gemm){.m = 7,
		.n = 18,
		.k = 5,
		.a = o->a,
		.a_row = 5,
		.b = o->b,
		.b_row = 18,
		.c = o->c,
		.c_row = 18,
		.alpha = 1,
		.beta = 1};
}

/* What BLAS says of numbers that are none. */
static void
testspecial(gemm_fn *fn)
{
	struct ones o;

	ones(&o); /* beta 0: C is not read */
	o.g.beta = 0;
	o.c[0] = o.c[6 * 18 + 17] = NAN;
	CHECKINT(fn(&o.g), 0);
	CHECK(o.c[0] == 5 && o.c[6 * 18 + 17] == 5);

	ones(&o); /* alpha 0: A and B are not read */
	o.g.alpha = 0;
	o.a[3] = o.b[7] = NAN;
	CHECKINT(fn(&o.g), 0);
	CHECK(o.c[0] == 1 && o.c[7] == 1);

	ones(&o); /* a NaN in A is in its row, in all columns, and nowhere else */
	o.a[6 * 5 + 2] = NAN;
	CHECKINT(fn(&o.g), 0);
	for (size_t i = 0; i < sizeof(o.c) / sizeof(float); i++)
		CHECK(i < 6 * 18 ? o.c[i] == 6 : isnan(o.c[i]));

	ones(&o); /* 0 times infinity is no number: zeros are not skipped */
	o.a[1] = 0;
	o.b[18 + 17] = INFINITY;
	CHECKINT(fn(&o.g), 0);
	CHECK(isnan(o.c[17]) && o.c[16] == 5 && o.c[18 + 17] == INFINITY);

	ones(&o); /* a NaN in C lasts when beta is not 0 */
	o.c[4] = NAN;
	CHECKINT(fn(&o.g), 0);
	CHECK(isnan(o.c[4]) && o.c[5] == 6);
}

static void
test(gemm_fn *fn, const char *name)
{
	testshapes(fn, name);
	testspecial(fn);
}

/* Rows and columns go to threads in whole tiles, so each sum is made as in one thread. */
static void
testthreads(void)
{
	for (size_t i = 0; i < 40; i++) {
		size_t m = drawnbelow(90), n = drawnbelow(90), k = 1 + drawnbelow(300);
		float *a = drawnfloats(m * k), *b = drawnfloats(k * n);
		float *one = drawnfloats(m * n), *more = malloc(m * n * sizeof(*more));
		struct gemm g = {.m = m,
			.n = n,
			.k = k,
			.a = a,
			.a_row = k,
			.b = b,
			.b_row = n,
			.c = one,
			.c_row = n,
			.alpha = 1,
			.beta = .5F};

		if (m && n)
			memcpy(more, one, m * n * sizeof(*more));
		CHECKINT(gemm_avx2(&g), 0);
		g.c = more;
		CHECKINT(threaded(&g), 0);
		CHECK(!m || !n || !memcmp(one, more, m * n * sizeof(*more)));
		free(a);
		free(b);
		free(one);
		free(more);
	}
}

/* Sizes that OpenBLAS cannot take are refused before anything is read. */
static void
testtoolarge(void)
{
	struct gemm g = {.m = (size_t)1 << 31, .n = 1, .k = 1, .a_row = 1, .b_row = 1, .c_row = 1};

	errno = 0;
	CHECKINT(gemm_openblas(&g), -1);
	CHECKINT(errno, EOVERFLOW);
}

int
main(void)
{
	drawnseed();
	test(gemm_plain, "gemm_plain");
	if (cpu_avx2()) {
		test(gemm_avx2, "gemm_avx2");
		for (threads = 1; threads <= 4; threads++) {
			test(threaded, "gemm_threads");
			testthreads();
		}
	} else {
		printf("skipped gemm_avx2, gemm_threads: this CPU has no AVX2 and FMA\n");
	}
	if (openblas_missing()) {
		printf("skipped gemm_openblas: %s\n", openblas_missing());
	} else {
		test(gemm_openblas, "gemm_openblas");
		testtoolarge();
	}
	return checkdone();
}
