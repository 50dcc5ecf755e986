/* From samples of two arms to a verdict. Effects are theta = ln(candidate / base); see stats/stats.h. */
#ifndef DECISION_DECISION_H
#define DECISION_DECISION_H

#include <stddef.h>

enum verdict {
	REGRESSED,    /* slower: p below its share of alpha, and at least min_effect */
	IMPROVED,     /* faster, likewise */
	UNCHANGED,    /* a slowdown of `margin` or more is ruled out */
	INCONCLUSIVE, /* none of these: the data cannot tell */
	IDENTICAL,    /* both arms ran the same file the same way: nothing to tell */
	INVALID,      /* the data are not fit to be judged */
	/* Nothing is to be judged, or it is not what it seems: */
	LAYOUT_SUSPECT, /* it differs, but no more than layouts of the base do among themselves */
	APPEARED,	/* only the candidate has it */
	CHANGED,	/* it differs, and nobody says which way is better */
	DIFFERS,	/* a single value each, and nothing tells a change from noise */
};

/* "regressed", "improved", ... */
const char *verdictname(enum verdict v);

struct rules {
	double alpha;	   /* chance of a false alarm among all gated benchmarks together */
	size_t shares;	   /* how many benchmarks share alpha (Bonferroni); at least 1 */
	double min_effect; /* theta: smaller differences are never called */
	double margin;	   /* theta: what "unchanged" rules out */
	double beta;	   /* chance of calling a slowdown of `margin` unchanged; 0: never do */
	double floor;	   /* theta: for unpaired data, below it nothing is called */
};

/*
 * The rules for the arms that prove a run: of the control, a copy of the base, no difference may be
 * found in either direction (alpha 0.1 % in all), and the canary, a slower base, must be found
 * slower (all of alpha, by whatever amount: a minimum effect may be larger than what slows it).
 * Neither is ever called unchanged: that would end the looking too early.
 */
struct rules controlrules(const struct rules *r);
struct rules canaryrules(const struct rules *r);

struct judgement {
	enum verdict verdict;
	size_t rounds;	     /* pairs that were judged; for unpaired data the smaller sample */
	size_t next;	     /* the next look comes after so many rounds; 0: there is none */
	double level;	     /* one-sided, of the tests for a difference; alpha / shares if alone */
	double theta;	     /* Hodges-Lehmann estimate */
	double low, high;    /* interval of confidence 1 - 2 level; may be infinite */
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

/*
 * Nothing is known but theta, of two single values: there is no test and no interval, so they differ
 * by the floor or they do not, and nothing is ever called more than that.
 */
struct judgement judgeaggregate(double theta, const struct rules *r);

/*
 * Counts that hardly differ from run to run, such as instructions: no test, the interval is from
 * the least to the most that they differ by. INVALID when those of one side differ among themselves
 * by more than half the minimum effect. One side may be 0 each time: theta is infinite then.
 */
struct judgement judgecounts(
	const double *base, size_t nbase, const double *cand, size_t ncand, const struct rules *r);

/*
 * The geometric mean of n > 0 ratios of counts that were judged so, and are not invalid: it lies in
 * the mean of their intervals as surely as each in its own.
 */
struct judgement meancounts(const struct judgement of[], size_t n, const struct rules *r);

#endif
