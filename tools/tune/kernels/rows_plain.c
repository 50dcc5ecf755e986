/* Layer norm, softmax and GELU in plain C. */
#include <math.h>

#include "rows.h"

void
layernorm_plain(size_t rows, size_t width, const float *from, const float *gain, const float *bias,
	float *to)
{
	for (size_t r = 0; r < rows; r++, from += width, to += width) {
		float mean = 0, square = 0, scale;

		for (size_t i = 0; i < width; i++)
			mean += from[i];
		mean /= (float)width;
		for (size_t i = 0; i < width; i++)
			square += (from[i] - mean) * (from[i] - mean);
		scale = 1 / sqrtf(square / (float)width + LAYERNORM_EPSILON);
		for (size_t i = 0; i < width; i++)
			to[i] = (from[i] - mean) * scale * gain[i] + bias[i];
	}
}

void
softmax_plain(size_t rows, size_t width, float *x)
{
	for (size_t r = 0; r < rows; r++, x += width) {
		float largest = -INFINITY, sum = 0;

		for (size_t i = 0; i < width; i++)
			if (x[i] > largest)
				largest = x[i];
		for (size_t i = 0; i < width; i++)
			sum += x[i] = expf(x[i] - largest);
		for (size_t i = 0; i < width; i++)
			x[i] /= sum;
	}
}

void
gelu_plain(size_t n, float *x)
{
	for (size_t i = 0; i < n; i++) {
		float twice = GELU_FACTOR * (x[i] + GELU_CUBE * x[i] * x[i] * x[i]);

		x[i] /= 1 + expf(-twice);
	}
}
