/* The published score, and what is known of a target in the caller's units. */
#include <math.h>

#include "tune/message.h"
#include "tune/moments.h"
#include "tune/profile.h"

double
scoreof(const struct known *k, bool power)
{
	double performance = 1000 / (k->mean * 1e3 + 1);
	double v = variance(k->m2, (double)k->weight) * 1e6; /* ms squared */
	double score = 0.5 * performance + 0.2 / (1 + (isnan(v) ? 0 : sqrt(v)));

	return power ? score + 0.3 * performance / (double)k->watts.mean : score;
}

/* A copy of what is known of a target; zeros where nothing is. */
static int
copyknown(struct tune_profile *p, int target, struct known *k)
{
	if (target < 0 || target >= tune_targets(p->op))
		return fail(p->op->tune, TUNE_INVALID, "look at '%s': there is no target %d",
			label(p).text, target);
	pthread_mutex_lock(&p->lock);
	countruns(p);
	*k = target < p->nknown ? p->known[target] : (struct known){0};
	pthread_mutex_unlock(&p->lock);
	return 0;
}

double
tune_score(struct tune_profile *p, int target, bool *without_power)
{
	struct known k = {0};
	bool power;

	if (copyknown(p, target, &k) || !(k.weight > 1))
		return NAN;
	power = k.power_weight > 0;
	if (without_power)
		*without_power = !power;
	return scoreof(&k, power);
}

static struct tune_moments
widened(const struct moments *m, double weight)
{
	if (!(weight > 0))
		return (struct tune_moments){NAN, NAN, NAN, NAN};
	return (struct tune_moments){
		(double)m->min, (double)m->max, (double)m->mean, variance((double)m->m2, weight)};
}

int
tune_stats(struct tune_profile *p, int target, struct tune_stats *s)
{
	struct known k = {0};
	int error = copyknown(p, target, &k);
	double weight;

	if (error)
		return error;
	weight = (double)k.weight;
	*s = (struct tune_stats){
		.count = k.count,
		.runs = k.runs,
		.weight = weight,
		.power_weight = (double)k.power_weight,
		.seconds = {NAN, NAN, NAN, NAN},
		.watts = widened(&k.watts, (double)k.power_weight),
		.joules = widened(&k.joules, (double)k.power_weight),
		.log_mean = weight > 0 ? k.log_mean : NAN,
		.log_variance = variance((double)k.log_m2, weight),
		.dropped = k.dropped,
	};
	if (weight > 0)
		s->seconds = (struct tune_moments){
			(double)k.min, (double)k.max, k.mean, variance(k.m2, weight)};
	return 0;
}
