/* The operations and sizes that are measured, with numbers to work on. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "problems.h"
#include "tune/kernels/conv2d.h"
#include "tune/kernels/transformer.h"

const struct problem problems[PROBLEMS] = {
	{&kernel_operations[0], "64x64x64", {64, 64, 64}, 3},
	{&kernel_operations[0], "1024x1024x1024", {1024, 1024, 1024}, 3},
	{&kernel_operations[1], "1x224x224x3x64", {1, 224, 224, 3, 64}, 5},
	{&kernel_operations[1], "8x56x56x64x64", {8, 56, 56, 64, 64}, 5},
	{&kernel_operations[2], "1x128x768", {1, 128, 768}, 3},
	{&kernel_operations[2], "8x512x1024", {8, 512, 1024}, 3},
};

/* Floats from -scale to scale, by xorshift. */
static float *
numbers(size_t n, double scale)
{
	static uint64_t state = 88172645463325252;
	float *x = xreallocarray(NULL, n, sizeof(*x));

	for (size_t i = 0; i < n; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		x[i] = (float)(((double)(state >> 11) * 0x1p-52 - 1) * scale);
	}
	return x;
}

static void *
gemm_args(const int64_t dims[])
{
	struct gemm *g = xcalloc(1, sizeof(*g));

	g->m = (size_t)dims[0];
	g->n = (size_t)dims[1];
	g->k = (size_t)dims[2];
	g->a = numbers(g->m * g->k, 1);
	g->b = numbers(g->k * g->n, 1);
	g->c = numbers(g->m * g->n, 1);
	g->a_row = g->k;
	g->b_row = g->c_row = g->n;
	g->alpha = 1;
	return g;
}

/* 3 x 3, stride 1, the result as large as the image. */
static void *
conv2d_args(const int64_t dims[])
{
	struct conv2d *c = xcalloc(1, sizeof(*c));

	c->images = (size_t)dims[0];
	c->height = (size_t)dims[1];
	c->width = (size_t)dims[2];
	c->in_channels = (size_t)dims[3];
	c->out_channels = (size_t)dims[4];
	c->rows = c->columns = 3;
	c->pad = c->stride = 1;
	c->in = numbers(c->images * c->height * c->width * c->in_channels, 1);
	c->filter = numbers(9 * c->in_channels * c->out_channels, 1);
	c->out = numbers(c->images * c->height * c->width * c->out_channels, 1);
	return c;
}

/* Weights that keep the size of what they are multiplied with. */
static struct linear
linear(size_t inputs, size_t outputs)
{
	return (struct linear){
		numbers(inputs * outputs, sqrt(3.0 / (double)inputs)), numbers(outputs, .1)};
}

/* Heads of 64. */
static void *
transformer_args(const int64_t dims[])
{
	struct transformer *t = xcalloc(1, sizeof(*t));

	t->batch = (size_t)dims[0];
	t->length = (size_t)dims[1];
	t->width = (size_t)dims[2];
	t->heads = t->width / 64;
	for (size_t i = 0; i < 2; i++) {
		t->norm_gain[i] = numbers(t->width, 1);
		t->norm_bias[i] = numbers(t->width, .1);
	}
	t->qkv = linear(t->width, 3 * t->width);
	t->mix = linear(t->width, t->width);
	t->up = linear(t->width, 4 * t->width);
	t->down = linear(4 * t->width, t->width);
	t->in = numbers(t->batch * t->length * t->width, 1);
	t->out = numbers(t->batch * t->length * t->width, 1);
	return t;
}

void *
problem_args(const struct problem *p)
{
	static void *(*const args[])(const int64_t[]) = {gemm_args, conv2d_args, transformer_args};

	return args[p->operation - kernel_operations](p->dims);
}
