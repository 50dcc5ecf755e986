/*
 * Convolutions against one in double precision, written as the sum in conv2d.h, over many shapes.
 *
 * Tolerance: a sum of d = rows x columns x channels products, as in gemm_test.c: each element
 * within (d + 1) u sum |in filter|.
 */
#include <math.h>

#include "check.h"
#include "tune/kernels/conv2d.h"
#include "tune/kernels/cpu.h"
#include "kernels/drawn.h"

static unsigned threads = 1;

static int
threaded(const struct conv2d *c)
{
	return conv2d_avx2_threads(c, threads);
}

static int
by_gemm_plain(const struct conv2d *c)
{
	return conv2d_gemm(c, gemm_plain);
}

static int
by_gemm_avx2(const struct conv2d *c)
{
	return conv2d_gemm(c, gemm_avx2);
}

/* The pixel at (y, x) of the padded image. */
static double
pixel(const struct conv2d *c, size_t image, size_t y, size_t x, size_t channel)
{
	if (y < c->pad || y >= c->height + c->pad || x < c->pad || x >= c->width + c->pad)
		return 0;
	return c->in[((image * c->height + y - c->pad) * c->width + x - c->pad) * c->in_channels +
		     channel];
}

/* How far one element is from the exact one, in units of what rounding explains. */
static double
apart(const struct conv2d *c, size_t image, size_t y, size_t x, size_t o)
{
	double sum = 0, size = 0;
	size_t depth = c->rows * c->columns * c->in_channels;
	size_t at = (image * conv2d_height(c) + y) * conv2d_width(c) + x;

	for (size_t r = 0; r < c->rows; r++)
		for (size_t s = 0; s < c->columns; s++)
			for (size_t i = 0; i < c->in_channels; i++) {
				size_t f = (r * c->columns + s) * c->in_channels + i;
				double product =
					c->filter[f * c->out_channels + o] *
					pixel(c, image, y * c->stride + r, x * c->stride + s, i);

				sum += product;
				size += fabs(product);
			}
	return drawnapart(fabs(c->out[at * c->out_channels + o] - sum), (double)(depth + 1) * size);
}

static double
worst(const struct conv2d *c)
{
	double most = 0;

	for (size_t image = 0; image < c->images; image++)
		for (size_t y = 0; y < conv2d_height(c); y++)
			for (size_t x = 0; x < conv2d_width(c); x++)
				for (size_t o = 0; o < c->out_channels; o++)
					most = fmax(most, apart(c, image, y, x, o));
	return most;
}

static void
testshape(conv2d_fn *fn, const char *name, struct conv2d c)
{
	float *in = drawnfloats(c.images * c.height * c.width * c.in_channels);
	float *filter = drawnfloats(c.rows * c.columns * c.in_channels * c.out_channels);
	double most;

	c.in = in;
	c.filter = filter;
	c.out = drawnfloats(c.images * conv2d_height(&c) * conv2d_width(&c) * c.out_channels);
	CHECKINT(fn(&c), 0);
	most = worst(&c);
	if (!checked(most <= 1))
		fprintf(stderr,
			"%s: %zu images %zux%zu, channels %zu to %zu, filter %zux%zu, pad %zu, "
			"stride %zu: %g of the bound\n",
			name, c.images, c.height, c.width, c.in_channels, c.out_channels, c.rows,
			c.columns, c.pad, c.stride, most);
	free(in);
	free(filter);
	free(c.out);
}

static void
testshapes(conv2d_fn *fn, const char *name)
{
	/* The sizes of bench/tune in small: images, height, width, channels, filter, pad, stride. */
	static const struct conv2d fixed[] = {{1, 14, 14, 3, 64, 3, 3, 1, 1, 0, 0, 0},
		{2, 7, 7, 64, 64, 3, 3, 1, 1, 0, 0, 0}, {1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0},
		{0, 3, 3, 2, 2, 3, 3, 1, 1, 0, 0, 0}, {1, 2, 2, 3, 4, 5, 5, 0, 1, 0, 0, 0},
		{1, 5, 5, 0, 17, 3, 3, 1, 1, 0, 0, 0}, {1, 5, 5, 2, 0, 3, 3, 1, 1, 0, 0, 0},
		{1, 40, 30, 2, 5, 1, 1, 0, 1, 0, 0, 0}};

	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		testshape(fn, name, fixed[i]);
	for (size_t i = 0; i < 60; i++)
		testshape(fn, name,
			(struct conv2d){drawnbelow(3), drawnbelow(9), drawnbelow(9), drawnbelow(6),
				drawnbelow(35), 1 + drawnbelow(4), 1 + drawnbelow(4), drawnbelow(4),
				1 + drawnbelow(3), 0, 0, 0});
}

/* What lies outside of an image is zero, and not skipped. */
static void
testspecial(conv2d_fn *fn)
{
	float in[9], filter[9], out[9];
	struct conv2d c = {1, 3, 3, 1, 1, 3, 3, 1, 1, in, filter, out};

	for (size_t i = 0; i < 9; i++)
		in[i] = filter[i] = 1;
	in[0] = NAN; /* the upper left corner: under the filter of the four pixels around it */
	CHECKINT(fn(&c), 0);
	for (size_t i = 0; i < 9; i++)
		CHECK(isnan(out[i]) == (i % 3 < 2 && i / 3 < 2));
	CHECK(out[8] == 4 && out[2] == 4 && out[5] == 6);

	in[0] = 1;
	filter[0] = INFINITY; /* the upper left tap: outside for the first row and column */
	CHECKINT(fn(&c), 0);
	for (size_t i = 0; i < 9; i++)
		CHECK(i % 3 && i / 3 ? out[i] == INFINITY : isnan(out[i]));
}

static void
test(conv2d_fn *fn, const char *name)
{
	testshapes(fn, name);
	testspecial(fn);
}

int
main(void)
{
	drawnseed();
	test(conv2d_plain, "conv2d_plain");
	test(by_gemm_plain, "conv2d_gemm with gemm_plain");
	if (cpu_avx2()) {
		test(conv2d_avx2, "conv2d_avx2");
		test(by_gemm_avx2, "conv2d_gemm with gemm_avx2");
		for (threads = 1; threads <= 4; threads++)
			test(threaded, "conv2d_avx2_threads");
	} else {
		printf("skipped conv2d_avx2, conv2d_avx2_threads, conv2d_gemm with gemm_avx2: this "
		       "CPU has no AVX2 and FMA\n");
	}
	return checkdone();
}
