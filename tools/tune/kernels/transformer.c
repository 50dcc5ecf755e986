/* One block of a transformer's encoder, made of the other kernels. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "threads.h"
#include "transformer.h"

const struct transformer_kernels transformer_plain = {
	gemm_plain, layernorm_plain, softmax_plain, gelu_plain};
const struct transformer_kernels transformer_avx2 = {
	gemm_avx2, layernorm_avx2, softmax_avx2, gelu_avx2};
const struct transformer_kernels transformer_openblas = {
	gemm_openblas, layernorm_avx2, softmax_avx2, gelu_avx2};

/* A block at work. */
struct work {
	const struct transformer *t;
	const struct transformer_kernels *k;
	unsigned threads;
	size_t rows;
	float *normed; /* rows x width: what a norm or the heads made */
	float *wide;   /* rows x 4 width: queries, keys and values, then the inside of the mlp */
};

/* A step that goes row by row. */
struct step {
	const struct work *w;
	size_t which; /* norm: the first or the second */
	size_t width;
	const float *from, *bias;
	float *to;
};

static int
norm_rows(void *arg, size_t begin, size_t end)
{
	const struct step *s = arg;
	const struct transformer *t = s->w->t;
	size_t at = begin * t->width;

	s->w->k->layernorm(end - begin, t->width, s->from + at, t->norm_gain[s->which],
		t->norm_bias[s->which], s->to + at);
	return 0;
}

static int
norm(const struct work *w, size_t which, const float *from)
{
	struct step s = {.w = w, .which = which, .from = from, .to = w->normed};

	return threads_run(w->threads, w->rows, 1, norm_rows, &s);
}

/* What a product is added to: the bias, and what is passed by. */
static int
bias_rows(void *arg, size_t begin, size_t end)
{
	const struct step *s = arg;

	for (size_t r = begin; r < end; r++) {
		const float *from = s->from ? s->from + r * s->width : NULL;
		float *to = s->to + r * s->width;

		for (size_t i = 0; i < s->width; i++)
			to[i] = s->bias[i] + (from ? from[i] : 0);
	}
	return 0;
}

/* to = from x weight + bias + passed, which may be NULL, or to itself. */
static int
linear(const struct work *w, const struct linear *l, const float *from, size_t inputs,
	size_t outputs, const float *passed, float *to)
{
	struct step s = {.w = w, .width = outputs, .from = passed, .bias = l->bias, .to = to};
	struct gemm g = {.m = w->rows,
		.n = outputs,
		.k = inputs,
		.a = from,
		.a_row = inputs,
		.b = l->weight,
		.b_row = outputs,
		.c = to,
		.c_row = outputs,
		.alpha = 1,
		.beta = 1};

	if (threads_run(w->threads, w->rows, 1, bias_rows, &s))
		return -1;
	return gemm_threads(&g, w->k->gemm, w->threads);
}

/* One head of one sequence: softmax(queries x keys^T / sqrt(size)) x values. */
static int
attend(const struct work *w, size_t sequence, size_t head, float *scores)
{
	const struct transformer *t = w->t;
	size_t size = t->width / t->heads, row = 3 * t->width;
	const float *queries = w->wide + sequence * t->length * row + head * size;
	struct gemm score = {.m = t->length,
		.n = t->length,
		.k = size,
		.a = queries,
		.a_row = row,
		.b = queries + t->width,
		.b_row = row,
		.b_turned = true,
		.c = scores,
		.c_row = t->length,
		.alpha = 1 / sqrtf((float)size)};
	struct gemm mix = {.m = t->length,
		.n = size,
		.k = t->length,
		.a = scores,
		.a_row = t->length,
		.b = queries + 2 * t->width,
		.b_row = row,
		.c = w->normed + sequence * t->length * t->width + head * size,
		.c_row = t->width,
		.alpha = 1};

	if (w->k->gemm(&score))
		return -1;
	w->k->softmax(t->length, t->length, scores);
	return w->k->gemm(&mix);
}

static int
attend_heads(void *arg, size_t begin, size_t end)
{
	const struct work *w = arg;
	const struct transformer *t = w->t;
	float *scores = malloc(t->length * t->length * sizeof(*scores));
	int status = scores ? 0 : -1;

	for (size_t i = begin; !status && i < end; i++)
		status = attend(w, i / t->heads, i % t->heads, scores);
	free(scores);
	return status;
}

static int
gelu_rows(void *arg, size_t begin, size_t end)
{
	const struct work *w = arg;
	size_t width = 4 * w->t->width;

	w->k->gelu((end - begin) * width, w->wide + begin * width);
	return 0;
}

static int
attention(struct work *w)
{
	const struct transformer *t = w->t;

	if (norm(w, 0, t->in))
		return -1;
	if (linear(w, &t->qkv, w->normed, t->width, 3 * t->width, NULL, w->wide))
		return -1;
	if (threads_run(w->threads, t->batch * t->heads, 1, attend_heads, w))
		return -1;
	return linear(w, &t->mix, w->normed, t->width, t->width, t->in, t->out);
}

static int
mlp(struct work *w)
{
	const struct transformer *t = w->t;

	if (norm(w, 1, t->out))
		return -1;
	if (linear(w, &t->up, w->normed, t->width, 4 * t->width, NULL, w->wide))
		return -1;
	if (threads_run(w->threads, w->rows, 1, gelu_rows, w))
		return -1;
	return linear(w, &t->down, w->wide, 4 * t->width, t->width, t->out, t->out);
}

int
transformer(const struct transformer *t, const struct transformer_kernels *k, unsigned threads)
{
	struct work w = {.t = t, .k = k, .threads = threads, .rows = t->batch * t->length};
	int status = -1;

	if (!w.rows || !t->width)
		return 0;
	w.normed = malloc(5 * w.rows * t->width * sizeof(*w.normed));
	w.wide = w.normed ? w.normed + w.rows * t->width : NULL;
	if (w.normed && !attention(&w))
		status = mlp(&w);
	free(w.normed);
	return status;
}
