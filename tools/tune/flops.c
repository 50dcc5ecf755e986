/* The work of operations that have a name in the field. */
#include <math.h>
#include <string.h>

#include "tune/pgokit-tune.h"

double
tune_flops(const char *name, const int64_t dims[], int ndims)
{
	double d[TUNE_MAX_DIMS];

	if (ndims < 1 || ndims > TUNE_MAX_DIMS)
		return NAN;
	for (int i = 0; i < ndims; i++)
		d[i] = (double)dims[i];
	if (!strcmp(name, "GEMM") && ndims == 3)
		return 2 * d[0] * d[1] * d[2];
	if (!strcmp(name, "Conv2D") && (ndims == 5 || ndims == 7)) {
		double window = ndims == 7 ? d[5] * d[6] : 9;

		return 2 * d[0] * d[1] * d[2] * d[3] * d[4] * window;
	}
	if (!strcmp(name, "Transformer") && ndims == 3)
		return 24 * d[0] * d[1] * d[2] * d[2] + 4 * d[0] * d[1] * d[1] * d[2];
	return NAN;
}
