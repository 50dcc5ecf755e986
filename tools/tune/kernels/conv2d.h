/*
 * Convolution of images, single precision: what machine learning calls so, without turning the
 * filter round.
 *
 *   out[image][y][x][o] = sum over r, s, i of
 *       in[image][y * stride + r - pad][x * stride + s - pad][i] * filter[r][s][i][o]
 *
 * Images are stored NHWC: the channels of a pixel lie side by side, so that one tap of the filter
 * reads them as they are. Filters are stored rows, columns, channels in, channels out. Outside of
 * an image are zeros, which are multiplied like other numbers: zero times infinity is NaN. out
 * overlaps nothing. Each function is 0, or -1 with errno.
 */
#ifndef KERNELS_CONV2D_H
#define KERNELS_CONV2D_H

#include <stdbool.h>
#include <stddef.h>

#include "gemm.h"

struct conv2d {
	size_t images, height, width, in_channels, out_channels;
	size_t rows, columns; /* of the filter, at least 1 */
	size_t pad;	      /* zeros on each side; (rows - 1) / 2 keeps the size of a 3 x 3 */
	size_t stride;	      /* at least 1 */
	const float *in, *filter;
	float *out;
};

typedef int conv2d_fn(const struct conv2d *);

/* Pixels of the result in each direction; 0 where the filter is larger than image and padding. */
size_t conv2d_height(const struct conv2d *c);
size_t conv2d_width(const struct conv2d *c);

/* Loops that a compiler can vectorize. */
conv2d_fn conv2d_plain;

/* For a CPU with cpu_avx2(): 6 pixels by 16 channels at a time, read where they lie. */
conv2d_fn conv2d_avx2;

/* The same for pixels begin to end of the result, counted through all images. */
int conv2d_avx2_pixels(const struct conv2d *c, size_t begin, size_t end);

/* The pixels of the result divided among threads. */
int conv2d_avx2_threads(const struct conv2d *c, unsigned threads);

/* The part of the work that images begin to end are. */
struct conv2d conv2d_images(const struct conv2d *c, size_t begin, size_t end);

/* The usual other way: the pixels under the filter copied into the rows of a matrix, and gemm. */
int conv2d_gemm(const struct conv2d *c, gemm_fn *gemm);

/* Where the filter lies for a pixel of the result, counted through all images. */
struct conv2d_place {
	const float *image;
	size_t y, x; /* of its first tap; the first pixel of the image is at (pad, pad) */
};

struct conv2d_place conv2d_place(const struct conv2d *c, size_t pixel);

/* The channels under tap (row, column) of the filter; `outside` where that is not in the image. */
static inline const float *
conv2d_tap(const struct conv2d *c, const struct conv2d_place *at, size_t row, size_t column,
	const float *outside)
{
	/* Above and left of the image, these wrap to more than any height. */
	size_t y = at->y + row - c->pad, x = at->x + column - c->pad;

	if (y >= c->height || x >= c->width)
		return outside;
	return at->image + (y * c->width + x) * c->in_channels;
}

#endif
