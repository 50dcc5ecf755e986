/*
 * C = alpha op(A) op(B) + beta C: the product of matrices, single precision, row after row.
 *
 * As in BLAS: with beta 0, C is written and not read, so that a NaN in it does not last; with
 * alpha or k 0, A and B are not read; zeros in A and B are multiplied like other numbers, so that
 * 0 times infinity is NaN. C overlaps neither A nor B. Each function is 0, or -1 with errno.
 */
#ifndef KERNELS_GEMM_H
#define KERNELS_GEMM_H

#include <stdbool.h>
#include <stddef.h>

struct gemm {
	size_t m, n, k;		 /* op(A) is m x k, op(B) k x n, C m x n; each may be 0 */
	const float *a, *b;	 /* as they are stored: */
	bool a_turned, b_turned; /* k x m, and n x k, to be transposed */
	size_t a_row, b_row,
		c_row; /* floats from one row to the next, at least the columns stored */
	float *c;
	float alpha, beta;
};

typedef int gemm_fn(const struct gemm *);

/* Loops that a compiler can vectorize. */
gemm_fn gemm_plain;

/* For a CPU with cpu_avx2(): blocks that fit the caches, packed, and a kernel of 6 x 16. */
gemm_fn gemm_avx2;

/* cblas_sgemm of OpenBLAS in one thread; ENOSYS where openblas_missing() says why. */
gemm_fn gemm_openblas;

/* One after the other, or rows or columns of C divided among threads that run fn. */
int gemm_threads(const struct gemm *g, gemm_fn *fn, unsigned threads);

/* The part of the product that rows or columns begin to end of C are. */
struct gemm gemm_rows(const struct gemm *g, size_t begin, size_t end);
struct gemm gemm_columns(const struct gemm *g, size_t begin, size_t end);

#endif
