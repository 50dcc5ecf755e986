/* Costs by objective, and the probability that one is below another. */
#include <math.h>

#include "tune/confidence.h"
#include "tune/message.h"
#include "tune/moments.h"
#include "tune/profile.h"

/*
 * The deviation of one sample's log cost is taken to be at least 0.2 %, which clocks do not tell,
 * and 10 % before any target has two samples.
 */
static const double FLOOR = 0.002 * 0.002, ASSUMED = 0.1 * 0.1;

/* Whether power is known of all targets that have samples. */
static bool
powerknown(const struct tune_profile *p, uint32_t seen)
{
	for (int i = 0; i < p->nknown; i++)
		if (seen >> i & 1 && !(p->known[i].power_weight > 0))
			return false;
	return seen;
}

/* Squared relative deviation of watts or joules: by the delta method the variance of their log. */
static double
relative(const struct moments *m, double weight)
{
	double v = variance((double)m->m2, weight), mean = (double)m->mean;

	return isnan(v) ? 0 : v / (mean * mean);
}

/*
 * Sets mean and variance (NAN: not known) of the cost of target i; power: it is known of all, so that
 * scores have its term.
 */
static void
costof(struct costs *c, int i, const struct known *k, enum tune_objective objective, bool power)
{
	double time = variance((double)k->log_m2, (double)k->weight);
	double n = (double)k->power_weight;

	c->n[i] = (double)k->weight;
	c->mean[i] = k->log_mean;
	c->variance[i] = time;
	switch (objective) {
	case TUNE_PERFORMANCE:
		return;
	case TUNE_EFFICIENCY:
		c->mean[i] += log((double)k->watts.mean);
		c->variance[i] += relative(&k->watts, n);
		c->n[i] = fmin(c->n[i], n);
		return;
	case TUNE_BATTERY:
		c->mean[i] = log((double)k->joules.mean);
		c->variance[i] = n > 1 ? relative(&k->joules, n) : NAN;
		c->n[i] = n;
		return;
	case TUNE_SCORE:
		/* Its scatter is at most that of time. */
		c->mean[i] = -log(scoreof(k, power));
		return;
	}
}

/* Replaces variances that are not known or too small to be true. */
static void
fillvariances(struct costs *c)
{
	double sum = 0;

	for (int i = 0; i < TUNE_MAX_TARGETS; i++)
		if (c->seen >> i & 1 && c->n[i] > 1) {
			sum += fmax(c->variance[i], FLOOR) * (c->n[i] - 1);
			c->pooled_df += c->n[i] - 1;
		}
	c->pooled = c->pooled_df > 0 ? sum / c->pooled_df : ASSUMED;
	for (int i = 0; i < TUNE_MAX_TARGETS; i++)
		if (c->seen >> i & 1)
			c->variance[i] = c->n[i] > 1 ? fmax(c->variance[i], FLOOR) : c->pooled;
}

struct costs
costsof(struct tune_profile *p, enum tune_objective objective)
{
	struct costs c = {.which = candidates(p)};
	bool power;

	for (int i = 0; i < p->nknown; i++)
		if (c.which >> i & 1 && p->known[i].weight > 0)
			c.seen |= 1U << i;
	power = objective != TUNE_PERFORMANCE && powerknown(p, c.seen);
	if (objective != TUNE_PERFORMANCE && !power) {
		if (c.seen && !atomic_exchange(&p->op->tune->told_no_power, true))
			say(p->op->tune, "tune '%s': power is not known of every target: %s",
				label(p).text,
				objective == TUNE_SCORE ? "scores are compared without it"
							: "time decides");
		if (objective != TUNE_SCORE)
			objective = TUNE_PERFORMANCE;
	}
	for (int i = 0; i < p->nknown; i++)
		if (c.seen >> i & 1)
			costof(&c, i, &p->known[i], objective, power);
	fillvariances(&c);
	return c;
}

int
lowest(const struct costs *c)
{
	int best = -1;

	for (int i = 0; i < TUNE_MAX_TARGETS; i++)
		if (c->seen >> i & 1 && (best < 0 || c->mean[i] < c->mean[best]))
			best = i;
	return best;
}

/*
 * P(t > x) for Student's t with df degrees of freedom: Wallace's normal approximation (Ann. Math.
 * Statist. 30, 1959), whose error in z is below 0.02 for df >= 1 up to its cut-offs.
 */
static double
ttail(double x, double df)
{
	double z = (8 * df + 1) / (8 * df + 3) * sqrt(df * log1p(x * x / df));

	return erfc(copysign(z, x) / sqrt(2)) / 2;
}

double
below(const struct costs *c, int a, int b, double margin)
{
	double va = c->variance[a] / c->n[a], vb = c->variance[b] / c->n[b];
	double da = c->n[a] > 1 ? c->n[a] - 1 : c->pooled_df;
	double db = c->n[b] > 1 ? c->n[b] - 1 : c->pooled_df;
	double t = (c->mean[b] + margin - c->mean[a]) / sqrt(va + vb);
	double df = (va + vb) * (va + vb) / (va * va / fmax(da, 1) + vb * vb / fmax(db, 1));

	return 1 - ttail(t, df);
}

double
confidence(const struct costs *c, int best, double margin)
{
	double doubt = 0;

	if (best < 0 || !(c->seen >> best & 1))
		return 0;
	if (c->which == 1U << best)
		return 1;
	/* What no target has shown twice nobody knows. */
	if (c->seen != c->which || !(c->pooled_df > 0))
		return 0;
	for (int i = 0; i < TUNE_MAX_TARGETS; i++)
		if (i != best && c->seen >> i & 1)
			doubt += 1 - below(c, best, i, margin);
	return fmax(0, 1 - doubt);
}

double
tune_confidence(struct tune_profile *p)
{
	struct costs c;
	double result;

	pthread_mutex_lock(&p->lock);
	c = costsof(p, config(p->op->tune)->objective);
	result = confidence(&c, p->best, 0);
	pthread_mutex_unlock(&p->lock);
	return result;
}
