/*
 * Layer norm, softmax and GELU for AVX2 and FMA, 8 floats at a time. The last floats of a row, fewer
 * than 8, are loaded and stored under a mask, so that there is one way for all.
 */
#include <math.h>
#include <stdint.h>

#include "cpu.h"
#include "rows.h"

#ifdef __x86_64__
#include <immintrin.h>

enum { LANES = 8 };

/* The lanes of x[i] to x[n - 1], at most 8. */
AVX2 static inline __m256i
lanes(size_t i, size_t n)
{
	int left = n - i < LANES ? (int)(n - i) : LANES;

	return _mm256_cmpgt_epi32(
		_mm256_set1_epi32(left), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/* What to has in these lanes, else other. */
AVX2 static inline __m256
within(__m256i mask, __m256 to, __m256 other)
{
	return _mm256_blendv_ps(other, to, _mm256_castsi256_ps(mask));
}

AVX2 static inline float
sum(__m256 x)
{
	__m128 four = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
	__m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));

	return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

AVX2 static inline float
largest(__m256 x)
{
	__m128 four = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
	__m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));

	return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}

/*
 * exp(x) = 2^n exp(r) with n = x / ln 2 rounded, so that |r| is at most ln 2 / 2, and the Taylor
 * polynomial of degree 7: what it leaves out is at most r^8 / 8! = 5.2e-9, less than a tenth of a
 * unit in the last place. ln 2 is in two parts, for r to have all its digits. Below -87.3, where
 * results are no normal numbers, 0; above 88.3 that of 88.3, where expf soon is infinite. A NaN
 * comes through, since the second operand of minimum and maximum is what they give for one.
 */
AVX2 static inline __m256
exponential(__m256 x)
{
	static const float taylor[] = {1.F / 720, 1.F / 120, 1.F / 24, 1.F / 6, .5F, 1, 1};
	const __m256 least = _mm256_set1_ps(-87.3F), most = _mm256_set1_ps(88.3F);
	__m256 n, r, p = _mm256_set1_ps(1.F / 5040), normal;
	__m256i power;

	normal = _mm256_cmp_ps(x, least, _CMP_NLT_UQ);
	x = _mm256_min_ps(most, _mm256_max_ps(least, x));
	n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(0x1.715476p+0F)),
		_MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
	r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0x1.62e43p-1F), x);
	r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-0x1.05c61p-29F), r);
	for (size_t i = 0; i < sizeof(taylor) / sizeof(*taylor); i++)
		p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(taylor[i]));
	/* 2^n: the exponent of a float has a bias of 127 and begins at bit 23. */
	power = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
	p = _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_slli_epi32(power, 23)));
	return _mm256_and_ps(p, normal);
}

AVX2 static void
normalize(size_t width, const float *from, const float *gain, const float *bias, float *to)
{
	__m256 total = _mm256_setzero_ps(), mean, scale;

	for (size_t i = 0; i < width; i += LANES)
		total = _mm256_add_ps(total, _mm256_maskload_ps(from + i, lanes(i, width)));
	mean = _mm256_set1_ps(sum(total) / (float)width);
	total = _mm256_setzero_ps();
	for (size_t i = 0; i < width; i += LANES) {
		__m256i mask = lanes(i, width);
		__m256 off = _mm256_sub_ps(_mm256_maskload_ps(from + i, mask), mean);

		off = within(mask, off, _mm256_setzero_ps());
		total = _mm256_fmadd_ps(off, off, total);
	}
	scale = _mm256_set1_ps(1 / sqrtf(sum(total) / (float)width + LAYERNORM_EPSILON));
	for (size_t i = 0; i < width; i += LANES) {
		__m256i mask = lanes(i, width);
		__m256 off = _mm256_sub_ps(_mm256_maskload_ps(from + i, mask), mean);

		off = _mm256_fmadd_ps(_mm256_mul_ps(off, scale), _mm256_maskload_ps(gain + i, mask),
			_mm256_maskload_ps(bias + i, mask));
		_mm256_maskstore_ps(to + i, mask, off);
	}
}

void
layernorm_avx2(size_t rows, size_t width, const float *from, const float *gain, const float *bias,
	float *to)
{
	for (size_t r = 0; r < rows; r++)
		normalize(width, from + r * width, gain, bias, to + r * width);
}

AVX2 static void
soften(size_t width, float *x)
{
	const __m256 nothing = _mm256_set1_ps(-INFINITY);
	__m256 most = nothing, total = _mm256_setzero_ps(), share;

	for (size_t i = 0; i < width; i += LANES) {
		__m256i mask = lanes(i, width);

		most = _mm256_max_ps(within(mask, _mm256_maskload_ps(x + i, mask), nothing), most);
	}
	most = _mm256_set1_ps(largest(most));
	for (size_t i = 0; i < width; i += LANES) {
		__m256i mask = lanes(i, width);
		__m256 e = exponential(_mm256_sub_ps(_mm256_maskload_ps(x + i, mask), most));

		total = _mm256_add_ps(total, within(mask, e, _mm256_setzero_ps()));
		_mm256_maskstore_ps(x + i, mask, e);
	}
	share = _mm256_set1_ps(1 / sum(total));
	for (size_t i = 0; i < width; i += LANES) {
		__m256i mask = lanes(i, width);

		_mm256_maskstore_ps(
			x + i, mask, _mm256_mul_ps(_mm256_maskload_ps(x + i, mask), share));
	}
}

void
softmax_avx2(size_t rows, size_t width, float *x)
{
	for (size_t r = 0; r < rows; r++)
		soften(width, x + r * width);
}

AVX2 void
gelu_avx2(size_t n, float *x)
{
	const __m256 one = _mm256_set1_ps(1), cube = _mm256_set1_ps(GELU_CUBE);
	const __m256 factor = _mm256_set1_ps(-GELU_FACTOR);

	for (size_t i = 0; i < n; i += LANES) {
		__m256i mask = lanes(i, n);
		__m256 v = _mm256_maskload_ps(x + i, mask), inner;

		/* x + cube x^3 = x (1 + cube x^2) */
		inner = _mm256_fmadd_ps(_mm256_mul_ps(cube, v), v, one);
		inner = _mm256_mul_ps(_mm256_mul_ps(factor, v), inner);
		v = _mm256_div_ps(v, _mm256_add_ps(one, exponential(inner)));
		_mm256_maskstore_ps(x + i, mask, v);
	}
}

#else

/* Never called: cpu_avx2() is false. They do nothing that could be taken for a result. */
void
layernorm_avx2(size_t rows, size_t width, const float *from, const float *gain, const float *bias,
	float *to)
{
	(void)from, (void)gain, (void)bias;
	for (size_t i = 0; i < rows * width; i++)
		to[i] = NAN;
}

void
softmax_avx2(size_t rows, size_t width, float *x)
{
	for (size_t i = 0; i < rows * width; i++)
		x[i] = NAN;
}

void
gelu_avx2(size_t n, float *x)
{
	softmax_avx2(1, n, x);
}

#endif
