/* Running the target of choice, and the measurement around it. */
#include <math.h>
#include <time.h>

#include "tune/message.h"
#include "tune/machine.h"
#include "tune/profile.h"
#include "tune/choose.h"
#include "tune/moments.h"
#include "tune/run.h"

/*
 * What costs many microseconds to look at (steal time, clock rate) is for operations from 1 ms on.
 * Energy counters move about once a millisecond: below 5 ms their reading says little.
 */
static const double LONG = 1e-3, METERED = 5e-3;

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/* The mean seconds of a target; METERED where nothing is known: look closely. */
static double
expected(struct tune_profile *p, int target)
{
	double mean = METERED;

	pthread_mutex_lock(&p->lock);
	if (target < p->nknown && p->known[target].weight > 0)
		mean = p->known[target].mean;
	pthread_mutex_unlock(&p->lock);
	return mean;
}

/* Begins the measurement of a chosen target. */
static void
start(struct tune_scope *s)
{
	struct tune *t = s->profile->op->tune;
	double mean = expected(s->profile, s->target);

	s->joules = mean >= METERED ? joules(t) : NAN;
	witness(s, config(t), mean >= LONG);
	s->start = now();
}

static double
credible(double watts)
{
	return within(watts, LEAST_WATTS, MOST_WATTS) ? watts : NAN;
}

/* Watts during a scope: the target's own word, else powercap's, else NAN. */
static double
wattsof(const struct tune_scope *s, double seconds)
{
	const struct tune_target *target = &s->profile->op->slot[s->target].target;

	if (target->watts)
		return credible(target->watts(target->context));
	if (isnan(s->joules) || !(seconds >= METERED))
		return NAN;
	return credible((joules(s->profile->op->tune) - s->joules) / seconds);
}

static void
finish(struct tune_scope *s)
{
	struct tune_profile *p = s->profile;
	double seconds = now() - s->start, watts;

	if (!believable(s, config(p->op->tune), seconds) && distrust(p, s->target, false))
		return;
	watts = wattsof(s, seconds);
	/* An operation that is over within one tick of the clock took the least that it tells. */
	(void)tune_record(p, s->target, seconds > 0 ? seconds : 1e-9, watts);
}

void
failed(struct tune_profile *p, int target, int status)
{
	const struct tune_adapter *a = &p->op->slot[target].adapter;
	const char *means = a->run && a->error ? a->error(a->context, status) : NULL;
	char why[256];

	atomic_fetch_add(&p->op->tune->failures, 1);
	if (means)
		snprintf(why, sizeof(why), "it failed with %d: %s", status, means);
	else
		snprintf(why, sizeof(why), "it failed with %d", status);
	(void)tune_drop(p, target, why);
}

struct tune_scope
tune_begin(struct tune_profile *p)
{
	struct tune_scope s = {.profile = p};

	s.target = tune_choose(p, &s.measured);
	if (s.target >= 0 && s.measured)
		start(&s);
	return s;
}

void
tune_end(struct tune_scope *s, int status)
{
	if (s->target < 0)
		return;
	if (status)
		failed(s->profile, s->target, status);
	else if (s->measured)
		finish(s);
	s->measured = false;
}

int
runtarget(struct tune_profile *p, int target, void *args)
{
	const struct slot *s = &p->op->slot[target];

	if (s->adapter.run)
		return s->adapter.run(s->adapter.context, p->op->name, p->dims, p->ndims, args);
	if (s->target.run)
		return s->target.run(s->target.context, args);
	return fail(
		p->op->tune, TUNE_INVALID, "run '%s': it has no function to run", s->target.name);
}

int
tune_run_at(struct tune_profile *p, void *args)
{
	struct tune_scope s = {.profile = p};
	int status;

	/* One that fails in its child leaves the process as it was: the next one runs. */
	do {
		s.target = tune_choose(p, &s.measured);
		if (s.target < 0)
			return s.target;
	} while (config(p->op->tune)->try_in_child && !survives(p, s.target, args));
	if (s.measured)
		start(&s);
	status = runtarget(p, s.target, args);
	tune_end(&s, status);
	return status;
}

int
tune_run(struct tune_op *op, const int64_t dims[], int ndims, void *args)
{
	struct tune_profile *p = tune_at(op, dims, ndims);

	return p ? tune_run_at(p, args) : TUNE_INVALID;
}
