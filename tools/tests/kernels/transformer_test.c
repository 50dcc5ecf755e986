/*
 * The block against one in double precision, written as the sums in transformer.h.
 *
 * Tolerance: on the way from in to out, a value passes two norms, products of depth width (three),
 * width / heads, length and 4 width, a softmax and a GELU: roundings of n = 9 width + width / heads
 * + 2 length + 60 operations one after the other. Of roundings that are independent, n of them do
 * not add up to more than 6 sqrt(n) u, but with a probability of 2 exp(-18) (Higham and Mary, A New
 * Approach to Probabilistic Rounding Error Analysis, 2019); each is of a size of at most the largest
 * sum of |a b| on the way, and what follows passes an error on by a factor of about 1, since
 * weights are drawn so that products keep the size of values; but a norm divides by the spread of
 * its row, which may be small where a row has two or three values. So: within 6 sqrt(n) u times that
 * largest sum, and times how much each of the two norms enlarges. That this is no wide net is
 * tested: weights of one output of 1 to 4 width that are off by 4 % are found.
 */
#include <math.h>

#include "check.h"
#include "tune/kernels/cpu.h"
#include "kernels/drawn.h"
#include "tune/kernels/openblas.h"
#include "tune/kernels/transformer.h"

/* A block with weights of its own. */
struct block {
	struct transformer t;
	float *drawn[13];
	size_t count;
};

static float *
draw(struct block *b, size_t n, double scale, double shift)
{
	float *x = drawnfloats(n);

	for (size_t i = 0; i < n; i++)
		x[i] = (float)(x[i] * scale + shift);
	return b->drawn[b->count++] = x;
}

static struct linear
weights(struct block *b, size_t inputs, size_t outputs)
{
	struct linear l;

	l.weight = draw(b, inputs * outputs, sqrt(3.0 / (double)(inputs + 1)), 0);
	l.bias = draw(b, outputs, .1, 0);
	return l;
}

static void
mkblock(struct block *b, size_t batch, size_t length, size_t heads, size_t size)
{
	size_t width = heads * size;

	*b = (struct block){
		.t = {.batch = batch, .length = length, .width = width, .heads = heads}};
	for (size_t i = 0; i < 2; i++) {
		b->t.norm_gain[i] = draw(b, width, .2, 1);
		b->t.norm_bias[i] = draw(b, width, .2, 0);
	}
	b->t.qkv = weights(b, width, 3 * width);
	b->t.mix = weights(b, width, width);
	b->t.up = weights(b, width, 4 * width);
	b->t.down = weights(b, 4 * width, width);
	b->t.in = draw(b, batch * length * width, 2, 0);
	b->t.out = drawnfloats(batch * length * width);
}

static void
delblock(struct block *b)
{
	for (size_t i = 0; i < b->count; i++)
		free(b->drawn[i]);
	free(b->t.out);
}

static double *
doubles(size_t n)
{
	double *x = calloc(n + 1, sizeof(*x));

	if (!x)
		abort();
	return x;
}

/* The largest sum of |a b|, and the largest factor, at least 1, of each norm. */
static double largest, factor[2];

static double
dot(size_t n, const double *a, size_t a_step, const double *b, size_t b_step)
{
	double sum = 0, size = 0;

	for (size_t i = 0; i < n; i++) {
		sum += a[i * a_step] * b[i * b_step];
		size += fabs(a[i * a_step] * b[i * b_step]);
	}
	largest = fmax(largest, size);
	return sum;
}

static double *
exactnorm(const struct transformer *t, const double *x, size_t which)
{
	size_t rows = t->batch * t->length, n = t->width;
	double *to = doubles(rows * n);

	for (size_t r = 0; r < rows; r++, x += n) {
		double mean = 0, square = 0;

		for (size_t i = 0; i < n; i++)
			mean += x[i] / (double)n;
		for (size_t i = 0; i < n; i++)
			square += (x[i] - mean) * (x[i] - mean) / (double)n;
		factor[which] = fmax(factor[which], 1 / sqrt(square + 1e-5));
		for (size_t i = 0; i < n; i++)
			to[r * n + i] =
				(x[i] - mean) / sqrt(square + 1e-5) * t->norm_gain[which][i] +
				t->norm_bias[which][i];
	}
	return to;
}

/* from x weight + bias; from is freed. */
static double *
exactlinear(size_t rows, size_t inputs, size_t outputs, double *from, const struct linear *l)
{
	double *to = doubles(rows * outputs), *weight = doubles(inputs * outputs);

	for (size_t i = 0; i < inputs * outputs; i++)
		weight[i] = l->weight[i];
	for (size_t r = 0; r < rows; r++)
		for (size_t o = 0; o < outputs; o++)
			to[r * outputs + o] =
				l->bias[o] + dot(inputs, from + r * inputs, 1, weight + o, outputs);
	free(weight);
	free(from);
	return to;
}

/* One position of one head. */
static void
exactposition(const struct transformer *t, const double *qkv, size_t at, size_t head, double *to)
{
	size_t size = t->width / t->heads, row = 3 * t->width;
	size_t first = at / t->length * t->length;
	const double *keys = qkv + first * row + t->width + head * size;
	double *share = doubles(t->length), *query = doubles(size), sum = 0;

	for (size_t i = 0; i < size; i++)
		query[i] = qkv[at * row + head * size + i] / sqrt((double)size);
	for (size_t p = 0; p < t->length; p++) {
		share[p] = exp(dot(size, query, 1, keys + p * row, 1));
		sum += share[p];
	}
	for (size_t p = 0; p < t->length; p++)
		share[p] /= sum;
	for (size_t i = 0; i < size; i++)
		to[at * t->width + head * size + i] =
			dot(t->length, share, 1, keys + t->width + i, row);
	free(query);
	free(share);
}

static double *
exact(const struct transformer *t)
{
	size_t rows = t->batch * t->length, n = rows * t->width;
	double *in = doubles(n), *mixed = doubles(n), *y, *x;

	for (size_t i = 0; i < n; i++)
		in[i] = t->in[i];
	x = exactlinear(rows, t->width, 3 * t->width, exactnorm(t, in, 0), &t->qkv);
	for (size_t at = 0; at < rows; at++)
		for (size_t head = 0; head < t->heads; head++)
			exactposition(t, x, at, head, mixed);
	free(x);
	y = exactlinear(rows, t->width, t->width, mixed, &t->mix);
	for (size_t i = 0; i < n; i++)
		y[i] += in[i];
	x = exactlinear(rows, t->width, 4 * t->width, exactnorm(t, y, 1), &t->up);
	for (size_t i = 0; i < 4 * n; i++)
		x[i] /= 1 + exp(-2 * sqrt(2 / 3.14159265358979323846) *
				    (x[i] + .044715 * x[i] * x[i] * x[i]));
	x = exactlinear(rows, 4 * t->width, t->width, x, &t->down);
	for (size_t i = 0; i < n; i++)
		x[i] += y[i];
	free(y);
	free(in);
	return x;
}

/* How far out is from the exact one, in units of the tolerance. */
static double
apart(const struct transformer *t, const double *want)
{
	size_t n = 9 * t->width + t->width / t->heads + 2 * t->length + 60;
	double most = 6 * sqrt((double)n) * largest * factor[0] * factor[1], worst = 0;

	for (size_t i = 0; i < t->batch * t->length * t->width; i++)
		worst = fmax(worst, drawnapart(fabs(t->out[i] - want[i]), most));
	return worst;
}

static void
testkernels(const struct block *b, const double *want, const struct transformer_kernels *k,
	const char *name, unsigned threads)
{
	double off;

	memset(b->t.out, 0xff, b->t.batch * b->t.length * b->t.width * sizeof(float));
	CHECKINT(transformer(&b->t, k, threads), 0);
	off = apart(&b->t, want);
	if (!checked(off <= 1))
		fprintf(stderr, "%s, %u threads: %zu x %zu x %zu, %zu heads: %g of the bound\n",
			name, threads, b->t.batch, b->t.length, b->t.width, b->t.heads, off);
}

/* With the weights of one output off by 4 %, out has to be beyond the tolerance. */
static void
testnet(struct block *b, const double *want)
{
	static const size_t times[] = {3, 1, 4, 1};

	for (size_t i = 0; i < 4; i++) { /* qkv, mix, up, down */
		float *weight = b->drawn[4 + 2 * i];
		size_t outputs = times[i] * b->t.width, inputs = b->t.width;

		if (i == 3)
			inputs *= 4;
		for (size_t p = 1; p <= inputs; p++)
			weight[p * outputs - 1] *= 1.04F;
		CHECKINT(transformer(&b->t, &transformer_plain, 1), 0);
		CHECK(apart(&b->t, want) > 1);
		for (size_t p = 1; p <= inputs; p++)
			weight[p * outputs - 1] /= 1.04F;
	}
}

static void
testshape(size_t batch, size_t length, size_t heads, size_t size)
{
	struct block b;
	double *want;

	mkblock(&b, batch, length, heads, size);
	largest = 0;
	factor[0] = factor[1] = 1;
	want = exact(&b.t);
	testkernels(&b, want, &transformer_plain, "transformer_plain", 1);
	if (cpu_avx2())
		for (unsigned threads = 1; threads <= 4; threads++)
			testkernels(&b, want, &transformer_avx2, "transformer_avx2", threads);
	if (cpu_avx2() && !openblas_missing())
		for (unsigned threads = 1; threads <= 2; threads++)
			testkernels(
				&b, want, &transformer_openblas, "transformer_openblas", threads);
	if (size == 64) /* small ones may have an output that does not matter */
		testnet(&b, want);
	free(want);
	delblock(&b);
}

int
main(void)
{
	struct transformer none = {.batch = 0, .length = 3, .width = 4, .heads = 1};

	drawnseed();
	CHECKINT(transformer(&none, &transformer_plain, 2), 0);
	testshape(1, 1, 1, 4);
	testshape(1, 16, 2, 64);
	testshape(3, 5, 3, 7);
	for (size_t i = 0; i < 12; i++)
		testshape(1 + drawnbelow(3), 1 + drawnbelow(20), 1 + drawnbelow(4),
			2 + drawnbelow(20));
	if (!cpu_avx2())
		printf("skipped transformer_avx2, transformer_openblas: this CPU has no AVX2 and "
		       "FMA\n");
	else if (openblas_missing())
		printf("skipped transformer_openblas: %s\n", openblas_missing());
	return checkdone();
}
