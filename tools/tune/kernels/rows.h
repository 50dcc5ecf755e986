/*
 * What a transformer does between the products of matrices, to rows of floats side by side. A NaN
 * in a row makes the whole row NaN, in gelu itself only.
 */
#ifndef KERNELS_ROWS_H
#define KERNELS_ROWS_H

#include <stddef.h>

/* to = (from - mean) / sqrt(variance + 1e-5) * gain + bias, mean and variance of each row. */
typedef void layernorm_fn(size_t rows, size_t width, const float *from, const float *gain,
	const float *bias, float *to);

/* Each row becomes exp(x) / sum of exp(x), computed from x less the row's largest. */
typedef void softmax_fn(size_t rows, size_t width, float *x);

/*
 * x becomes x / 2 (1 + tanh(u)), u = sqrt(2 / pi) (x + 0.044715 x^3), which is x / (1 + exp(-2 u)):
 * Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.
 */
typedef void gelu_fn(size_t n, float *x);

#define LAYERNORM_EPSILON 1e-5F
#define GELU_FACTOR	  1.5957691216F /* 2 sqrt(2 / pi) */
#define GELU_CUBE	  0.044715F

layernorm_fn layernorm_plain;
softmax_fn softmax_plain;
gelu_fn gelu_plain;

/* For a CPU with cpu_avx2(). */
layernorm_fn layernorm_avx2;
softmax_fn softmax_avx2;
gelu_fn gelu_avx2;

#endif
