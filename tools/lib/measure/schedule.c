#include <math.h>

#include "measure/schedule.h"

static const double plan_share = .9, plan_excess = 1.1;

size_t
scheduleplan(double budget_s, size_t n, double round_s)
{
	double rounds = floor(plan_share * budget_s / (double)n / round_s);

	return (size_t)fmax(ROUNDS_MIN, fmin(ROUNDS_MAX, rounds));
}

/* 1 to 4 as in the header, or 0: it is not to be measured any more. */
static int
stage(const struct slot *s)
{
	if (s->done || s->next > ROUNDS_OVERTIME)
		return 0;
	if (s->gated && !s->rounds)
		return 1;
	if (s->next <= s->planned || s->rounds < ROUNDS_MIN)
		return s->gated ? 2 : 3;
	return s->gated ? 4 : 0;
}

static bool
affordable(const struct slot *s, int at, double budget_s, double spent_s)
{
	double cost = (double)(s->next - s->rounds) * s->round_s;

	return s->rounds < ROUNDS_MIN || spent_s + cost <= budget_s * (at == 4 ? 1 : plan_excess);
}

size_t
schedulenext(const struct slot *s, size_t n, double budget_s, double spent_s)
{
	size_t best = n;
	double least = INFINITY;
	int first = 5;

	for (size_t i = 0; i < n; i++) {
		int at = stage(&s[i]);
		/* In turn: a need that is the same for all. */
		double need = at % 2 ? 0
				     : fmax(s[i].needed, (double)(s[i].next - s[i].rounds)) *
					       s[i].round_s;

		if (!at || at > first || !affordable(&s[i], at, budget_s, spent_s))
			continue;
		if (at < first || need < least) {
			best = i;
			first = at;
			least = need;
		}
	}
	return best;
}
