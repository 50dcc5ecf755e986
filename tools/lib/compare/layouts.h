/*
 * Several layouts of each side: the same code, linked in different orders. Where functions happen
 * to lie changes times by a percent or two, so that one build of each side can differ although
 * nothing in the code does. What counts is the mean over the layouts, and only what exceeds the
 * differences that the base has among its own layouts.
 */
#ifndef COMPARE_LAYOUTS_H
#define COMPARE_LAYOUTS_H

#include "compare/comparison.h"
#include "compare/roles.h"
#include "decision/criteria.h"

struct layouts {
	struct comparisons *of; /* [n]: of each layout the base's against the candidate's */
	size_t n;
};

/*
 * Reads the comparisons of every layout, and `all`: the geometric mean of the layouts in each round,
 * which is paired data like that of one layout.
 */
void layoutsread(struct layouts *l, struct comparisons *all, const struct receipt *r,
	const struct roles *roles, enum metric metric);
void layoutsrelease(struct layouts *l);

/*
 * Judges each layout by itself, and gives them their say on `all`, which has been judged: what is
 * no larger than the differences among the base's layouts becomes LAYOUT_SUSPECT.
 */
void layoutsjudge(struct layouts *l, struct comparisons *all, const struct criteria *q);

/* The largest difference (theta) between two layouts of the base, in benchmark i. */
double layoutsspread(const struct layouts *l, size_t i);

/*
 * The same in the geometric mean over those gated benchmarks of `all` that were counted, or timed:
 * what one layout wins in one benchmark, it may lose in another. All of them have to be fit to be
 * judged.
 */
double layoutsmeanspread(const struct layouts *l, const struct comparisons *all, bool counted);

#endif
