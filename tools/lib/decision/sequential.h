/*
 * Looks: when a benchmark that is measured round by round is judged, and what each look may spend.
 *
 * It may be judged again and again while rounds come in, provided that the looks share the chance
 * of a false alarm. Here they share it by the union bound, so it holds whatever decides when to
 * stop or what to measure next, as long as that does not choose the coins: also when rounds go to
 * the benchmark that is nearest its verdict. The interval of a look is that of Jennison and
 * Turnbull (J. R. Statist. Soc. B 51, 1989): all of them together have confidence 1 - 2 alpha.
 *
 * Of N planned rounds, looks stand at N, 2/3 N, 4/9 N and so on down; a benchmark that goes on past
 * its plan is looked at after 3/2 N, 9/4 N and so on. Up to n rounds within the plan, 0.9 (n/N)^1.5
 * of alpha and of beta are spent (Kim and DeMets, Biometrika 74, 1987); half of what is then left
 * goes to each look past it. A look so early that even n rounds of one sign (p = 2^-n) could not
 * reject spends nothing. One before the plan's end that is so early that what befalls one run in
 * twenty may not have shown (0.95^n > 2 %) spends nothing of beta, and the first that is not is
 * where it has: after 77 rounds. On recorded times, looks as far apart as that find as much as
 * closer ones and end two or three rounds later (62 instead of 59 for a 2 % slowdown of 16 ms).
 */
#ifndef DECISION_SEQUENTIAL_H
#define DECISION_SEQUENTIAL_H

#include <stddef.h>

#include "decision/decision.h"

enum {
	ROUNDS_MIN = 20,	    /* of each benchmark at the least, where a budget decides */
	ROUNDS_MAX = 2000,	    /* in the plan, or the even share, that a budget gives */
	LOOKS_PLANNED_MAX = 1000000 /* the longest plan that is asked for */
};

struct look {
	size_t rounds; /* it judges the first so many */
	double alpha;  /* one-sided level of its tests for a difference */
	double beta;   /* level of its test for "unchanged"; 0: it makes none */
	/* shares of alpha and beta that this look and those before it have spent */
	double alpha_spent, beta_spent;
};

/* The look after *last (the first: after a look that is all 0), of 0 < planned rounds. */
struct look looknext(const struct look *last, size_t planned, const struct rules *r);

/*
 * The judgement of n pairs (as judgepaired()): that of the first look that decides, from the rounds
 * up to it, or of the last one so far; `next` is where the look after it stands. planned = 0: not
 * sequential, one look at all n rounds that spends everything. n may be 0, to ask for `next`.
 */
struct judgement judgelooks(const struct pairs *p, size_t n, size_t planned, const struct rules *r);

/*
 * The same of numbers that no clock gave: a size, a peak, a count. Where each side's is one number in
 * each of ROUNDS_MIN rounds and more they are judged as counts are, exactly; one may be 0 then. INVALID
 * where a side is 0 each time and the other is not the same each time: that has no ratio.
 */
struct judgement judgenumbers(
	const struct pairs *p, size_t n, size_t planned, const struct rules *r);

#endif
