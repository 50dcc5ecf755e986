#include "stats/shuffle.h"

static uint64_t
splitmix64(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* Uniform in [0, n): draws that would favour the low numbers are thrown away. */
static size_t
below(uint64_t *state, size_t n)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % n, x;

	do
		x = splitmix64(state);
	while (x >= limit);
	return (size_t)(x % n);
}

void
roundorder(uint64_t seed, uint64_t round, size_t n, size_t *order)
{
	uint64_t state = seed ^ (round + 1) * 0xd1342543de82ef95;

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t i = n; i > 1; i--) {
		size_t j = below(&state, i), t = order[i - 1];

		order[i - 1] = order[j];
		order[j] = t;
	}
}
