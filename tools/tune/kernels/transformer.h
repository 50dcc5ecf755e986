/*
 * One block of a transformer's encoder, single precision, the norms in front (Xiong et al., On Layer
 * Normalization in the Transformer Architecture, 2020):
 *
 *   y   = in + attention(norm(in))      heads of width / heads, all positions see all
 *   out = y + mlp(norm(y))              width to 4 width, GELU, and back
 *
 * Rows are positions, batch x length of them, each of width floats. Weights are stored as they are
 * multiplied from the right: inputs x outputs.
 */
#ifndef KERNELS_TRANSFORMER_H
#define KERNELS_TRANSFORMER_H

#include <stddef.h>

#include "gemm.h"
#include "rows.h"

struct linear {
	const float *weight, *bias; /* inputs x outputs, and outputs */
};

struct transformer {
	size_t batch, length, width;
	size_t heads;				  /* width is a multiple of it */
	const float *norm_gain[2], *norm_bias[2]; /* width, in front of attention and mlp */
	struct linear qkv;			  /* width to 3 width: queries, keys, values */
	struct linear mix;			  /* width to width */
	struct linear up, down;			  /* width to 4 width, and back */
	const float *in;
	float *out; /* as large as in, and not in */
};

/* The kernels that a block is made of. */
struct transformer_kernels {
	gemm_fn *gemm;
	layernorm_fn *layernorm;
	softmax_fn *softmax;
	gelu_fn *gelu;
};

/* For gemm_avx2 or gemm_openblas with cpu_avx2(), and for all others. */
extern const struct transformer_kernels transformer_plain, transformer_avx2, transformer_openblas;

/*
 * Divided among threads, products by rows or columns of the result, attention by heads. 0, or -1
 * with errno; out is then unfinished.
 */
int transformer(const struct transformer *t, const struct transformer_kernels *k, unsigned threads);

#endif
