/* One operation on several targets at once, in shares that follow what each has done before. */
#include <math.h>
#include <pthread.h>
#include <time.h>

#include "tune/message.h"
#include "tune/profile.h"
#include "tune/run.h"

/* How much of the latest rate goes into the one that is remembered. */
static const double NEWS = 0.3;

/* What one target has to do. */
struct share {
	const struct tune_target *target;
	void *args;
	int64_t first, count;
	double seconds;
	int number;
	int status;
};

static void *
work(void *arg)
{
	struct share *s = arg;
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	s->status = s->target->part(s->target->context, s->args, s->first, s->count);
	clock_gettime(CLOCK_MONOTONIC, &b);
	s->seconds = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) * 1e-9;
	return NULL;
}

/* Rates of the targets with a part(), those not known as the mean of the others; how many. */
static int
rates(struct tune_profile *p, double rate[TUNE_MAX_TARGETS])
{
	double sum = 0;
	int n = 0, known = 0;
	uint32_t which = candidates(p);

	for (int i = 0; i < TUNE_MAX_TARGETS; i++) {
		rate[i] = 0;
		if (!(which >> i & 1) || !p->op->slot[i].target.part)
			continue;
		n++;
		rate[i] = i < p->nknown && p->known[i].rate > 0 ? (double)p->known[i].rate : NAN;
		if (!isnan(rate[i])) {
			sum += rate[i];
			known++;
		}
	}
	for (int i = 0; i < TUNE_MAX_TARGETS; i++)
		if (isnan(rate[i]))
			rate[i] = known ? sum / known : 1;
	return n;
}

/* Where a share ends: the last takes the rest, and a double does not hold each number of units. */
static int64_t
endof(int64_t units, double upto, double sum)
{
	double end = (double)units * (upto / sum);

	return upto < sum && end < (double)units ? llround(end) : units;
}

/* Divides the units; the shares that are not empty, one after another, and how many. */
static int
divide(struct tune_profile *p, int64_t units, void *args, struct share share[TUNE_MAX_TARGETS])
{
	double rate[TUNE_MAX_TARGETS], sum = 0, upto = 0;
	int64_t first = 0;
	int n = 0;

	pthread_mutex_lock(&p->lock);
	rates(p, rate);
	pthread_mutex_unlock(&p->lock);
	for (int i = 0; i < TUNE_MAX_TARGETS; i++)
		sum += rate[i];
	for (int i = 0; sum > 0 && i < TUNE_MAX_TARGETS; i++) {
		int64_t end;

		upto += rate[i];
		end = rate[i] > 0 ? endof(units, upto, sum) : first;
		if (end > first)
			share[n++] = (struct share){.target = &p->op->slot[i].target,
				.args = args,
				.first = first,
				.count = end - first,
				.number = i};
		first = end > first ? end : first;
	}
	return n;
}

/* A first run pays for cold caches, a driver, a device: with that share a target would get no other. */
static void
learn(struct tune_profile *p, const struct share *s)
{
	double rate = (double)s->count / fmax(s->seconds, 1e-9), old;

	pthread_mutex_lock(&p->lock);
	if (knownroom(p, s->number)) {
		old = (double)p->known[s->number].rate;
		if (old > 0)
			rate = exp((1 - NEWS) * log(old) + NEWS * log(rate));
		p->known[s->number].rate = (float)(old == 0 ? -rate : rate);
	}
	pthread_mutex_unlock(&p->lock);
}

int
tune_split(struct tune_profile *p, int64_t units, void *args)
{
	struct share share[TUNE_MAX_TARGETS];
	pthread_t thread[TUNE_MAX_TARGETS];
	bool started[TUNE_MAX_TARGETS] = {false};
	int n, status = 0;

	if (units < 1)
		return fail(
			p->op->tune, TUNE_INVALID, "split '%s': it has no units", label(p).text);
	n = divide(p, units, args, share);
	if (!n)
		return TUNE_NOTARGET;
	/* The last share is the caller's own thread's; so is one that gets none. */
	for (int i = 0; i < n - 1; i++)
		started[i] = !pthread_create(&thread[i], NULL, work, &share[i]);
	for (int i = n - 1; i >= 0; i--)
		if (!started[i])
			work(&share[i]);
	for (int i = 0; i < n; i++) {
		if (started[i])
			pthread_join(thread[i], NULL);
		if (share[i].status) {
			failed(p, share[i].number, share[i].status);
			status = status ? status : share[i].status;
		} else {
			learn(p, &share[i]);
		}
	}
	return status;
}

double
tune_share(struct tune_profile *p, int target)
{
	double rate[TUNE_MAX_TARGETS], sum = 0;
	bool known;

	if (target < 0 || target >= TUNE_MAX_TARGETS)
		return NAN;
	pthread_mutex_lock(&p->lock);
	known = target < p->nknown && p->known[target].rate > 0;
	rates(p, rate);
	pthread_mutex_unlock(&p->lock);
	for (int i = 0; i < TUNE_MAX_TARGETS; i++)
		sum += rate[i];
	return known ? rate[target] / sum : NAN;
}
