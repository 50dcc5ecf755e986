/*
 * Convolution for AVX2 and FMA, without a matrix: 6 pixels by 16 channels of the result in
 * registers, as in gemm_avx2.c, while all taps of the filter pass. (Measured against the matrix of
 * conv2d_gemm.c: a quarter less time, bench/README.md.)
 *
 * Of the images nothing is copied. For each tap, 6 pointers say where the channels of the 6 pixels
 * begin, or lead to a row of zeros outside of the image; they are found once for all channels of
 * the result. Only the filter is packed, in slivers of 16 channels of the result, taps and channels
 * one after the other: 36 KiB for 3 x 3 x 64, which stays in L2 for all pixels.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conv2d.h"
#include "cpu.h"
#include "threads.h"

#ifdef __x86_64__
#include <immintrin.h>

enum { PIXELS = 6, CHANNELS = 16, LINE = 64 };

/* What stays the same for all tiles. */
struct plan {
	size_t taps, depth;  /* of the filter, and taps times channels */
	size_t slivers;	     /* of 16 channels of the result, the last one filled with zeros */
	float *filter;	     /* slivers x depth x 16, packed */
	float *zeros;	     /* the channels of a pixel outside of the image */
	const float **under; /* taps x 6 pointers */
};

static size_t
whole(size_t n, size_t unit)
{
	return (n + unit - 1) / unit * unit;
}

static void
pack(const struct conv2d *c, const struct plan *plan)
{
	float *to = plan->filter;

	for (size_t o = 0; o < c->out_channels; o += CHANNELS)
		for (size_t d = 0; d < plan->depth; d++, to += CHANNELS)
			for (size_t s = 0; s < CHANNELS; s++)
				to[s] = o + s < c->out_channels
						? c->filter[d * c->out_channels + o + s]
						: 0;
}

static void
release(struct plan *plan)
{
	free(plan->filter);
	free(plan->zeros);
	free(plan->under);
}

static int
prepare(struct plan *plan, const struct conv2d *c)
{
	size_t sliver;

	plan->taps = c->rows * c->columns;
	plan->depth = plan->taps * c->in_channels;
	plan->slivers = (c->out_channels + CHANNELS - 1) / CHANNELS;
	sliver = (plan->depth + 1) * CHANNELS * sizeof(float);
	plan->filter = aligned_alloc(LINE, whole(plan->slivers * sliver + 1, LINE));
	plan->zeros = calloc(c->in_channels + 1, sizeof(*plan->zeros));
	plan->under = malloc(plan->taps * PIXELS * sizeof(*plan->under));
	if (!plan->filter || !plan->zeros || !plan->under) {
		release(plan);
		return -1;
	}
	pack(c, plan);
	return 0;
}

/* Where the channels lie that each tap meets; what is behind the last pixel is the last again. */
static void
look(const struct plan *plan, const struct conv2d *c, size_t pixel, size_t count)
{
	for (size_t i = 0; i < PIXELS; i++) {
		struct conv2d_place at = conv2d_place(c, pixel + (i < count ? i : count - 1));
		const float **to = plan->under + i;

		for (size_t row = 0; row < c->rows; row++)
			for (size_t column = 0; column < c->columns; column++, to += PIXELS)
				*to = conv2d_tap(c, &at, row, column, plan->zeros);
	}
}

/* 6 pixels of 16 channels, through all taps, to rows of out_row floats; unrolled as in gemm_avx2.c. */
AVX2 static void
tile(size_t taps, size_t channels, const float *const *under, const float *filter, float *out,
	size_t out_row)
{
	__m256 sum[PIXELS][2];

#pragma GCC unroll 6
	for (size_t i = 0; i < PIXELS; i++)
		sum[i][0] = sum[i][1] = _mm256_setzero_ps();
	for (; taps; taps--, under += PIXELS) {
		const float *a0 = under[0], *a1 = under[1], *a2 = under[2];
		const float *a3 = under[3], *a4 = under[4], *a5 = under[5];

		for (size_t k = 0; k < channels; k++, filter += CHANNELS) {
			const float *a[PIXELS] = {a0 + k, a1 + k, a2 + k, a3 + k, a4 + k, a5 + k};
			__m256 left = _mm256_load_ps(filter), right = _mm256_load_ps(filter + 8);

#pragma GCC unroll 6
			for (size_t i = 0; i < PIXELS; i++) {
				__m256 one = _mm256_broadcast_ss(a[i]);

				sum[i][0] = _mm256_fmadd_ps(one, left, sum[i][0]);
				sum[i][1] = _mm256_fmadd_ps(one, right, sum[i][1]);
			}
		}
	}
#pragma GCC unroll 6
	for (size_t i = 0; i < PIXELS; i++, out += out_row) {
		_mm256_storeu_ps(out, sum[i][0]);
		_mm256_storeu_ps(out + 8, sum[i][1]);
	}
}

/* The tile of count pixels from pixel on, all channels. */
static void
pixels(const struct plan *plan, const struct conv2d *c, size_t pixel, size_t count)
{
	float buffer[PIXELS * CHANNELS];
	float *out = c->out + pixel * c->out_channels;

	look(plan, c, pixel, count);
	for (size_t s = 0; s < plan->slivers; s++, out += CHANNELS) {
		const float *filter = plan->filter + s * plan->depth * CHANNELS;
		size_t left = c->out_channels - s * CHANNELS;

		if (count == PIXELS && left >= CHANNELS) {
			tile(plan->taps, c->in_channels, plan->under, filter, out, c->out_channels);
			continue;
		}
		tile(plan->taps, c->in_channels, plan->under, filter, buffer, CHANNELS);
		for (size_t i = 0; i < count; i++)
			memcpy(out + i * c->out_channels, buffer + i * CHANNELS,
				(left < CHANNELS ? left : CHANNELS) * sizeof(*out));
	}
}

int
conv2d_avx2_pixels(const struct conv2d *c, size_t begin, size_t end)
{
	struct plan plan;

	if (prepare(&plan, c))
		return -1;
	for (size_t p = begin; p < end; p += PIXELS)
		pixels(&plan, c, p, end - p < PIXELS ? end - p : PIXELS);
	release(&plan);
	return 0;
}

#else

int
conv2d_avx2_pixels(const struct conv2d *c, size_t begin, size_t end)
{
	(void)c, (void)begin, (void)end;
	errno = ENOSYS;
	return -1;
}

#endif

static int
part(void *arg, size_t begin, size_t end)
{
	return conv2d_avx2_pixels(arg, begin, end);
}

/* Each thread packs the filter for itself, which is small beside the images. */
int
conv2d_avx2_threads(const struct conv2d *c, unsigned threads)
{
	struct conv2d copy = *c;

	return threads_run(threads, c->images * conv2d_height(c) * conv2d_width(c), 6, part, &copy);
}

int
conv2d_avx2(const struct conv2d *c)
{
	return conv2d_avx2_threads(c, 1);
}
