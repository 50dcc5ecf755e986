/* The product of matrices in plain C, with loops that a compiler can vectorize. */
#include <stdlib.h>

#include "gemm.h"

/* The transpose of n x k floats, so that the innermost loop below reads one float after another. */
static float *
turned(const float *b, size_t b_row, size_t n, size_t k)
{
	float *t = malloc(n * k * sizeof(*t));

	for (size_t p = 0; t && p < k; p++)
		for (size_t j = 0; j < n; j++)
			t[p * n + j] = b[j * b_row + p];
	return t;
}

static void
scale(const struct gemm *g, float *c)
{
	for (size_t j = 0; j < g->n; j++)
		c[j] = g->beta == 0 ? 0 : g->beta * c[j];
}

int
gemm_plain(const struct gemm *g)
{
	bool product = g->alpha != 0 && g->k && g->m && g->n;
	const float *b = g->b;
	size_t b_row = g->b_row;
	float *t = NULL;

	if (product && g->b_turned) {
		if (!(t = turned(b, b_row, g->n, g->k)))
			return -1;
		b = t;
		b_row = g->n;
	}
	for (size_t i = 0; i < g->m; i++) {
		float *restrict c = g->c + i * g->c_row;

		scale(g, c);
		for (size_t p = 0; product && p < g->k; p++) {
			float a = g->alpha *
				  (g->a_turned ? g->a[p * g->a_row + i] : g->a[i * g->a_row + p]);
			const float *row = b + p * b_row;

			for (size_t j = 0; j < g->n; j++)
				c[j] += a * row[j];
		}
	}
	free(t);
	return 0;
}
