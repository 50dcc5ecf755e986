/*
 * Rank statistics for comparing two builds. All work on natural logarithms of times, so that an
 * effect is a ratio: theta = ln(candidate / base), above 0 when the candidate is slower.
 *
 * Paired data (both halves measured in one round whose order a coin decided) gets the signed-rank
 * test of Wilcoxon (Biometrics Bulletin 1, 1945) and the estimate and interval of Hodges and
 * Lehmann (Ann. Math. Statist. 34, 1963). Because the coin decides the signs, the test is exact
 * whatever the noise looks like. Unpaired data gets the rank-sum test of Mann and Whitney (1947)
 * with the matching Hodges-Lehmann shift; it is only as good as the machine is steady.
 */
#ifndef STATS_STATS_H
#define STATS_STATS_H

#include <stddef.h>

/* Sorts x ascending. */
void sortreal(double *x, size_t n);

/* The median of x, which is sorted, or which is not; n > 0. */
double median(const double *x, size_t n);
double medianof(const double *x, size_t n);

/* 1.4826 times the median absolute deviation: a robust standard deviation; n > 0. */
double spread(const double *x, size_t n);

/* P(Z >= z) for a standard normal Z. */
double uppertail(double z);

/* The z with P(Z <= z) = p for a standard normal Z; 0 < p < 1. */
double zquantile(double p);

/*
 * One-sided p-values of the signed-rank test of "theta <= shift" (greater) and "theta >= shift"
 * (less) for the differences d[n]. Equal magnitudes share their mean rank; differences of exactly
 * `shift` stay in and count against the alternative. Exact up to n = 200 (dynamic programming over
 * the doubled ranks), above that the normal approximation with continuity and tie correction.
 */
struct pvalues {
	double greater;
	double less;
};
struct pvalues signedrank(const double *d, size_t n, double shift);

/*
 * Estimate (the median of all Walsh averages (d_i + d_j) / 2, i <= j) and its interval of
 * confidence 1 - 2a. The bounds are infinite when n is too small for that confidence.
 */
struct estimate {
	double theta;
	double low;
	double high;
};
struct estimate walsh(const double *d, size_t n, double a);

/* The same for two independent samples of logarithms: theta = shift from x to y. */
struct pvalues ranksum(const double *x, size_t nx, const double *y, size_t ny);
struct estimate shift(const double *x, size_t nx, const double *y, size_t ny, double a);

/*
 * The smallest effect (of theta) that n pairs with robust standard deviation sd find with
 * probability 0.9 at one-sided level a, and the pairs that an effect needs. 0.955 is the efficiency
 * of the signed-rank test against the t test for normal noise; it is higher for spiky noise.
 */
double detectable(double sd, size_t n, double a);
double pairsneeded(double sd, double effect, double a);

/* Percent to and from theta = ln(candidate / base). */
double topct(double theta);
double totheta(double pct);

#endif
