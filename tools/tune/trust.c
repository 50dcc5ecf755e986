/* Samples that something else had a hand in: preemption, steal time, a change of the clock rate. */
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tune/machine.h"

/* Steal time above this share of the sample, and a clock rate that moved by more than this share. */
static const double STEAL = 0.02, RATE = 0.1;

static int64_t
preempted(void)
{
	struct rusage u;

	return getrusage(RUSAGE_THREAD, &u) ? 0 : (int64_t)u.ru_nivcsw;
}

/* Ticks that the hypervisor gave to others: the eighth number of the first line; -1: not told. */
static int64_t
stolen(const char *path)
{
	int64_t steal;

	return numberin(path, 8, &steal) ? steal : -1;
}

/* The clock rate of the CPU that this thread is on, in kHz; -1: not told. */
static int64_t
clockrate(const char *folder)
{
	char path[512];
	int64_t khz;

	if (!folder)
		return -1;
	snprintf(path, sizeof(path), "%s/cpu%d/cpufreq/scaling_cur_freq", folder, sched_getcpu());
	return numberin(path, 0, &khz) ? khz : -1;
}

void
witness(struct tune_scope *s, const struct tune_config *c, bool closely)
{
	s->steal = s->khz = -1;
	if (!c->distrust)
		return;
	if (closely) {
		s->steal = stolen(c->proc_stat);
		s->khz = clockrate(c->cpufreq);
	}
	s->preempted = preempted();
}

bool
believable(const struct tune_scope *s, const struct tune_config *c, double seconds)
{
	int64_t steal, khz;

	if (!c->distrust)
		return true;
	if (preempted() != s->preempted)
		return false;
	steal = s->steal < 0 ? -1 : stolen(c->proc_stat);
	if (steal >= 0 &&
		(double)(steal - s->steal) / (double)sysconf(_SC_CLK_TCK) > STEAL * seconds)
		return false;
	khz = s->khz <= 0 ? -1 : clockrate(c->cpufreq);
	if (khz > 0) {
		double moved = (double)khz / (double)s->khz - 1;

		return moved <= RATE && moved >= -RATE;
	}
	return true;
}
