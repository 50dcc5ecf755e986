/*
 * The targets of each operation: plain first and always there, names once each, a reason where one
 * is missing, and the same result from all that run, but for rounding.
 */
#include <math.h>

#include "check.h"
#include "kernels/drawn.h"
#include "tune/kernels/conv2d.h"
#include "tune/kernels/targets.h"
#include "tune/kernels/transformer.h"
#include "tune/pgokit-tune.h"

enum { N = 40 };

/* A small one of each, deep enough to differ if a kernel of something else ran. */
static float weights[N * 4 * N], in[N * N], out[N * N], plain[N * N];

static struct gemm gemm = {.m = N,
	.n = N,
	.k = N,
	.a = in,
	.a_row = N,
	.b = weights,
	.b_row = N,
	.c = out,
	.c_row = N,
	.alpha = 1};

static struct conv2d conv2d = {1, 10, 10, 4, 16, 3, 3, 1, 1, in, weights, out};

static struct conv2d images = {4, 5, 5, 4, 16, 3, 3, 1, 1, in, weights, out};

static struct transformer block = {.batch = 2,
	.length = 10,
	.width = N,
	.heads = 2,
	.norm_gain = {weights, weights},
	.norm_bias = {weights, weights},
	.qkv = {weights, weights},
	.mix = {weights, weights},
	.up = {weights, weights},
	.down = {weights, weights},
	.in = in,
	.out = out};

static void
testtarget(const struct kernel_operation *op, const struct kernel_target *t, void *args)
{
	const char *missing = t->missing();
	double off = 0;

	if (missing) {
		CHECK(*missing);
		printf("skipped %s %s: %s\n", op->name, t->name, missing);
		return;
	}
	memset(out, 0, sizeof(out));
	CHECKINT(t->run(NULL, args), 0);
	for (size_t i = 0; i < N * N; i++)
		off = fmax(off, fabs((double)out[i] - plain[i]));
	if (!checked(off <= 1e-3))
		fprintf(stderr, "%s: %s is off by %g\n", op->name, t->name, off);
}

static void
testoperation(const struct kernel_operation *op, void *args)
{
	double size = 0;

	CHECKSTR(op->targets[0].name, "plain");
	CHECK(!op->targets[0].missing());
	memset(out, 0, sizeof(out));
	CHECKINT(op->targets[0].run(NULL, args), 0);
	memcpy(plain, out, sizeof(out));
	for (size_t i = 0; i < N * N; i++)
		size = fmax(size, fabs((double)plain[i]));
	CHECK(size > .1);
	for (size_t i = 0; i < op->count; i++) {
		testtarget(op, &op->targets[i], args);
		CHECK(op->targets[i].run || op->targets[i].missing());
		for (size_t k = 0; k < i; k++)
			CHECK(strcmp(op->targets[i].name, op->targets[k].name));
	}
}

/* The library divides the work among all that can do a part of it: the result is the same. */
static void
testsplit(const struct kernel_operation *op, const int64_t dims[], int ndims, void *args,
	int64_t units)
{
	struct tune_config config = tune_defaults();
	struct tune *t;
	struct tune_op *tuned;
	struct tune_profile *p;
	int parts = 0;

	config.seed = 1;
	t = tune_open(&config);
	tuned = tune_operation(t, op->name);
	for (size_t i = 0; i < op->count; i++) {
		const struct kernel_target *k = &op->targets[i];
		struct tune_target target = {.name = k->name, .run = k->run, .part = k->part};

		if (k->missing() || !k->part)
			continue;
		CHECKINT(tune_target(tuned, &target), parts++);
	}
	p = tune_at(tuned, dims, ndims);
	memset(out, 0, sizeof(out));
	CHECKINT(op->targets[0].run(NULL, args), 0);
	memcpy(plain, out, sizeof(out));
	for (int round = 0; round < 5; round++) {
		double off = 0, shares = 0;

		memset(out, 0, sizeof(out));
		CHECKINT(tune_split(p, units, args), 0);
		for (size_t i = 0; i < N * N; i++)
			off = fmax(off, fabs((double)out[i] - plain[i]));
		CHECK(off <= 1e-3);
		for (int i = 0; i < parts; i++)
			shares += tune_share(p, i);
		/* The first split teaches nothing yet. */
		CHECK(round == 0 ? isnan(shares) : fabs(shares - 1) < 1e-9);
	}
	CHECKINT(tune_close(t), 0);
}

int
main(void)
{
	drawnseed();
	for (size_t i = 0; i < N * N; i++)
		in[i] = drawnfloat();
	for (size_t i = 0; i < N * 4 * N; i++)
		weights[i] = drawnfloat() / 4;
	CHECKSTR(kernel_operations[0].name, "GEMM");
	CHECKSTR(kernel_operations[1].name, "Conv2D");
	CHECKSTR(kernel_operations[2].name, "Transformer");
	testoperation(&kernel_operations[0], &gemm);
	testoperation(&kernel_operations[1], &conv2d);
	testoperation(&kernel_operations[2], &block);
	testsplit(&kernel_operations[0], (const int64_t[]){N, N, N}, 3, &gemm, N);
	testsplit(&kernel_operations[1], (const int64_t[]){4, 5, 5, 4, 16}, 5, &images, 4);
	return checkdone();
}
