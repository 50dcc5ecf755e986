/*
 * Means and tails of paired data, which ranks do not see. The excess of a round is what its longer
 * run took more than the shorter, as a share of that, above 0 when the candidate's is the longer:
 * e = sign(d) (exp |d| - 1). Drift cancels, an outlier keeps its size, and the mean excess is what
 * the mean grew by. A coin decides the sign of each where both programs are the same.
 */
#ifndef STATS_EXCESS_H
#define STATS_EXCESS_H

#include <stddef.h>

/* The size |d| that no more than one in `part` of the n > 0 exceed. */
double border(const double *d, size_t n, size_t part);

/* The mean excess of n > 0 rounds; and what it is below with probability 1 - a, were it normal. */
double excessmean(const double *d, size_t n);
double excessbound(const double *d, size_t n, double a);

/*
 * One-sided p of "the mean excess over `shift` is not below 0", n > 0: the randomization test
 * (Pitman, J. R. Statist. Soc. Suppl. 4, 1937) by its normal approximation. Each stratum of STRATUM
 * rounds in a row, or some more, has a z of its own, and all together have their sum over the root
 * of their number (Stouffer and others, The American Soldier 1, 1949): a machine that is restless
 * for a while does not hide what the other rounds show. In each, the largest of d - shift, one in
 * `part`, are pulled to the border of the others (winsorized), a border that no sign has a say in;
 * part = 0: none are.
 */
enum { STRATUM = 20 };
double signflip(const double *d, size_t n, double shift, size_t part);

/* P(X >= k) for n draws of probability p. */
double binomialtail(size_t k, size_t n, double p);

/*
 * The largest share of which no more than k are seen in n > 0 draws with probability a (Clopper and
 * Pearson, Biometrika 26, 1934).
 */
double sharemost(size_t k, size_t n, double a);

#endif
