/* Running moments: one sample more, two sets pooled, one taken away from another. */
#include <math.h>

#include "tune/moments.h"

/* One set of moments in double precision, whatever it is kept in. */
struct set {
	double weight, mean, m2;
};

static struct set
with(struct set s, double x, double memory)
{
	double weight = fmin(s.weight + 1, memory), d = x - s.mean;
	double kept = s.weight > 0 ? (weight - 1) / s.weight : 0;

	s.mean += d / weight;
	s.m2 = kept * s.m2 + d * (x - s.mean);
	s.weight = weight;
	return s;
}

static struct set
plus(struct set a, struct set b, double memory)
{
	double weight = a.weight + b.weight, d = b.mean - a.mean, kept;

	if (!(b.weight > 0))
		return a;
	if (!(a.weight > 0))
		return b;
	a.m2 += b.m2 + d * d * a.weight * b.weight / weight;
	a.mean += d * b.weight / weight;
	a.weight = fmin(weight, memory);
	kept = a.weight / weight;
	a.m2 *= kept;
	return a;
}

static struct set
minus(struct set a, struct set b)
{
	struct set s = {.weight = a.weight - b.weight};
	double d;

	if (!(b.weight > 0))
		return a;
	if (!(s.weight > 0))
		return (struct set){0};
	s.mean = (a.weight * a.mean - b.weight * b.mean) / s.weight;
	d = s.mean - b.mean;
	s.m2 = fmax(a.m2 - b.m2 - d * d * s.weight * b.weight / a.weight, 0);
	return s;
}

static void
widen(float *min, float *max, bool first, double low, double high)
{
	*min = first ? (float)low : fminf(*min, (float)low);
	*max = first ? (float)high : fmaxf(*max, (float)high);
}

static void
addmoment(struct moments *m, double weight, double x, double memory)
{
	struct set s = with((struct set){weight, m->mean, m->m2}, x, memory);

	widen(&m->min, &m->max, !(weight > 0), x, x);
	m->mean = (float)s.mean;
	m->m2 = (float)s.m2;
}

void
addsample(struct known *k, double seconds, double log_seconds, double watts, double memory)
{
	double weight = (double)k->weight;
	struct set time = with((struct set){weight, k->mean, k->m2}, seconds, memory);
	struct set logs = with((struct set){weight, k->log_mean, k->log_m2}, log_seconds, memory);

	widen(&k->min, &k->max, !k->count, seconds, seconds);
	k->mean = time.mean;
	k->m2 = time.m2;
	k->log_mean = logs.mean;
	k->log_m2 = (float)logs.m2;
	k->weight = (float)time.weight;
	k->count += k->count < UINT32_MAX;
	/* A memory that was made shorter holds for power that is not told any more, too. */
	fade(k, (double)k->weight);
	if (isnan(watts))
		return;
	weight = (double)k->power_weight;
	addmoment(&k->watts, weight, watts, memory);
	addmoment(&k->joules, weight, watts * seconds, memory);
	k->power_weight = (float)fmin(weight + 1, memory);
}

static void
addmoments(struct moments *a, double wa, const struct moments *b, double wb, double memory)
{
	struct set s =
		plus((struct set){wa, a->mean, a->m2}, (struct set){wb, b->mean, b->m2}, memory);

	if (!(wb > 0))
		return;
	widen(&a->min, &a->max, !(wa > 0), b->min, b->max);
	a->mean = (float)s.mean;
	a->m2 = (float)s.m2;
}

void
addknown(struct known *a, const struct known *b, double memory)
{
	double wa = (double)a->weight, wb = (double)b->weight;
	struct set time =
		plus((struct set){wa, a->mean, a->m2}, (struct set){wb, b->mean, b->m2}, memory);
	struct set logs = plus((struct set){wa, a->log_mean, a->log_m2},
		(struct set){wb, b->log_mean, b->log_m2}, memory);

	if (b->count)
		widen(&a->min, &a->max, !a->count, b->min, b->max);
	a->mean = time.mean;
	a->m2 = time.m2;
	a->log_mean = logs.mean;
	a->log_m2 = (float)logs.m2;
	a->weight = (float)time.weight;
	wa = (double)a->power_weight;
	wb = (double)b->power_weight;
	addmoments(&a->watts, wa, &b->watts, wb, memory);
	addmoments(&a->joules, wa, &b->joules, wb, memory);
	a->power_weight = (float)fmin(wa + wb, memory);
	fade(a, (double)a->weight);
	a->runs += b->runs;
	a->count = b->count > UINT32_MAX - a->count ? UINT32_MAX : a->count + b->count;
	if (!(a->rate > 0))
		a->rate = b->rate;
}

static void
takemoments(struct moments *a, double wa, const struct moments *b, double wb)
{
	struct set s = minus((struct set){wa, a->mean, a->m2}, (struct set){wb, b->mean, b->m2});

	a->mean = (float)s.mean;
	a->m2 = (float)s.m2;
}

struct known
newer(const struct known *now, const struct known *base)
{
	struct known k = *now;
	double wn = (double)now->weight, wb = (double)base->weight;
	double news = (double)now->count - (double)base->count;
	struct set time, logs;

	if (news <= 0)
		return (struct known){0};
	k.count = now->count - base->count;
	k.runs = now->runs > base->runs ? now->runs - base->runs : 0;
	if (fabs(wn - wb - news) > 0.5) {
		fade(&k, news);
		return k;
	}
	time = minus((struct set){wn, now->mean, now->m2}, (struct set){wb, base->mean, base->m2});
	logs = minus((struct set){wn, now->log_mean, now->log_m2},
		(struct set){wb, base->log_mean, base->log_m2});
	k.mean = time.mean;
	k.m2 = time.m2;
	k.log_mean = logs.mean;
	k.log_m2 = (float)logs.m2;
	k.weight = (float)fmin(time.weight, news);
	wn = (double)now->power_weight;
	wb = (double)base->power_weight;
	takemoments(&k.watts, wn, &base->watts, wb);
	takemoments(&k.joules, wn, &base->joules, wb);
	k.power_weight = (float)fmax(wn - wb, 0);
	return k;
}

void
fade(struct known *k, double weight)
{
	if (k->weight > 0 && (double)k->weight > weight) {
		double kept = weight / (double)k->weight;

		k->m2 *= kept;
		k->log_m2 *= (float)kept;
		k->weight = (float)weight;
	}
	if (k->power_weight > 0 && (double)k->power_weight > weight) {
		float kept = (float)weight / k->power_weight;

		k->watts.m2 *= kept;
		k->joules.m2 *= kept;
		k->power_weight = (float)weight;
	}
}

void
forget(struct known *k)
{
	k->weight = k->power_weight = 0;
	k->mean = k->m2 = k->log_mean = 0;
	k->log_m2 = 0;
	k->slower = k->faster = 0;
}

double
variance(double m2, double weight)
{
	return weight > 1 ? m2 / (weight - 1) : NAN;
}
