/* How often chance explains as much as one more change does. */
#ifndef CHANGES_PERMUTE_H
#define CHANGES_PERMUTE_H

#include "changes/fit.h"

/*
 * p of "a change would explain no more than `gain`", among the candidates that count: residuals of the
 * fit are permuted in units of their weights. An early answer may be given once p is sure to be above alpha.
 */
double permutetest(const struct fit *f, const struct candidate c[], size_t n, double gain,
	const struct changesrules *r);

#endif
