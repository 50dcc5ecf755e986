/* Convolution as a product of matrices: each row the pixels under the filter, copied together. */
#include <stdlib.h>
#include <string.h>

#include "conv2d.h"

/*
 * Rows copied at a time. All of them at once need rows x columns times the memory of the images;
 * so many stay in a cache, and the product packs the filter again for each.
 */
enum { ROWS = 1024 };

static void
copy(const struct conv2d *c, size_t pixel, const float *zeros, float *to)
{
	struct conv2d_place at = conv2d_place(c, pixel);

	for (size_t row = 0; row < c->rows; row++)
		for (size_t column = 0; column < c->columns; column++, to += c->in_channels)
			memcpy(to, conv2d_tap(c, &at, row, column, zeros),
				c->in_channels * sizeof(*to));
}

int
conv2d_gemm(const struct conv2d *c, gemm_fn *gemm)
{
	size_t pixels = c->images * conv2d_height(c) * conv2d_width(c);
	size_t depth = c->rows * c->columns * c->in_channels;
	float *under = malloc((ROWS * depth + 1) * sizeof(*under));
	float *zeros = calloc(c->in_channels + 1, sizeof(*zeros));
	int status = under && zeros ? 0 : -1;

	for (size_t p = 0; !status && p < pixels; p += ROWS) {
		struct gemm g = {.m = pixels - p < ROWS ? pixels - p : ROWS,
			.n = c->out_channels,
			.k = depth,
			.a = under,
			.a_row = depth,
			.b = c->filter,
			.b_row = c->out_channels,
			.c = c->out + p * c->out_channels,
			.c_row = c->out_channels,
			.alpha = 1};

		for (size_t i = 0; i < g.m; i++)
			copy(c, p + i, zeros, under + i * depth);
		status = gemm(&g);
	}
	free(under);
	free(zeros);
	return status;
}
