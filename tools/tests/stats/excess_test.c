/*
 * Means and tails of paired data against scipy 1.17.1: norm.sf, binom.sf(k - 1, n, p) and
 * binomtest(k, n).proportion_ci(1 - 2 a, 'exact').high; means and borders by Python's floats.
 */
#include <stddef.h>

#include "check.h"
#include "stats/excess.h"

enum { N = 12 };

static const double d12[N + 1] = {
	.031, -.012, .008, .027, -.004, .019, .022, -.009, .015, .011, .029, -.017, 1.5};

static void
testmeans(void)
{
	static const double both[] = {.3, -.3}, one[] = {-.2};

	CHECKNEAR(border(d12, N, 4), .022, 0);
	CHECKNEAR(border(d12, N, 20), .029, 0);
	CHECKNEAR(border(one, 1, 4), .2, 0);
	CHECKNEAR(excessmean(d12, N), .010136913594597745, 1e-14);
	CHECKNEAR(excessmean(d12, N + 1), .2771793871902491, 1e-14);
	CHECKNEAR(excessmean(both, 2), 0, 0);
	CHECKNEAR(excessbound(d12, N, .01), .021083760667368712, 1e-12);
}

static void
testsignflip(void)
{
	/* By all 4,096 signs: .9607, .5647, .03687, .00073; with nothing pulled in .9678, .4941 ... */
	static const double p[][3] = {{0, .9592893185920566, .9663262411266652},
		{.01, .5701009409425841, .4984526006618237},
		{.02, .03787187131572021, .03371949280520852},
		{.03, .0026834117066019763, .0035626772530683256}};
	static const double zeros[] = {0, 0, 0};

	for (size_t i = 0; i < sizeof(p) / sizeof(*p); i++) {
		CHECKNEAR(signflip(d12, N, p[i][0], 4), p[i][1], 1e-12);
		CHECKNEAR(signflip(d12, N, p[i][0], 0), p[i][2], 1e-12);
	}
	CHECKNEAR(signflip(zeros, 3, 0, 4), .5, 0);
}

/* 47 rounds are strata of 23 and 24: that the second is ten times as restless hides no shift. */
static void
teststrata(void)
{
	double d[47];

	for (size_t i = 0; i < 47; i++)
		d[i] = d12[i % N] * (1 + .01 * (double)i) * (i < 23 ? 1 : 10);
	CHECKNEAR(signflip(d, 47, .04, 4), .048162448156828144, 1e-12); /* as one: .83 */
	CHECKNEAR(signflip(d, 47, .04, 0), .07639278697371032, 1e-12);	/* as one: .94 */
}

static void
testbinomial(void)
{
	CHECKNEAR(binomialtail(0, 10, .3), 1, 0);
	CHECKNEAR(binomialtail(5, 5, .5), .03125, 1e-12);
	CHECKNEAR(binomialtail(8, 10, .5), .0546875, 1e-12);
	CHECKNEAR(binomialtail(3, 200, .05), .9976637058099361, 1e-11);
	CHECKNEAR(binomialtail(11, 200, .05), .41693281791882825, 1e-11);
	CHECKNEAR(binomialtail(200, 200, .99), .1339796748579617, 1e-11);
	CHECKNEAR(binomialtail(1, 3, 0), 0, 0);
	CHECKNEAR(binomialtail(3, 3, 1), 1, 0);
	CHECKNEAR(binomialtail(0, 0, .5), 1, 0);
	CHECKNEAR(binomialtail(1, 0, .5), 0, 0);
	CHECKNEAR(sharemost(0, 60, .05), .04870291330998526, 1e-9);
	CHECKNEAR(sharemost(0, 76, .05), .03865076672554192, 1e-9);
	CHECKNEAR(sharemost(5, 200, .05), .05184333912055182, 1e-9);
	CHECKNEAR(sharemost(3, 10, .025), .652452850060008, 1e-9);
	CHECKNEAR(sharemost(199, 200, .05), .9997435664127278, 1e-9);
	CHECKNEAR(sharemost(10, 10, .05), 1, 0);
}

int
main(void)
{
	testmeans();
	testsignflip();
	teststrata();
	testbinomial();
	return checkdone();
}
