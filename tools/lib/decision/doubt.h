/*
 * What a shift does not show. A verdict that the ranks give stands only if nothing here speaks
 * against it; else it is inconclusive, for this reason:
 *
 *   mean        (unchanged, improved) the mean of all rounds, outliers and all, grew by the margin
 *               or more; or randomization tests (stats/excess.h) do not rule out that it grows by
 *               twice the margin, at two fifths of the level that the ranks have, or by the margin,
 *               at 5 % and with the largest quarter pulled in (tests that must all reject share no
 *               error: Berger, Technometrics 24, 1982)
 *   tail        (unchanged, improved) of the quarter, or the twentieth, of rounds that differ most
 *               from the margin, more are slower than coins would give, at 2.5 % each
 *   clock       (unchanged) most samples are equal to others, and a shift of the margin less one
 *               tick is not ruled out
 *   carry-over  what follows the candidate takes longer (or less long) than what follows the base, at
 *               10 %, and without that the verdict would be another
 *   trend       the first sixteenth, eighth, quarter, half or three quarters of the rounds differ
 *               from the others, at 1 % in all, and one part is slower by the margin (unchanged); or
 *               at 10 %, and the others alone show neither the same nor 80 % of the difference
 *
 * A doubt never makes a pass: what could have been seen then is at least what is in doubt.
 */
#ifndef DECISION_DOUBT_H
#define DECISION_DOUBT_H

#include "decision/decision.h"

/* What speaks against the verdict of n > 0 pairs, of which j has the rest already. */
struct doubt doubtabout(
	const struct judgement *j, const struct pairs *p, size_t n, const struct rules *r);

/* The smallest slowdown that could have been seen in spite of it, as far as it is to blame. */
double doubthides(const struct doubt *q, const struct pairs *p, size_t n);

#endif
