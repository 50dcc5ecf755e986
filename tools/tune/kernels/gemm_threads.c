/* The product of matrices, its rows or columns divided among threads. */
#include "gemm.h"
#include "threads.h"

enum { ROWS = 6, COLUMNS = 16 }; /* tiles of the kernel: no part but the last has a ragged edge */

struct job {
	const struct gemm *g;
	gemm_fn *fn;
};

struct gemm
gemm_rows(const struct gemm *g, size_t begin, size_t end)
{
	struct gemm part = *g;

	part.m = end - begin;
	part.a += g->a_turned ? begin : begin * g->a_row;
	part.c += begin * g->c_row;
	return part;
}

struct gemm
gemm_columns(const struct gemm *g, size_t begin, size_t end)
{
	struct gemm part = *g;

	part.n = end - begin;
	part.b += g->b_turned ? begin * g->b_row : begin;
	part.c += begin;
	return part;
}

static int
rows(void *arg, size_t begin, size_t end)
{
	const struct job *job = arg;
	struct gemm part = gemm_rows(job->g, begin, end);

	return job->fn(&part);
}

static int
columns(void *arg, size_t begin, size_t end)
{
	const struct job *job = arg;
	struct gemm part = gemm_columns(job->g, begin, end);

	return job->fn(&part);
}

/* The longer side is divided: each thread packs the whole matrix of the other side for itself. */
int
gemm_threads(const struct gemm *g, gemm_fn *fn, unsigned threads)
{
	struct job job = {g, fn};

	return g->m >= g->n ? threads_run(threads, g->m, ROWS, rows, &job)
			    : threads_run(threads, g->n, COLUMNS, columns, &job);
}
