#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "measure/samples.h"

void
sampleadd(struct sample *s, const struct outcome *o)
{
	s->wall_s += o->wall_s;
	s->user_s += o->user_s;
	s->sys_s += o->sys_s;
	s->maxrss_kb = fmax(s->maxrss_kb, (double)o->maxrss_kb);
	s->nvcsw += (double)o->nvcsw;
	s->nivcsw += (double)o->nivcsw;
}

void
samplemean(struct sample *s, unsigned executions)
{
	s->wall_s /= executions;
	s->user_s /= executions;
	s->sys_s /= executions;
}

double
samplecpu(const struct sample *s)
{
	return s->user_s + s->sys_s;
}

double
samplevalue(const struct sample *s, enum metric metric)
{
	switch (metric) {
	case METRIC_INSTRUCTIONS:
		return s->instructions;
	case METRIC_NUMBER:
		return s->number;
	case METRIC_PEAK_RSS:
		return s->maxrss_kb;
	case METRIC_CPU:
		return samplecpu(s);
	default:
		return s->wall_s;
	}
}

void
seriesadd(struct series *s, size_t narms, const size_t *order, const struct sample *samples,
	long long steal)
{
	size_t at = s->rounds * narms;

	/* Grown by doubling: whenever the number of rounds is a power of two. */
	if (!(s->rounds & (s->rounds - 1))) {
		size_t room = s->rounds ? s->rounds * 2 : 1;

		s->samples = xreallocarray(s->samples, room * narms, sizeof(*s->samples));
		s->order = xreallocarray(s->order, room * narms, sizeof(*s->order));
		s->steal = xreallocarray(s->steal, room, sizeof(*s->steal));
	}
	memcpy(s->samples + at, samples, narms * sizeof(*samples));
	memcpy(s->order + at, order, narms * sizeof(*order));
	s->steal[s->rounds++] = steal;
}

const struct sample *
seriesat(const struct series *s, size_t narms, size_t round, size_t arm)
{
	return &s->samples[round * narms + arm];
}
