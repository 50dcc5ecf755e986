/* What was measured round by round: what ran before what. */
#include "decision/pairs.h"

/* The arm that ran before `arm`, or narms where that is not known. */
static size_t
previous(const size_t *before, const size_t *order, size_t narms, size_t arm)
{
	if (order[0] == arm)
		return before ? before[narms - 1] : narms;
	for (size_t i = 1; i < narms; i++)
		if (order[i] == arm)
			return order[i - 1];
	return narms;
}

int
followings(const size_t *before, const size_t *order, size_t narms, size_t base, size_t cand)
{
	size_t b = previous(before, order, narms, base), c = previous(before, order, narms, cand);

	return (c == cand) - (c == base) + (b == base) - (b == cand);
}
