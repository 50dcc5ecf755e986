/* What measurements say by the criteria: a verdict per benchmark, an outcome for all. */
#ifndef COMPARE_VERDICT_H
#define COMPARE_VERDICT_H

#include "base/err.h"
#include "compare/comparison.h"
#include "decision/criteria.h"
#include "input/document.h"

/* Besides EXIT_YES (pass), EXIT_NO (a gated benchmark regressed) and EXIT_TROUBLE. */
enum { EXIT_UNDECIDED = 3, EXIT_INVALID = 4 };

/*
 * Judges one document or two (comparisonsread()) by the rules. JSON of format "pgokit-verdict-1":
 *
 *   base, cand          what the two sides are called
 *   design              "paired" or "sequential"
 *   rules               rulesjson()
 *   gated, confidence   how many benchmarks share alpha; of the intervals: 1 - 2 alpha / gated,
 *                       with which those of all looks hold together
 *   benches             [{name, gated, verdict, rounds, base_s, cand_s, change_pct, low_pct,
 *                         high_pct, level, p_slower, p_faster, p_unchanged, detectable_pct,
 *                         rounds_short, reason, exit, severity, ...}]
 *     rounds              that were judged
 *     base_s, cand_s      medians; of what is not measured in seconds base_value, cand_value, unit;
 *                       what is identical has only the first
 *     change_pct, low_pct, high_pct   where more of it is better, of its inverse
 *     level               one-sided, of the look (decision/sequential.h) that judged
 *     mean_pct            of paired rounds: by what the mean grew, outliers and all
 *     tail_pct, tail_share_pct   of these: only in one round of 20 do the two sides differ by more
 *                       than tail_pct; at most tail_share_pct of the candidate's runs are slower by
 *                       more than that, at 95 %
 *     exit                the status that it asks for
 *     severity            what that weighs against those of others: more is worse
 *                       Numbers that do not exist or are infinite are null; an invalid, identical
 *                       or new benchmark has none; what is invalid, "changed" or "differs" has a reason.
 *                       Where there is something to say:
 *     doubt, doubt_pct    why it is inconclusive although ranks would say more (decision/doubt.h):
 *                       "mean", by what it grew; "tail", 100 times the candidate's share of the
 *                       largest differences; "clock", its tick; "carry-over", how much longer runs
 *                       take after the candidate; "trend", how much slower its first rounds are
 *     was                 its name in the first document
 *     output              how the two sides differ in what they print
 *     suspect             why an improvement may be too good to be true
 *     waived              why its regression is accepted
 *     layouts             {spread_pct, of: [judgement]}: compare/layouts.h
 *     control, canary     the judgement of that arm against the base, and ok; slow_pct
 *     release             {base, cand}: their judgements against the last release
 *   suite               a judgement of the geometric mean; or null
 *   self_check          what control and canary came to, in words; null when there are none
 *   waivers             as in the criteria, each with its state (compare/waivers.h)
 *   machines            how those of two documents differ; only where they do
 *   outcome, exit, severity   "pass" 0 0, "inconclusive" 3 1, "regressed" 1 2, "invalid" 4 3
 */
json_t *verdictof(const struct criteria *q, const struct document docs[], size_t n);

/*
 * What it judges of documents that it has judged: one comparison for each of its benchmarks, in
 * their order, not judged yet; for comparisonsrelease().
 */
void verdictsamples(
	struct comparisons *all, const struct criteria *q, const struct document docs[], size_t n);

#endif
