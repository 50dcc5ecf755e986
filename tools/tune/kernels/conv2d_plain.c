/* Convolution in plain C, with loops that a compiler can vectorize. */
#include <stdlib.h>
#include <string.h>

#include "conv2d.h"

/* One tap: the channels of one pixel times a matrix of the filter, added to those of the result. */
static void
tap(const struct conv2d *c, const float *in, const float *filter, float *restrict out)
{
	for (size_t i = 0; i < c->in_channels; i++)
		for (size_t o = 0; o < c->out_channels; o++)
			out[o] += in[i] * filter[i * c->out_channels + o];
}

int
conv2d_plain(const struct conv2d *c)
{
	size_t pixels = c->images * conv2d_height(c) * conv2d_width(c);
	float *zeros = calloc(c->in_channels + 1, sizeof(*zeros));

	if (!zeros)
		return -1;
	for (size_t p = 0; p < pixels; p++) {
		struct conv2d_place at = conv2d_place(c, p);
		const float *filter = c->filter;
		float *out = c->out + p * c->out_channels;

		memset(out, 0, c->out_channels * sizeof(*out));
		for (size_t row = 0; row < c->rows; row++)
			for (size_t column = 0; column < c->columns; column++) {
				tap(c, conv2d_tap(c, &at, row, column, zeros), filter, out);
				filter += c->in_channels * c->out_channels;
			}
	}
	free(zeros);
	return 0;
}
