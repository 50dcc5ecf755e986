/* Two arms of each benchmark, read from untrusted files. */
#ifndef COMPARE_COMPARISON_H
#define COMPARE_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>

#include "decision/criteria.h"
#include "input/document.h"

struct comparison {
	char *name;
	char *was;	     /* what it is called in the first document when that is another name */
	double *base, *cand; /* what it costs, in the order it was measured */
	size_t nbase, ncand;
	char *unit;	      /* of its numbers; NULL: seconds */
	bool inverse;	      /* more is better: the costs are 1 / number */
	bool undirected;      /* nobody says what is better: a difference is no more than that */
	signed char *follows; /* followings() of each round (decision/pairs.h); NULL: not known */
	bool blended;	      /* the costs are means over layouts, which hide a clock's ticks */
	size_t planned; /* rounds of its plan (decision/sequential.h); 0: judged once, at the end */
	double min_effect_pct, margin_pct,
		max_undetected_pct; /* rules of its own; NAN: it has none */
	bool paired;	     /* base[i] and cand[i] are one round, its order drawn from the seed */
	bool identical;	     /* the same command on files with the same hashes */
	bool copy;	     /* the files have the same hashes, whatever the command */
	bool counted;	     /* instructions, which hardly differ from run to run */
	const char *unmoved; /* why a side was counted in one layout only, or NULL; the receipt's */
	bool count;	     /* of two files: counts, which are exact where they do not differ */
	bool number;	     /* no clock gave it: a size, a peak, or what the program prints */
	bool unslowed;	     /* nor is it longer where a program is slowed down */
	bool suite;	     /* a suite measured it, with others */
	bool watched;	     /* it was looked whether both sides execute their program, and */
	bool seen;	     /* they do, equally often */
	bool aggregate;	     /* a side is one mean or median, the samples are not known */
	bool single;	     /* judged by a single value of each side, without a test */
	bool appeared;	     /* only the candidate's side has it, and it is judged by nothing */
	const char *output;  /* how the sides differ in what they print, or NULL */
	char *invalid;	     /* why this cannot be judged, or NULL */
	bool gated;
	struct judgement j;
	const char *waived; /* why it may be slower than it was, or NULL; the waiver's own */
};

struct comparisons {
	struct comparison *of;
	size_t n;
	char *base, *cand; /* what the two sides are called */
	bool paired;	   /* one receipt, rather than two separate files */
	size_t gated;	   /* how many of them are; they share alpha */
	char *machines;	   /* how the machines of the two sides differ, or NULL */
};

/*
 * The comparison between arms `base` and `cand` of a receipt, fatal when they are not two arms of
 * it. A metric overrides the receipt's own unless it is METRIC_OWN. A single unfit benchmark is
 * kept and marked invalid.
 */
void comparisonsread(struct comparisons *all, const struct receipt *r, const char *base,
	const char *cand, enum metric metric);

/*
 * The same between two documents, their benchmarks matched by name, with the arms, the metric and
 * the new names of the criteria.
 */
void unpairedread(struct comparisons *all, const struct document *a, const struct document *b,
	const struct criteria *q);
void comparisonsrelease(struct comparisons *all);

/* Marks those unfit whose sides do not print the same. */
void comparisonssameoutput(struct comparisons *all);

/* Its pieces, shared by the two halves (comparison.c: one receipt; unpaired.c: two documents). */

/* A new comparison at the end; the pointer is good until the next one. */
struct comparison *comparisonadd(struct comparisons *all, const char *name);

/* Marks c unfit; the first reason stays. */
void comparisonunfit(struct comparison *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Makes c, which is new, a comparison of counts. */
void comparisoncounted(struct comparison *c);

/* Makes costs of what is better when there is more of it. */
void comparisoninvert(struct comparison *c);

/* Whether two numbers are one, and whether both sides of c have the same ones in the same order. */
bool samenumber(double x, double y);
bool comparisonsame(const struct comparison *c);

/* Marks c unfit unless x[n], of that side, are all numbers that can have been measured. */
void comparisoncheck(struct comparison *c, const char *side, const double *x, size_t n);

#endif
