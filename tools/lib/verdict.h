/* From samples of two arms to a verdict. Effects are theta = ln(candidate / base); see stats.h. */
#ifndef VERDICT_H
#define VERDICT_H

#include <stddef.h>

enum verdict {
	REGRESSED,    /* slower: p below its share of alpha, and at least min_effect */
	IMPROVED,     /* faster, likewise */
	UNCHANGED,    /* a slowdown of `margin` or more is ruled out */
	INCONCLUSIVE, /* none of these: the data cannot tell */
	IDENTICAL,    /* both arms ran the same file the same way: nothing to tell */
	INVALID,      /* the data are not fit to be judged */
};

/* "regressed", "improved", ... */
const char *verdictname(enum verdict v);

struct rules {
	double alpha;	   /* chance of a false alarm among all gated benchmarks together */
	size_t shares;	   /* how many benchmarks share alpha (Bonferroni); at least 1 */
	double min_effect; /* theta: smaller differences are never called */
	double margin;	   /* theta: what "unchanged" rules out */
	double beta;	   /* chance of calling a slowdown of `margin` unchanged */
	double floor;	   /* theta: for unpaired data, below it nothing is called */
};

struct judgement {
	enum verdict verdict;
	size_t rounds;	     /* pairs; for unpaired data the smaller sample */
	double theta;	     /* Hodges-Lehmann estimate */
	double low, high;    /* interval of confidence 1 - 2 alpha / shares; may be infinite */
	double p_slower;     /* one-sided p of "not slower" */
	double p_faster;     /* one-sided p of "not faster" */
	double p_unchanged;  /* one-sided p of "slower by margin or more"; 1 for unpaired data */
	double detectable;   /* theta: the smallest slowdown found with probability 0.9 */
	double rounds_short; /* further pairs that would settle it, about; 0 when settled */
};

/* Pairs measured round by round: d[i] = ln(candidate_i / base_i), n > 0. */
struct judgement judgepaired(const double *d, size_t n, const struct rules *r);

/* Two separate blocks of logarithms; drift between the blocks is not seen, hence the floor. */
struct judgement judgeblocks(
	const double *base, size_t nbase, const double *cand, size_t ncand, const struct rules *r);

#endif
