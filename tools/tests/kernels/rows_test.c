/*
 * Layer norm, softmax and GELU against double precision, rows of many lengths.
 *
 * Tolerances, to first order in the unit roundoff u, n the length of a row:
 * - layernorm: the mean is off by at most n u mean |x|, the deviation of an element by as much and
 *   u |x|, their root mean square by (n + 6) u of itself; gain and bias round twice more. Together
 *   (n + 8) u (|gain| (mean |x| + |x|) / s + |gain z| + |bias|), z the exact result before gain.
 * - softmax: x less the largest is off by u d, d its size, and so is its exponential, relatively;
 *   that is off by 2 u itself; the sum by n u and what its terms are off by, d being at most 104
 *   where an exponential is a float. Together (n + 2 d + 10) u, d the largest in the row.
 * - the exponential in it: 2 u, and the quotient u more.
 * - gelu: v = -2 u(x) is off by 6 u |v|, and the result relatively by as much; exponential, sum and
 *   quotient by 6 u. Together (6 |v| + 6) u.
 * To softmax and gelu, 1e-36 is added: below the smallest normal float, exponentials may be 0, and they
 *   end at e^88.3.
 */
#include <math.h>

#include "check.h"
#include "tune/kernels/cpu.h"
#include "kernels/drawn.h"
#include "tune/kernels/rows.h"

static const double TINY = 1e-36;

static double
layernormapart(size_t n, const float *x, const float *gain, const float *bias, const float *got)
{
	double mean = 0, absolute = 0, square = 0, worst = 0, s;

	for (size_t i = 0; i < n; i++) {
		mean += x[i] / (double)n;
		absolute += fabs((double)x[i]) / (double)n;
	}
	for (size_t i = 0; i < n; i++)
		square += (x[i] - mean) * (x[i] - mean) / (double)n;
	s = sqrt(square + 1e-5);
	for (size_t i = 0; i < n; i++) {
		double z = (x[i] - mean) / s * gain[i];
		double size = fabs(gain[i] / s) * (absolute + fabs((double)x[i])) + fabs(z) +
			      fabs((double)bias[i]);

		worst = fmax(worst, drawnapart(fabs(got[i] - z - bias[i]), (double)(n + 8) * size));
	}
	return worst;
}

static void
testlayernorm(layernorm_fn *fn, const char *name)
{
	for (size_t n = 1; n <= 80; n++) {
		size_t rows = 1 + drawnbelow(3);
		float *x = drawnfloats(rows * n), *gain = drawnfloats(n), *bias = drawnfloats(n);
		float *got = drawnfloats(rows * n), shift = 10 * drawnfloat();

		for (size_t i = 0; i < rows * n; i++)
			x[i] += shift;
		fn(rows, n, x, gain, bias, got);
		for (size_t r = 0; r < rows; r++) {
			double off = layernormapart(n, x + r * n, gain, bias, got + r * n);

			if (!checked(off <= 1))
				fprintf(stderr, "%s: %zu wide: %g of the bound\n", name, n, off);
		}
		free(x);
		free(gain);
		free(bias);
		free(got);
	}
}

static double
softmaxapart(size_t n, const float *x, const float *got)
{
	double most = -INFINITY, least = INFINITY, sum = 0, worst = 0;

	for (size_t i = 0; i < n; i++) {
		most = fmax(most, x[i]);
		least = fmin(least, x[i]);
	}
	for (size_t i = 0; i < n; i++)
		sum += exp(x[i] - most);
	for (size_t i = 0; i < n; i++) {
		double want = exp(x[i] - most) / sum, off = fabs(got[i] - want);
		double depth = fmin(most - least, 104);

		if (!(off <= TINY))
			worst = fmax(worst, drawnapart(off, ((double)n + 2 * depth + 10) * want));
	}
	return worst;
}

static void
testsoftmax(softmax_fn *fn, const char *name)
{
	static const float spreads[] = {0, .1F, 1, 20, 60, 300};

	for (size_t n = 1; n <= 80; n++) {
		size_t rows = 1 + drawnbelow(3);
		float *x = drawnfloats(rows * n), spread = spreads[drawnbelow(6)];
		float shift = 1000 * drawnfloat();
		float *got = malloc(rows * n * sizeof(*got));

		for (size_t i = 0; i < rows * n; i++)
			got[i] = x[i] = x[i] * spread + shift;
		fn(rows, n, got);
		for (size_t r = 0; r < rows; r++) {
			double off = softmaxapart(n, x + r * n, got + r * n);

			if (!checked(off <= 1))
				fprintf(stderr, "%s: %zu wide, spread %g: %g of the bound\n", name,
					n, spread, off);
		}
		free(x);
		free(got);
	}
}

/* Of 0 and -d, the shares are as 1 to exp(-d), d exact: what the exponential alone is off by. */
static void
testexponential(softmax_fn *fn, const char *name)
{
	for (size_t i = 0; i < 2000; i++) {
		float d = 43.5F * (1 + drawnfloat()), x[] = {0, -d};
		double want = exp(-(double)d), off;

		fn(1, 2, x);
		off = drawnapart(fabs((double)x[1] / x[0] - want), 3 * want);
		if (!checked(off <= 1))
			fprintf(stderr, "%s: exp(%.9g) is off by %g roundings\n", name, -d,
				3 * off);
	}
}

static void
testgelu(gelu_fn *fn, const char *name)
{
	for (size_t n = 0; n <= 80; n++) {
		float *x = drawnfloats(n), *got = malloc(n * sizeof(*got));
		float size = (float)drawnbelow(30);

		for (size_t i = 0; i < n; i++)
			got[i] = x[i] *= size;
		fn(n, got);
		for (size_t i = 0; i < n; i++) {
			double u = sqrt(2 / 3.14159265358979323846) *
				   (x[i] + 0.044715 * x[i] * x[i] * x[i]);
			double want = x[i] / (1 + exp(-2 * u)), off = fabs(got[i] - want);

			if (!checked(off <= TINY ||
				     drawnapart(off, (12 * fabs(u) + 6) * fabs(want)) <= 1))
				fprintf(stderr, "%s: of %.9g it is %.9g, expected %.9g\n", name,
					x[i], got[i], want);
		}
		free(x);
		free(got);
	}
}

/* A NaN reaches all that depends on it, and nothing else. */
static void
testnan(layernorm_fn *layernorm, softmax_fn *softmax, gelu_fn *gelu)
{
	enum { N = 11 };
	float x[2 * N], one[N], got[2 * N];

	for (size_t i = 0; i < 2 * N; i++)
		x[i] = (float)i;
	for (size_t i = 0; i < N; i++)
		one[i] = 1;
	x[N + 9] = NAN;
	layernorm(2, N, x, one, one, got);
	for (size_t i = 0; i < 2 * N; i++)
		CHECK(isnan(got[i]) == (i >= N));
	memcpy(got, x, sizeof(x));
	softmax(2, N, got);
	for (size_t i = 0; i < 2 * N; i++)
		CHECK(isnan(got[i]) == (i >= N));
	gelu(2 * N, x);
	for (size_t i = 0; i < 2 * N; i++)
		CHECK(isnan(x[i]) == (i == N + 9));
	x[0] = -INFINITY; /* as a mask would set it */
	x[1] = 3;
	softmax(1, 2, x);
	CHECK(x[0] == 0 && x[1] == 1);
}

int
main(void)
{
	drawnseed();
	testlayernorm(layernorm_plain, "layernorm_plain");
	testsoftmax(softmax_plain, "softmax_plain");
	testexponential(softmax_plain, "softmax_plain");
	testgelu(gelu_plain, "gelu_plain");
	testnan(layernorm_plain, softmax_plain, gelu_plain);
	if (cpu_avx2()) {
		testlayernorm(layernorm_avx2, "layernorm_avx2");
		testsoftmax(softmax_avx2, "softmax_avx2");
		testexponential(softmax_avx2, "softmax_avx2");
		testgelu(gelu_avx2, "gelu_avx2");
		testnan(layernorm_avx2, softmax_avx2, gelu_avx2);
	} else {
		printf("skipped layernorm_avx2, softmax_avx2, gelu_avx2: this CPU has no AVX2 and "
		       "FMA\n");
	}
	return checkdone();
}
