/*
 * Statistics against numbers computed elsewhere: by enumerating every outcome (Python integers, no
 * rounding), or by scipy 1.17.1, as said at each. "exact()" below means: all sign patterns counted
 * with integers, ranks by scipy.stats.rankdata, zeros kept among the ranks.
 */
#include <float.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "check.h"
#include "stats/hodges_lehmann.h"
#include "stats/rank.h"
#include "stats/stats.h"

#define LEN(a) (sizeof(a) / sizeof(*(a)))

enum { MANY = 400 };

static const double d12[] = {
	.031, -.012, .008, .027, -.004, .019, .022, -.009, .015, .011, .029, -.017};
static const double t10[] = {.02, .02, -.02, .01, 0, .03, .01, -.01, .02, .04};
static const double m5[] = {.01, -.02, .03, .04, .05};

/* Noise that any language makes alike: x' = 1103515245 x + 12345 mod 2^31, x / 2^31 in +-0.05. */
static const double *
noise(size_t n, uint64_t seed, double add)
{
	static double made[4][MANY];
	static size_t next;
	double *d = made[next++ % 4];

	for (size_t i = 0; i < n; i++) {
		seed = (seed * 1103515245 + 12345) % 2147483648;
		d[i] = ((double)seed / 2147483648.0 - .5) * .1 + add;
	}
	return d;
}

/* The same on a grid of 1/steps, so that there are ties, without the zeros if `nonzero`. */
static size_t
gridded(size_t n, uint64_t seed, double add, double steps, bool nonzero, double *out)
{
	const double *d = noise(n, seed, add);
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		double v = floor(d[i] * steps) / steps;

		if (!nonzero || v < 0 || v > 0)
			out[kept++] = v;
	}
	return kept;
}

static void
testbasics(void)
{
	double x[] = {3, -1, 2, 2.5, -7}, one[] = {4};

	sortreal(x, 5);
	CHECKNEAR(x[0], -7, 0);
	CHECKNEAR(x[4], 3, 0);
	CHECKNEAR(median(x, 5), 2, 0);
	CHECKNEAR(median(x, 4), .5, 0);
	CHECKNEAR(median(one, 1), 4, 0);
	/* 1.4826 * scipy.stats.median_abs_deviation */
	CHECKNEAR(spread(d12, LEN(d12)), .022239, 1e-12);
	CHECKNEAR(spread(noise(60, 1, .003), 60), .035473198410817426, 1e-12);
	CHECKNEAR(spread(one, 1), 0, 0);
}

static void
testnormal(void)
{
	/* scipy.stats.norm.ppf and .sf */
	static const double ppf[][2] = {{1e-12, -7.034483825301131}, {1e-6, -4.753424308822899},
		{.0005, -3.2905267314918945}, {.01, -2.3263478740408408}, {.3, -.5244005127080409},
		{.9, 1.2815515655446004}, {.975, 1.959963984540054}, {.999, 3.090232306167813},
		{1 - 1e-9, 5.997807019601637}};
	static const double sf[][2] = {{-3, .9986501019683699}, {0, .5}, {1, .15865525393145707},
		{2.5, .006209665325776132}, {6, 9.865876450376946e-10}, {10, 7.61985302416047e-24}};

	for (size_t i = 0; i < LEN(ppf); i++)
		CHECKNEAR(zquantile(ppf[i][0]), ppf[i][1], 1e-9);
	CHECK(fabs(zquantile(.5)) < 1e-12);
	for (size_t i = 0; i < LEN(sf); i++)
		CHECKNEAR(uppertail(sf[i][0]), sf[i][1], 1e-12);
}

static void
testranks(void)
{
	static const double key[] = {3, 1, 2, 2, 9, 2};
	unsigned r[6];

	CHECK(meanranks(key, 6, r));
	CHECKINT(r[0], 10);
	CHECKINT(r[1], 2);
	CHECKINT(r[2], 6); /* ranks 2, 3, 4 share their mean, 3 */
	CHECKINT(r[3], 6);
	CHECKINT(r[4], 12);
	CHECKINT(r[5], 6);
	CHECK(!meanranks(key, 3, r));
	CHECK(!meanranks(key, 1, r));
}

static void
checkpair(const char *what, struct pvalues p, double greater, double less, double within)
{
	int before = checksfailed;

	CHECKNEAR(p.greater, greater, within);
	CHECKNEAR(p.less, less, within);
	if (checksfailed > before)
		fprintf(stderr, "  in: %s\n", what);
}

static void
testsignedrank(void)
{
	static const double up[] = {.01, .02, .03, .04, .05}, same[] = {1, 1, 1, 1, -1, 1, 1, 1};
	static const double z6[] = {0, 0, 0, .5, -.25, .125}, none[] = {0, 0, 0};
	double q[MANY];
	size_t n;

	/* exact() and scipy.stats.wilcoxon(mode='exact') agree on the first two. */
	checkpair("d12", signedrank(d12, 12, 0), .03857421875, .968017578125, 1e-14);
	checkpair("shifted", signedrank(d12, 12, .0105), .545166015625, .48486328125, 1e-14);
	checkpair("ties, a zero", signedrank(t10, 10, 0), .0498046875, .9765625, 1e-14);
	checkpair("one size", signedrank(same, 8, 0), .03515625, .99609375, 1e-14);
	checkpair("zeros", signedrank(z6, 6, 0), .578125, .875, 1e-14);
	checkpair("only zeros", signedrank(none, 3, 0), 1, 1, 0);
	checkpair("m5", signedrank(m5, 5, 0), .09375, .9375, 1e-14);
	/* n of one sign: 2^-n. */
	for (size_t i = 1; i <= 5; i++)
		checkpair("one sign", signedrank(up, i, 0), ldexp(1, -(int)i), 1, 0);
	checkpair("no pairs", signedrank(up, 0, 0), 1, 1, 0);

	/* The last exact n; exact(), and scipy's mode='exact' to 13 digits. */
	checkpair("n = 200", signedrank(noise(200, 1, .003), 200, 0), .047505694640507946,
		.9526154702326888, 1e-12);
	n = gridded(150, 9, .004, 512, false, q);
	CHECKINT((long long)n, 150);
	checkpair("150 with ties and 4 zeros", signedrank(q, n, 0), .8577084020008607,
		.1467745800160958, 1e-12);

	/* The first normal n; scipy.stats.wilcoxon(mode='approx', correction=True). */
	checkpair("n = 201", signedrank(noise(201, 1, .003), 201, 0), .03912454287758217,
		.9609778511726422, 1e-9);
	checkpair("n = 201, small p", signedrank(noise(201, 1, .006), 201, 0), .0008506531656525885,
		.9991528548894607, 1e-9);
	/* ... which stays close to exact(), on the safe side where p is small. */
	CHECKNEAR(signedrank(noise(201, 1, .003), 201, 0).greater, .03911333419899889, 1e-3);
	CHECKNEAR(signedrank(noise(201, 1, .006), 201, 0).greater, .0008041139501175118, .06);
	CHECK(signedrank(noise(201, 1, .006), 201, 0).greater > .0008041139501175118);
	n = gridded(400, 9, .004, 1024, true, q);
	CHECKINT((long long)n, 397);
	checkpair(
		"397 with ties", signedrank(q, n, 0), .12882738695006124, .8712644845182155, 1e-9);
}

/* The chance of a rejection by itself: every pattern of signs of n pairs, p <= a at most a often.
 */
static void
testexactlevel(void)
{
	enum { N = 10 };
	double d[N];
	int rejected[3] = {0};
	static const double level[] = {.01, .05, .2};

	for (unsigned signs = 0; signs < 1U << N; signs++) {
		double p;

		for (int i = 0; i < N; i++)
			d[i] = (signs >> i & 1 ? 1 : -1) * (1 + i * i) / 7.0;
		p = signedrank(d, N, 0).greater;
		for (size_t k = 0; k < LEN(level); k++)
			rejected[k] += p <= level[k];
	}
	/* Of 1024 patterns; P(W+ >= w) <= a counted by hand from partitions into distinct parts. */
	CHECKINT(rejected[0], 10);
	CHECKINT(rejected[1], 43);
	CHECKINT(rejected[2], 192);
}

static void
checkestimate(const char *what, struct estimate e, double theta, double low, double high)
{
	int before = checksfailed;

	CHECKNEAR(e.theta, theta, 1e-12);
	CHECKNEAR(e.low, low, 1e-12);
	CHECKNEAR(e.high, high, 1e-12);
	if (checksfailed > before)
		fprintf(stderr, "  in: %s\n", what);
}

static void
testwalsh(void)
{
	/* All Walsh averages sorted, the cut from exact() counts (above 200 from norm.ppf). */
	const double *d = noise(60, 1, .003), one[] = {.25};

	checkestimate("d12 .05", walsh(d12, 12, .05), .00975, .001, .0205);
	checkestimate("d12 .01", walsh(d12, 12, .01), .00975, -.0045, .0245);
	checkestimate("d12 .001", walsh(d12, 12, .001), .00975, -.013, .029);
	checkestimate("too few", walsh(d12, 12, .0001), .00975, -INFINITY, INFINITY);
	checkestimate("m5 .05", walsh(m5, 5, .05), .025, -.02, .05);
	checkestimate("m5 .03", walsh(m5, 5, .03), .025, -INFINITY, INFINITY);
	checkestimate("one pair", walsh(one, 1, .05), .25, -INFINITY, INFINITY);
	checkestimate("60 .05", walsh(d, 60, .05), .0064764645039103955, -.00036622460745275136,
		.012262611158192157);
	checkestimate("60 .01", walsh(d, 60, .01), .0064764645039103955, -.003028737942688167,
		.015820690218359232);
	checkestimate("60 .001", walsh(d, 60, .001), .0064764645039103955, -.006650477161630988,
		.018917934197932484);
	checkestimate("200 .05", walsh(noise(200, 1, .003), 200, .05), .003484497763682157,
		4.1670209728181164e-05, .006848387626931072);
	checkestimate("200 .01", walsh(noise(200, 1, .003), 200, .01), .003484497763682157,
		-.0014506015488877887, .00822676499094814);
	checkestimate("201 .01", walsh(noise(201, 1, .006), 201, .01), .006631299917586148,
		.0017651286618784075, .011387587728910149);
}

/* "The interval excludes 0 exactly when the test rejects": on untied data of every size. */
static void
testduality(void)
{
	static const double level[] = {.05, .01, .002};

	for (size_t n = 2; n <= 230; n += 7) {
		for (uint64_t seed = 1; seed <= 6; seed++) {
			const double *d = noise(n, seed * 77 + n, .004 * (double)seed - .012);
			const double *y = noise(n, seed * 31 + n, .01 * (double)seed - .03);
			struct pvalues p = signedrank(d, n, 0), q = ranksum(d, n, y, n);

			for (size_t k = 0; k < LEN(level); k++) {
				struct estimate e = walsh(d, n, level[k]);
				struct estimate s = shift(d, n, y, n, level[k]);

				CHECKINT(e.low > 0, p.greater <= level[k]);
				CHECKINT(e.high < 0, p.less <= level[k]);
				CHECKINT(s.low > 0, q.greater <= level[k]);
				CHECKINT(s.high < 0, q.less <= level[k]);
			}
		}
	}
}

static const double mwx[] = {1.01, 1.03, .98, 1.07, 1.02, .99, 1.05};
static const double mwy[] = {1.06, 1.04, 1.09, 1.11, 1, 1.08};

static void
testranksum(void)
{
	static const double xt[] = {1, 2, 2, 3, 3, 3, 4}, yt[] = {2, 3, 4, 4, 5};
	static const double low[] = {1, 2, 3}, high[] = {7, 8}, flat[] = {5, 5, 5, 5};
	double xq[MANY], yq[MANY], lots[50];
	size_t nx = gridded(60, 5, 0, 128, false, xq), ny = gridded(45, 6, .02, 128, false, yq);
	const double *x = noise(21, 3, 0), *y = noise(20, 4, .03);

	/* All C(13, 6) draws, and scipy.stats.mannwhitneyu(y, x, method='exact'). */
	checkpair("7 and 6", ranksum(mwx, 7, mwy, 6), .03671328671328671, .9743589743589745, 1e-13);
	/* All C(12, 5) draws of mean ranks. */
	checkpair("ties", ranksum(xt, 7, yt, 5), .10101010101010101, .9595959595959596, 1e-13);
	checkpair("all apart", ranksum(low, 3, high, 2), .1, 1, 1e-14);
	checkpair("all apart", ranksum(high, 2, low, 3), 1, .1, 1e-14);
	checkpair("all equal", ranksum(flat, 2, flat, 2), 1, 1, 0);
	checkpair("nothing", ranksum(flat, 0, flat, 4), 1, 1, 0);
	/* The last exact size, scipy's method='exact'; the first normal one, its 'asymptotic'. */
	checkpair(
		"20 and 20", ranksum(x, 20, y, 20), .005157018766343135, .9952581964043975, 1e-12);
	checkpair(
		"21 and 20", ranksum(x, 21, y, 20), .0034722947731836936, .9967904890732432, 1e-9);
	CHECKNEAR(ranksum(x, 21, y, 20).greater, .0030043250954431863, .16);
	CHECK(ranksum(x, 21, y, 20).greater > .0030043250954431863);
	checkpair("ties, normal", ranksum(xq, nx, yq, ny), .0004840453025947155, .9995270374383138,
		1e-9);
	for (size_t i = 0; i < LEN(lots); i++)
		lots[i] = 5;
	checkpair("all equal, normal", ranksum(lots, 25, lots, 25), 1, 1, 0);
}

static void
testshift(void)
{
	/* All differences sorted, the cut from counting all draws (60/45: from norm.ppf). */
	checkestimate("7/6 .05", shift(mwx, 7, mwy, 6, .05), .045, .01, .08);
	checkestimate("7/6 .01", shift(mwx, 7, mwy, 6, .01), .045, -.02, .1);
	checkestimate("7/6 .001", shift(mwx, 7, mwy, 6, .001), .045, -.07, .13);
	checkestimate("7/6 .0001", shift(mwx, 7, mwy, 6, .0001), .045, -INFINITY, INFINITY);
	checkestimate("20/20 .01", shift(noise(20, 3, 0), 20, noise(20, 4, .03), 20, .01),
		.02295535599812865, .002540389653295276, .0467195494286716);
	checkestimate("60/45 .01", shift(noise(60, 5, 0), 60, noise(45, 6, .02), 45, .01),
		.021709504355676472, .007821817677468063, .035003766026347874);
	/* The size of the first sample must not be mistaken for that of the second. */
	checkestimate("6/7 .01", shift(mwy, 6, mwx, 7, .01), -.045, -.1, .02);
}

static void
testplanning(void)
{
	double d[100];
	uint64_t state = 12345;
	int found = 0;

	/* sd sqrt((ppf(1 - a) + ppf(.9))^2 / .955 / n), and its inverse */
	CHECKNEAR(detectable(.02, 100, .01), .007383847764978697, 1e-9);
	CHECKNEAR(detectable(.02, 60, .001), .01155078148983575, 1e-9);
	CHECKNEAR(pairsneeded(.02, .01, .01), 55, 0);
	CHECKNEAR(pairsneeded(.05, .02, .002), 114, 0);
	CHECKNEAR(detectable(.02, 0, .01), INFINITY, 0);

	/* It means what it says: normal noise with that effect is found 9 times in 10. */
	for (int t = 0; t < 1000; t++) {
		for (size_t i = 0; i < LEN(d); i++) {
			double u = 0;

			for (int k = 0; k < 12; k++) { /* the sum of 12 uniforms is near normal */
				state = state * 6364136223846793005 + 1442695040888963407;
				u += (double)(state >> 11) / 9007199254740992.0;
			}
			d[i] = .02 * (u - 6) + .007383847764978697;
		}
		found += signedrank(d, LEN(d), 0).greater <= .01;
	}
	CHECK(found > 870 && found < 930);
}

static int
byvalue(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Every k of one pairing against the sorted list of all of them. */
static void
againstsorted(const struct pairing *p)
{
	uint64_t n = pairings(p), at = 0, wrong = 0;
	double *all = xcalloc(n, sizeof(*all));

	for (size_t i = 0; i < p->nx; i++) {
		for (size_t j = p->y ? 0 : i; j < (p->y ? p->ny : p->nx); j++)
			all[at++] = p->y ? p->y[j] - p->x[i] : (p->x[i] + p->x[j]) / 2;
	}
	qsort(all, n, sizeof(*all), byvalue);
	for (uint64_t k = 0; k < n; k++) {
		double got = kthsmallest(p, k);

		wrong += got < all[k] || got > all[k] || isnan(got);
	}
	CHECKINT((long long)at, (long long)n);
	CHECKINT((long long)wrong, 0);
	free(all);
}

static void
testsort(void)
{
	double x[MANY], y[MANY];
	size_t wrong = 0;

	for (size_t n = 0; n < MANY; n++) {
		gridded(n, n + 1, 0, n % 3 ? 1e9 : 50, false, x);
		memcpy(y, x, sizeof(x));
		sortreal(x, n);
		qsort(y, n, sizeof(*y), byvalue);
		for (size_t i = 0; i < n; i++)
			wrong += x[i] < y[i] || x[i] > y[i];
	}
	CHECKINT((long long)wrong, 0);
}

static void
testkth(void)
{
	static const double scale[] = {1, 1e-300, 1e300, DBL_MIN};
	double x[24], y[17];

	for (size_t s = 0; s < LEN(scale); s++) {
		for (uint64_t seed = 1; seed <= 12; seed++) {
			const double *a = noise(24, seed, 0), *b = noise(17, seed + 100, .02);
			size_t nx = 1 + seed * 5 % 24, ny = 1 + seed % 17;

			for (size_t i = 0; i < 24; i++)
				x[i] = a[i] * scale[s];
			for (size_t i = 0; i < 17; i++)
				y[i] = b[i] * scale[s];
			if (seed % 3 == 0) { /* equal values, zeros, and one far away */
				x[1] = x[0];
				x[2] = 0;
				y[0] = 0;
				y[1] = -1e3 * scale[s];
			}
			sortreal(x, nx);
			sortreal(y, ny);
			againstsorted(&(struct pairing){.x = x, .nx = nx});
			againstsorted(&(struct pairing){x, nx, y, ny});
		}
	}
}

int
main(void)
{
	testbasics();
	testnormal();
	testranks();
	testsignedrank();
	testexactlevel();
	testwalsh();
	testduality();
	testranksum();
	testshift();
	testplanning();
	testsort();
	testkth();
	return checkdone();
}
