/* The implementations of each operation, as targets of pgokit-tune. */
#include "conv2d.h"
#include "cpu.h"
#include "openblas.h"
#include "targets.h"
#include "transformer.h"

static const char *
nothing_missing(void)
{
	return NULL;
}

static const char *
avx2_missing(void)
{
	return cpu_avx2() ? NULL : "this CPU, or its system, has no AVX2 and FMA";
}

static const char *
threads_missing(void)
{
	if (avx2_missing())
		return avx2_missing();
	return cpu_count() > 1 ? NULL : "this process may use one CPU only";
}

/* The transformer on OpenBLAS has norms and softmax of AVX2. */
static const char *
both_missing(void)
{
	return avx2_missing() ? avx2_missing() : openblas_missing();
}

/*
 * A kernel ships only with a test that ran it. Who has such a machine adds gemm_avx512() beside
 * gemm_avx2(), a row in gemm_test.c, and its name here.
 */
static const char *
avx512_missing(void)
{
	return "no kernel ships: no machine with AVX-512 was at hand to test one";
}

static const char *
amx_missing(void)
{
	return "no kernel ships: no machine with AMX was at hand to test one";
}

static int
run_gemm_plain(void *context, void *args)
{
	(void)context;
	return gemm_plain(args);
}

static int
run_gemm_avx2(void *context, void *args)
{
	(void)context;
	return gemm_avx2(args);
}

static int
run_gemm_threads(void *context, void *args)
{
	(void)context;
	return gemm_threads(args, gemm_avx2, cpu_count());
}

static int
run_gemm_openblas(void *context, void *args)
{
	(void)context;
	return gemm_openblas(args);
}

static int
part_gemm(const struct gemm *g, gemm_fn *fn, int64_t first, int64_t count)
{
	struct gemm part = gemm_rows(g, (size_t)first, (size_t)(first + count));

	return fn(&part);
}

static int
part_gemm_plain(void *context, void *args, int64_t first, int64_t count)
{
	(void)context;
	return part_gemm(args, gemm_plain, first, count);
}

static int
part_gemm_avx2(void *context, void *args, int64_t first, int64_t count)
{
	(void)context;
	return part_gemm(args, gemm_avx2, first, count);
}

static int
part_gemm_openblas(void *context, void *args, int64_t first, int64_t count)
{
	(void)context;
	return part_gemm(args, gemm_openblas, first, count);
}

static int
run_conv2d_plain(void *context, void *args)
{
	(void)context;
	return conv2d_plain(args);
}

static int
run_conv2d_avx2(void *context, void *args)
{
	(void)context;
	return conv2d_avx2(args);
}

static int
run_conv2d_threads(void *context, void *args)
{
	(void)context;
	return conv2d_avx2_threads(args, cpu_count());
}

static int
run_conv2d_openblas(void *context, void *args)
{
	(void)context;
	return conv2d_gemm(args, gemm_openblas);
}

static int
part_conv2d_plain(void *context, void *args, int64_t first, int64_t count)
{
	struct conv2d part = conv2d_images(args, (size_t)first, (size_t)(first + count));

	(void)context;
	return conv2d_plain(&part);
}

static int
part_conv2d_avx2(void *context, void *args, int64_t first, int64_t count)
{
	struct conv2d part = conv2d_images(args, (size_t)first, (size_t)(first + count));

	(void)context;
	return conv2d_avx2(&part);
}

static int
part_conv2d_openblas(void *context, void *args, int64_t first, int64_t count)
{
	struct conv2d part = conv2d_images(args, (size_t)first, (size_t)(first + count));

	(void)context;
	return conv2d_gemm(&part, gemm_openblas);
}

static int
run_transformer_plain(void *context, void *args)
{
	(void)context;
	return transformer(args, &transformer_plain, 1);
}

static int
run_transformer_avx2(void *context, void *args)
{
	(void)context;
	return transformer(args, &transformer_avx2, 1);
}

static int
run_transformer_threads(void *context, void *args)
{
	(void)context;
	return transformer(args, &transformer_avx2, cpu_count());
}

static int
run_transformer_openblas(void *context, void *args)
{
	(void)context;
	return transformer(args, &transformer_openblas, 1);
}

static const struct kernel_target gemm_targets[] = {
	{"plain", nothing_missing, run_gemm_plain, part_gemm_plain},
	{"avx2", avx2_missing, run_gemm_avx2, part_gemm_avx2},
	{"avx2-threads", threads_missing, run_gemm_threads, NULL},
	{"openblas", openblas_missing, run_gemm_openblas, part_gemm_openblas},
	{"avx512", avx512_missing, NULL, NULL},
	{"amx", amx_missing, NULL, NULL},
};

static const struct kernel_target conv2d_targets[] = {
	{"plain", nothing_missing, run_conv2d_plain, part_conv2d_plain},
	{"avx2", avx2_missing, run_conv2d_avx2, part_conv2d_avx2},
	{"avx2-threads", threads_missing, run_conv2d_threads, NULL},
	{"openblas", openblas_missing, run_conv2d_openblas, part_conv2d_openblas},
	{"avx512", avx512_missing, NULL, NULL},
	{"amx", amx_missing, NULL, NULL},
};

static const struct kernel_target transformer_targets[] = {
	{"plain", nothing_missing, run_transformer_plain, NULL},
	{"avx2", avx2_missing, run_transformer_avx2, NULL},
	{"avx2-threads", threads_missing, run_transformer_threads, NULL},
	{"openblas", both_missing, run_transformer_openblas, NULL},
	{"avx512", avx512_missing, NULL, NULL},
	{"amx", amx_missing, NULL, NULL},
};

enum { TARGETS = sizeof(gemm_targets) / sizeof(*gemm_targets) };

const struct kernel_operation kernel_operations[KERNEL_OPERATIONS] = {
	{"GEMM", gemm_targets, TARGETS},
	{"Conv2D", conv2d_targets, TARGETS},
	{"Transformer", transformer_targets, TARGETS},
};
