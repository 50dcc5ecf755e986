/*
 * The product of matrices for AVX2 and FMA: blocks that fit the caches, packed, and a kernel that
 * keeps 6 x 16 sums in registers.
 *
 * The kernel. 12 of the 16 vector registers hold 6 rows of 16 sums; each step along k loads 16
 * floats of B (2 registers), broadcasts 6 of A (1 or 2 more) and makes 12 fused multiply-adds. A
 * core starts two of these in a cycle and each takes 4 or 5, so 8 to 10 have to be under way: 12
 * sums are enough, and 8 loads for 6 cycles of work are fewer than the 12 that it could do.
 *
 * The blocks, from the innermost: a sliver of B, KC x 16 floats (16 KiB), is read again for every 6
 * rows and stays in half of the L1 cache (32 KiB), beside a sliver of A (6 KiB) and C. A block of
 * A, MC x KC (144 KiB), is read again for every 16 columns and stays in L2 (512 KiB here, at least
 * 256 KiB on others). A panel of B, KC x NC (3 MiB), is read again for every block of A and stays in
 * L3, a part of which is shared.
 *
 *   for NC columns | for KC along k | pack B | for MC rows | pack A | for 16 columns | for 6 rows
 *
 * Packed, both are read one float after the other: in slivers of 6 rows and of 16 columns, with
 * zeros where the matrix ends, so that the kernel has no edges. A tile that C has only a part of
 * goes through a buffer.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "gemm.h"

#ifdef __x86_64__
#include <immintrin.h>

enum { MR = 6, NR = 16, KC = 256, MC = 144, NC = 3072 };
enum { LINE = 64 /* bytes of a cache line */, BAND = 8 };

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t
whole(size_t n, size_t unit)
{
	return (n + unit - 1) / unit * unit;
}

/* Rows i to i + m and columns p to p + k of op(A), 6 rows at a time, column after column. */
static void
pack_a(float *to, const struct gemm *g, size_t i, size_t m, size_t p, size_t k)
{
	size_t row = g->a_turned ? 1 : g->a_row, column = g->a_turned ? g->a_row : 1;
	const float *from = g->a + i * row + p * column;

	for (size_t r = 0; r < m; r += MR, from += MR * row, to += MR * k) {
		size_t there = least(MR, m - r);

		for (size_t q = 0; q < k; q++)
			for (size_t s = 0; s < MR; s++)
				to[q * MR + s] = s < there ? from[s * row + q * column] : 0;
	}
}

/* One row of a sliver of B, of which so many floats are there. */
static inline void
pack_row(float *to, const float *from, size_t column, size_t there)
{
	if (there == NR && column == 1) {
		memcpy(to, from, NR * sizeof(*to));
		return;
	}
	for (size_t s = 0; s < NR; s++)
		to[s] = s < there ? from[s * column] : 0;
}

/*
 * Rows p to p + k and columns j to j + n of op(B), 16 columns at a time, row after row. In bands of 8
 * rows: down all rows of a sliver, each of its cache lines would lie in another page, which took
 * three times as long.
 */
static void
pack_b(float *to, const struct gemm *g, size_t p, size_t k, size_t j, size_t n)
{
	size_t row = g->b_turned ? 1 : g->b_row, column = g->b_turned ? g->b_row : 1;

	for (size_t band = 0; band < k; band += BAND)
		for (size_t c = 0; c < n; c += NR)
			for (size_t q = band; q < least(band + BAND, k); q++)
				pack_row(to + c * k + q * NR,
					g->b + (p + q) * row + (j + c) * column, column,
					least(NR, n - c));
}

/*
 * One tile, C = alpha A B + beta C, of slivers of A and B; C is not read when beta is 0. It is
 * fetched ahead: after the sums all of it is waited for, a third of the time on a busy machine.
 * Unrolled, or GCC 12 keeps sums in memory.
 */
AVX2 static void
tile(size_t k, const float *a, const float *b, float *c, size_t c_row, float alpha, float beta)
{
	__m256 sum[MR][2], factor = _mm256_set1_ps(alpha), old = _mm256_set1_ps(beta);

#pragma GCC unroll 6
	for (size_t i = 0; i < MR; i++)
		sum[i][0] = sum[i][1] = _mm256_setzero_ps();
#pragma GCC unroll 6
	for (size_t i = 0; i < MR; i++) {
		_mm_prefetch((const char *)(c + i * c_row), _MM_HINT_T0);
		_mm_prefetch((const char *)(c + i * c_row + NR - 1), _MM_HINT_T0);
	}
	for (; k; k--, a += MR, b += NR) {
		__m256 left = _mm256_load_ps(b), right = _mm256_load_ps(b + 8);

#pragma GCC unroll 6
		for (size_t i = 0; i < MR; i++) {
			__m256 one = _mm256_broadcast_ss(a + i);

			sum[i][0] = _mm256_fmadd_ps(one, left, sum[i][0]);
			sum[i][1] = _mm256_fmadd_ps(one, right, sum[i][1]);
		}
	}
#pragma GCC unroll 6
	for (size_t i = 0; i < MR; i++, c += c_row)
		for (size_t h = 0; h < 2; h++) {
			__m256 new = _mm256_mul_ps(factor, sum[i][h]);

			if (beta != 0)
				new = _mm256_fmadd_ps(old, _mm256_loadu_ps(c + 8 * h), new);
			_mm256_storeu_ps(c + 8 * h, new);
		}
}

/* A tile of which C has only m rows and n columns. */
AVX2 static void
edge(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, size_t c_row,
	float alpha, float beta)
{
	_Alignas(LINE) float whole_tile[MR * NR];

	tile(k, a, b, whole_tile, NR, alpha, 0);
	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < n; j++) {
			float *to = c + i * c_row + j, new = whole_tile[i * NR + j];

			*to = beta == 0 ? new : fmaf(beta, *to, new);
		}
}

/* A block of A times a panel of B, both packed. */
AVX2 static void
block(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, size_t c_row,
	float alpha, float beta)
{
	for (size_t j = 0; j < n; j += NR)
		for (size_t i = 0; i < m; i += MR) {
			float *at = c + i * c_row + j;

			if (m - i >= MR && n - j >= NR)
				tile(k, a + i * k, b + j * k, at, c_row, alpha, beta);
			else
				edge(least(MR, m - i), least(NR, n - j), k, a + i * k, b + j * k,
					at, c_row, alpha, beta);
		}
}

static void
scale(const struct gemm *g)
{
	for (size_t i = 0; i < g->m; i++)
		for (size_t j = 0; j < g->n; j++) {
			float *c = g->c + i * g->c_row + j;

			*c = g->beta == 0 ? 0 : g->beta * *c;
		}
}

int
gemm_avx2(const struct gemm *g)
{
	size_t mc = least(MC, whole(g->m, MR)), nc = least(NC, whole(g->n, NR));
	size_t kc = least(KC, g->k);
	float *a, *b;

	if (!g->m || !g->n)
		return 0;
	if (!g->k || g->alpha == 0) {
		scale(g);
		return 0;
	}
	b = aligned_alloc(LINE, whole((nc + mc) * kc * sizeof(*b), LINE));
	if (!b)
		return -1;
	a = b + nc * kc;
	for (size_t j = 0; j < g->n; j += NC)
		for (size_t p = 0; p < g->k; p += KC) {
			size_t n = least(NC, g->n - j), k = least(KC, g->k - p);

			pack_b(b, g, p, k, j, n);
			for (size_t i = 0; i < g->m; i += MC) {
				size_t m = least(MC, g->m - i);

				pack_a(a, g, i, m, p, k);
				block(m, n, k, a, b, g->c + i * g->c_row + j, g->c_row, g->alpha,
					p ? 1 : g->beta);
			}
		}
	free(b);
	return 0;
}

#else

int
gemm_avx2(const struct gemm *g)
{
	(void)g;
	errno = ENOSYS;
	return -1;
}

#endif
