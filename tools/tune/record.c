/* One sample: whether it counts, whether the target's speed has changed, what it means. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tune/choose.h"
#include "tune/message.h"
#include "tune/moments.h"
#include "tune/profile.h"

/*
 * Change detection by CUSUM (Page, Biometrika 41, 1954) on standardised log times: slack 0.5, alarm
 * above 8, a look at once above 2.5. One sample adds at most 3.5: it takes three to raise an alarm.
 */
static const double SLACK = 0.5, ALARM = 8, SUSPECT = 2.5, CLIP = 4;

/* A target's deviation from few samples is drawn towards 5 %, as if four more had shown that. */
static const double PRIOR_DEVIATION = 0.05, PRIOR_SAMPLES = 4;

/* Samples before changes are looked for. */
static const double KNOWN_WELL = 5;

/* A first sample this many times the second was the price of a cold start. */
static const double COLD = 1.5;

enum { LOOKS = 8 };

static double
deviation(const struct known *k)
{
	double weight = (double)k->weight;
	double v = ((double)k->log_m2 + PRIOR_SAMPLES * PRIOR_DEVIATION * PRIOR_DEVIATION) /
		   (weight - 1 + PRIOR_SAMPLES);

	return sqrt(v * (1 + 1 / weight));
}

/* Moves the sums by a sample that is z deviations from the mean; whether the speed has changed. */
static bool
changed(struct known *k, double z)
{
	z = fmin(fmax(z, -CLIP), CLIP);
	k->slower = (float)fmax(0, (double)k->slower + z - SLACK);
	k->faster = (float)fmax(0, (double)k->faster - z - SLACK);
	return (double)k->slower > ALARM || (double)k->faster > ALARM;
}

static bool
suspect(const struct known *k)
{
	return (double)k->slower > SUSPECT || (double)k->faster > SUSPECT;
}

/*
 * What was learned before a change tells little after it: all targets are tried again, the old
 * samples count as one at most. The best stays until the new ones speak.
 */
static void
relearn(struct tune_profile *p, int target)
{
	for (int i = 0; i < p->nknown; i++) {
		struct known *k = &p->known[i];

		if (i == target)
			forget(k);
		else
			fade(k, 1);
		k->slower = k->faster = 0;
		k->tries = 0;
	}
	p->iteration = 0;
	p->warm = false;
	p->watch = 0;
	atomic_fetch_add(&p->op->tune->changes, 1);
}

/* Adds a sample that counts; the lock is held. */
static void
add(struct tune_profile *p, int target, double seconds, double watts)
{
	struct known *k = &p->known[target];
	double x = log(seconds), weight = (double)k->weight;
	double memory = config(p->op->tune)->memory;

	if (k->count == 1 && weight > 0 && k->log_mean - x > log(COLD))
		forget(k);
	if (weight >= KNOWN_WELL) {
		double s = deviation(k), z = (x - k->log_mean) / s;

		if (changed(k, z))
			relearn(p, target);
		else
			/* A single outlier moves the mean no further than a rare sample would. */
			x = k->log_mean + s * fmin(fmax(z, -CLIP), CLIP);
		if (p->warm && !p->watch && suspect(k)) {
			p->watch = LOOKS;
			p->watched = (uint8_t)target;
		} else if (p->watch && p->watched == target && !suspect(k)) {
			p->watch = 0;
		}
	}
	addsample(k, seconds, x, watts, memory);
	k->distrusted = 0;
	decide(p);
}

bool
distrust(struct tune_profile *p, int target, bool always)
{
	struct known *k;
	bool refused = false;

	atomic_fetch_add_explicit(&p->op->tune->distrusted, 1, memory_order_relaxed);
	pthread_mutex_lock(&p->lock);
	if (knownroom(p, target)) {
		k = &p->known[target];
		refused = always || k->distrusted < TRUSTED_AFTER;
		if (refused) {
			if (k->distrusted < UINT8_MAX)
				k->distrusted++;
			if (k->tries)
				k->tries--;
		}
	}
	pthread_mutex_unlock(&p->lock);
	if (!refused)
		atomic_fetch_sub_explicit(&p->op->tune->distrusted, 1, memory_order_relaxed);
	return refused;
}

int
tune_record(struct tune_profile *p, int target, double seconds, double watts)
{
	struct tune *t = p->op->tune;
	bool room;

	if (target < 0 || target >= tune_targets(p->op))
		return fail(t, TUNE_INVALID, "record '%s': there is no target %d", label(p).text,
			target);
	if (!within(seconds, LEAST_SECONDS, MOST_SECONDS) ||
		!(isnan(watts) || within(watts, LEAST_WATTS, MOST_WATTS))) {
		distrust(p, target, true);
		return TUNE_INVALID;
	}
	pthread_mutex_lock(&p->lock);
	room = knownroom(p, target);
	if (room)
		add(p, target, seconds, watts);
	pthread_mutex_unlock(&p->lock);
	return room ? 0 : fail(t, TUNE_NOMEM, "record '%s': no memory", label(p).text);
}

int
tune_drop(struct tune_profile *p, int target, const char *why)
{
	struct tune *t = p->op->tune;
	bool room, was = false;

	if (target < 0 || target >= tune_targets(p->op))
		return fail(t, TUNE_INVALID, "drop a target of '%s': there is no target %d",
			label(p).text, target);
	pthread_mutex_lock(&p->lock);
	room = knownroom(p, target);
	if (room) {
		was = p->known[target].dropped;
		p->known[target].dropped = true;
		if (p->best == target) {
			countruns(p);
			p->best = -1;
		}
		decide(p);
	}
	pthread_mutex_unlock(&p->lock);
	if (!room)
		return fail(t, TUNE_NOMEM, "drop a target of '%s': no memory", label(p).text);
	if (!was) {
		atomic_fetch_add(&t->dropped, 1);
		say(t, "drop '%s' of '%s': %s", p->op->slot[target].name, label(p).text,
			why ? why : "as asked");
	}
	return 0;
}

int
tune_reset(struct tune *t, const char *operation)
{
	size_t n;
	struct tune_profile **all = allprofiles(t, &n);

	if (!all)
		return TUNE_NOMEM;
	for (size_t i = 0; i < n; i++) {
		struct tune_profile *p = all[i];

		if (operation && strcmp(p->op->name, operation))
			continue;
		pthread_mutex_lock(&p->lock);
		memset(p->known, 0, (size_t)p->nknown * sizeof(*p->known));
		atomic_store(&p->quick, -1);
		atomic_store(&p->since, 0);
		p->best = -1;
		p->iteration = 0;
		p->watch = 0;
		p->warm = p->settled = false;
		pthread_mutex_unlock(&p->lock);
	}
	free(all);
	return 0;
}
