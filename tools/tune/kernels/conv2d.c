/* What all convolutions share: where the pixels are. */
#include "conv2d.h"

static size_t
steps(size_t length, size_t pad, size_t filter, size_t stride)
{
	return length + 2 * pad < filter ? 0 : (length + 2 * pad - filter) / stride + 1;
}

size_t
conv2d_height(const struct conv2d *c)
{
	return steps(c->height, c->pad, c->rows, c->stride);
}

size_t
conv2d_width(const struct conv2d *c)
{
	return steps(c->width, c->pad, c->columns, c->stride);
}

struct conv2d_place
conv2d_place(const struct conv2d *c, size_t pixel)
{
	size_t height = conv2d_height(c), width = conv2d_width(c), row;

	if (!height || !width) /* there is no such pixel */
		return (struct conv2d_place){c->in, 0, 0};
	row = pixel / width;
	return (struct conv2d_place){c->in + row / height * c->height * c->width * c->in_channels,
		row % height * c->stride, pixel % width * c->stride};
}

struct conv2d
conv2d_images(const struct conv2d *c, size_t begin, size_t end)
{
	struct conv2d part = *c;

	part.images = end - begin;
	part.in += begin * c->height * c->width * c->in_channels;
	part.out += begin * conv2d_height(c) * conv2d_width(c) * c->out_channels;
	return part;
}
