/* From samples of two arms to a verdict. Effects are theta = ln(candidate / base): stats/stats.h. */
#ifndef DECISION_DECISION_H
#define DECISION_DECISION_H

#include <stdbool.h>
#include <stddef.h>

#include "decision/pairs.h"

enum verdict {
	REGRESSED,    /* slower: p below its share of alpha, and at least min_effect */
	IMPROVED,     /* faster, likewise */
	UNCHANGED,    /* a shift of `margin` is ruled out, and twice that in the mean: doubt.h */
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
	bool shift_only; /* of paired data: nothing but a shift is looked at, there are no doubts */
};

/*
 * The rules for the arms that prove a run: of the control, a copy of the base, no difference may be
 * found in either direction (alpha 0.1 % in all), and the canary, a slower base, must be found
 * slower (all of alpha, by whatever amount: a minimum effect may be larger than what slows it).
 * Neither is ever called unchanged: that would end the looking too early; and no doubt makes a
 * control that differs one that does not.
 */
struct rules controlrules(const struct rules *r);
struct rules canaryrules(const struct rules *r);

/* Why a verdict that the shift alone would give is not given: see decision/doubt.h. */
enum doubtkind {
	NO_DOUBT,
	DOUBT_MEAN,    /* the mean: what it grew by */
	DOUBT_TAIL,    /* the largest differences: ln(1 + the candidate's share of them) */
	DOUBT_CLOCK,   /* ticks: how large they are */
	DOUBT_FOLLOWS, /* carry-over: how much longer runs take after the candidate than the base */
	DOUBT_TREND,   /* how much slower it was in the first rounds than in the others */
	DOUBT_COUNTS,  /* counts of one program: how far they are apart */
};

struct doubt {
	enum doubtkind kind;
	double size; /* theta */
};

/* The tail is what one run in so many exceeds. */
enum { TAIL = 20 };

/* "mean", "tail", "clock", "carry-over", "trend", "counts"; NULL for NO_DOUBT. */
const char *doubtname(enum doubtkind k);

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
	struct doubt doubt;  /* why it is inconclusive although the shift is clear */
	/* Of pairs, unless nothing but the shift was looked at (`looked`): */
	bool looked;
	double mean;	   /* theta: what the mean grew by */
	double tail;	   /* theta: only in one round of TAIL do the two differ by more */
	double tail_share; /* at most of the candidate's runs are longer by more, at 95 % */
};

/* The first n > 0 pairs. */
struct judgement judgepaired(const struct pairs *p, size_t n, const struct rules *r);

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

/* Whether counts of one side differ by more than half the minimum effect. */
bool countsvary(const double *x, size_t n, double min_effect);

/*
 * The logarithms of counts that do differ from run to run, or with where the program lies (a hash
 * that is seeded by an address): two samples of all that they can be, in which there is no drift,
 * so the floor does not matter. INVALID where there are fewer than COUNTS_RANKED of a side.
 */
enum { COUNTS_RANKED = 20 };
struct judgement judgevaried(
	const double *base, size_t nbase, const double *cand, size_t ncand, const struct rules *r);

/*
 * The geometric mean of n > 0 ratios of counts that were judged so, and are not invalid: it lies in
 * the mean of their intervals as surely as each in its own.
 */
struct judgement meancounts(const struct judgement of[], size_t n, const struct rules *r);

#endif
