/* Running moments: equal to the formula over all samples, pooled, taken apart again, fading. */
#include <stdlib.h>

#include "check.h"
#include "tune/moments.h"

static const double SAMPLES[] = {1e-3, 1.1e-3, 0.9e-3, 1.05e-3, 2e-3, 0.95e-3, 1e-3, 1.2e-3};
enum { N = sizeof(SAMPLES) / sizeof(*SAMPLES) };

static struct known
of(const double *x, int n)
{
	struct known k = {0};

	for (int i = 0; i < n; i++)
		addsample(&k, x[i], log(x[i]), 10 + i, 1000);
	return k;
}

/* Two passes over all samples: what the running ones have to come to. */
static void
direct(const double *x, int n, double *mean, double *var)
{
	double sum = 0, squares = 0;

	for (int i = 0; i < n; i++)
		sum += x[i];
	*mean = sum / n;
	for (int i = 0; i < n; i++)
		squares += (x[i] - *mean) * (x[i] - *mean);
	*var = squares / (n - 1);
}

static void
same(const struct known *k, const double *x, int n)
{
	double mean, var, logs[N];

	direct(x, n, &mean, &var);
	CHECKNEAR(k->mean, mean, 1e-9);
	CHECKNEAR(variance(k->m2, (double)k->weight), var, 1e-6);
	for (int i = 0; i < n; i++)
		logs[i] = log(x[i]);
	direct(logs, n, &mean, &var);
	CHECKNEAR(k->log_mean, mean, 1e-9);
	CHECKNEAR(variance((double)k->log_m2, (double)k->weight), var, 1e-5);
	CHECKINT(k->count, n);
	CHECKNEAR((double)k->weight, n, 1e-9);
}

static void
running(void)
{
	struct known k = of(SAMPLES, N);

	same(&k, SAMPLES, N);
	CHECKNEAR((double)k.min, 0.9e-3, 1e-6);
	CHECKNEAR((double)k.max, 2e-3, 1e-6);
	CHECKNEAR((double)k.watts.mean, 13.5, 1e-6);
	CHECKNEAR((double)k.watts.min, 10, 1e-6);
	CHECKNEAR((double)k.watts.max, 17, 1e-6);
	CHECKNEAR(variance((double)k.watts.m2, 8), 6, 1e-6);
	CHECKNEAR((double)k.joules.max, 2e-3 * 14, 1e-6);
}

static void
pooled(void)
{
	struct known a = of(SAMPLES, 3), b = of(SAMPLES + 3, N - 3), none = {0}, sum = a;

	addknown(&sum, &b, 1000);
	same(&sum, SAMPLES, N);
	CHECKNEAR((double)sum.max, 2e-3, 1e-6);
	addknown(&sum, &none, 1000);
	same(&sum, SAMPLES, N);
	none = (struct known){0};
	addknown(&none, &sum, 1000);
	same(&none, SAMPLES, N);
}

static void
apart(void)
{
	struct known base = of(SAMPLES, 3), now = of(SAMPLES, N), news = newer(&now, &base);

	same(&news, SAMPLES + 3, N - 3);
	news = newer(&now, &now);
	CHECKINT(news.count, 0);
	CHECK(!(news.weight > 0));
	news = newer(&base, &now);
	CHECKINT(news.count, 0);
}

static void
fading(void)
{
	struct known k = {0}, base, news;

	for (int i = 0; i < 1000; i++)
		addsample(&k, 1, 0, NAN, 50);
	for (int i = 0; i < 500; i++)
		addsample(&k, 2, log(2), NAN, 50);
	CHECKNEAR((double)k.weight, 50, 1e-9);
	CHECKINT(k.count, 1500);
	CHECKNEAR(k.mean, 2, 1e-3);
	CHECK(variance(k.m2, (double)k.weight) < 1e-3);
	/* Of what has faded the newest is the news. */
	base = k;
	for (int i = 0; i < 10; i++)
		addsample(&k, 2, log(2), NAN, 50);
	news = newer(&k, &base);
	CHECKINT(news.count, 10);
	CHECKNEAR((double)news.weight, 10, 1e-6);
	CHECKNEAR(news.mean, 2, 1e-3);
	CHECK(!(k.power_weight > 0));
	fade(&k, 1);
	CHECKNEAR((double)k.weight, 1, 1e-9);
	CHECKNEAR(k.mean, 2, 1e-3);
	CHECK(isnan(variance(k.m2, (double)k.weight)));
}

static void
bytes(void)
{
	CHECK(sizeof(struct known) <= 110);
}

int
main(void)
{
	running();
	pooled();
	apart();
	fading();
	bytes();
	return checkdone();
}
