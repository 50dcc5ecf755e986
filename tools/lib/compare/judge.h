/* From the samples of comparisons to judgements. */
#ifndef COMPARE_JUDGE_H
#define COMPARE_JUDGE_H

#include "compare/comparison.h"
#include "decision/criteria.h"

/* The rules for c, one of as many benchmarks that are gated here. */
struct rules comparisonrules(const struct comparison *c, const struct criteria *q, size_t gated);

/* Judges c by the rules: look by look, in two blocks, or not at all where it is invalid. */
void judgecomparison(struct comparison *c, const struct rules *r);

/*
 * The geometric mean over the gated benchmarks that were timed, round by round: they share the
 * order of each round, so the mean of their log ratios is paired data of its own, with looks of its
 * own when they have some. Where all that is gated was counted, the mean of exact ratios, and
 * *counted. False where neither is to be had.
 */
bool judgesuite(
	const struct comparisons *all, const struct rules *r, struct judgement *j, bool *counted);

#endif
