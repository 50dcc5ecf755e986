/* OpenBLAS, loaded at run time where it is installed, and its product of matrices. */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>

#include "gemm.h"
#include "openblas.h"

/* The values of cblas.h. */
enum { ROW_MAJOR = 101, AS_STORED = 111, TRANSPOSED = 112 };

typedef void sgemm_fn(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a,
	int lda, const float *b, int ldb, float beta, float *c, int ldc);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static sgemm_fn *sgemm;
static const char *core = "unknown";
static char missing[256];

/* ISO C has no conversion from an object pointer to a function pointer; POSIX says they fit. */
static void
symbol(void *library, const char *name, void *function)
{
	*(void **)function = dlsym(library, name);
}

static void
load(void)
{
	void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
	void (*set_threads)(int) = NULL;
	char *(*corename)(void) = NULL;

	if (!library) {
		snprintf(missing, sizeof(missing), "not installed: %s", dlerror());
		return;
	}
	symbol(library, "cblas_sgemm", &sgemm);
	symbol(library, "openblas_set_num_threads", &set_threads);
	symbol(library, "openblas_get_corename", &corename);
	if (!sgemm || !set_threads) {
		sgemm = NULL;
		snprintf(missing, sizeof(missing), "libopenblas.so.0 lacks cblas_sgemm, or %s",
			"openblas_set_num_threads");
		return;
	}
	set_threads(1);
	if (corename)
		core = corename();
}

const char *
openblas_missing(void)
{
	pthread_once(&once, load);
	return sgemm ? NULL : missing;
}

const char *
openblas_core(void)
{
	pthread_once(&once, load);
	return core;
}

int
gemm_openblas(const struct gemm *g)
{
	if (openblas_missing()) {
		errno = ENOSYS;
		return -1;
	}
	if (g->m > INT_MAX || g->n > INT_MAX || g->k > INT_MAX || g->a_row > INT_MAX ||
		g->b_row > INT_MAX || g->c_row > INT_MAX) {
		errno = EOVERFLOW;
		return -1;
	}
	sgemm(ROW_MAJOR, g->a_turned ? TRANSPOSED : AS_STORED, g->b_turned ? TRANSPOSED : AS_STORED,
		(int)g->m, (int)g->n, (int)g->k, g->alpha, g->a, (int)g->a_row, g->b, (int)g->b_row,
		g->beta, g->c, (int)g->c_row);
	return 0;
}
