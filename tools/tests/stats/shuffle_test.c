/* The orders of the rounds: known vectors, and every order with the same chance. */
#include <stddef.h>

#include "check.h"
#include "stats/shuffle.h"

static void
testvectors(void)
{
	/* splitmix64, the shuffle and the mixing of seed and round, written anew in Python. */
	static const struct {
		uint64_t seed, round;
		size_t n, want[5];
	} known[] = {
		{0x0U, 0, 2, {1, 0}},
		{0x0U, 0, 3, {0, 1, 2}},
		{0x0U, 0, 5, {3, 2, 4, 1, 0}},
		{0x0U, 1, 2, {0, 1}},
		{0x0U, 1, 3, {2, 1, 0}},
		{0x0U, 1, 5, {4, 0, 3, 1, 2}},
		{0x0U, 999, 2, {1, 0}},
		{0x0U, 999, 3, {0, 1, 2}},
		{0x0U, 999, 5, {2, 3, 0, 4, 1}},
		{0x1U, 0, 2, {0, 1}},
		{0x1U, 0, 3, {1, 0, 2}},
		{0x1U, 0, 5, {0, 4, 3, 2, 1}},
		{0x1U, 1, 2, {1, 0}},
		{0x1U, 1, 3, {0, 1, 2}},
		{0x1U, 1, 5, {2, 0, 1, 4, 3}},
		{0x1U, 999, 2, {1, 0}},
		{0x1U, 999, 3, {1, 0, 2}},
		{0x1U, 999, 5, {4, 2, 1, 0, 3}},
		{0xdeadbeefU, 0, 2, {0, 1}},
		{0xdeadbeefU, 0, 3, {1, 0, 2}},
		{0xdeadbeefU, 0, 5, {3, 2, 1, 4, 0}},
		{0xdeadbeefU, 1, 2, {0, 1}},
		{0xdeadbeefU, 1, 3, {1, 2, 0}},
		{0xdeadbeefU, 1, 5, {4, 0, 3, 2, 1}},
		{0xdeadbeefU, 999, 2, {1, 0}},
		{0xdeadbeefU, 999, 3, {0, 1, 2}},
		{0xdeadbeefU, 999, 5, {0, 2, 4, 3, 1}},
		{0xffffffffffffffffU, 0, 2, {1, 0}},
		{0xffffffffffffffffU, 0, 3, {0, 1, 2}},
		{0xffffffffffffffffU, 0, 5, {4, 0, 2, 3, 1}},
		{0xffffffffffffffffU, 1, 2, {1, 0}},
		{0xffffffffffffffffU, 1, 3, {0, 2, 1}},
		{0xffffffffffffffffU, 1, 5, {1, 4, 0, 3, 2}},
		{0xffffffffffffffffU, 999, 2, {0, 1}},
		{0xffffffffffffffffU, 999, 3, {0, 2, 1}},
		{0xffffffffffffffffU, 999, 5, {0, 2, 3, 1, 4}},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t got[5];

		roundorder(known[i].seed, known[i].round, known[i].n, got);
		for (size_t k = 0; k < known[i].n; k++)
			CHECKINT((long long)got[k], (long long)known[i].want[k]);
	}
}

/* chi^2 of `cells` equally likely counts out of `draws` */
static double
chisquare(const int *count, int cells, int draws)
{
	double want = (double)draws / cells, sum = 0;

	for (int i = 0; i < cells; i++)
		sum += (count[i] - want) * (count[i] - want) / want;
	return sum;
}

static void
testuniform(void)
{
	enum { ROUNDS = 60000 };

	for (uint64_t seed = 0; seed < 5; seed++) {
		int orders[6] = {0}, first[4] = {0}, coin = 0, repeats = 0, last = 0;

		for (uint64_t r = 0; r < ROUNDS; r++) {
			size_t o[4];
			int rank;

			roundorder(seed * 0x123456789, r, 3, o);
			rank = (int)(o[0] * 2 + (o[1] > o[2]));
			orders[rank]++;
			repeats += r && rank == last;
			last = rank;
			roundorder(seed * 0x123456789, r, 4, o);
			first[o[0]]++;
			roundorder(seed * 0x123456789, r, 2, o);
			coin += o[0] == 1;
		}
		/* scipy.stats.chi2.ppf(0.9999, 5) and (0.9999, 3) */
		CHECK(chisquare(orders, 6, ROUNDS) < 25.74);
		CHECK(chisquare(first, 4, ROUNDS) < 21.11);
		/* four standard deviations of a fair coin, and of one repetition in six */
		CHECK(fabs(coin - (double)ROUNDS / 2) < 4 * sqrt((double)ROUNDS / 4));
		CHECK(fabs(repeats - (double)ROUNDS / 6) < 4 * sqrt((double)ROUNDS * 5 / 36));
	}
}

static void
testpermutation(void)
{
	for (size_t n = 1; n <= 64; n++) {
		size_t o[64];
		uint64_t seen = 0;

		roundorder(42, n, n, o);
		for (size_t i = 0; i < n; i++)
			seen |= 1ULL << o[i];
		CHECK(seen == (n == 64 ? UINT64_MAX : (1ULL << n) - 1));
	}
}

int
main(void)
{
	testvectors();
	testuniform();
	testpermutation();
	return checkdone();
}
