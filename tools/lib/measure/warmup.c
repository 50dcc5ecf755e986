#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "measure/warmup.h"
#include "stats/stats.h"

static const double sample_min_s = .002;

enum { AGAIN_FROM = 4 }; /* rounds that say more than the warm-up */

void
pilotinit(struct pilot *t, size_t narms)
{
	*t = (struct pilot){.wall_s = xcalloc(narms, sizeof(*t->wall_s)),
		.walls_s = xcalloc(narms, sizeof(*t->walls_s)),
		.cpus_s = xcalloc(narms, sizeof(*t->cpus_s)),
		.round_s = INFINITY};
	for (size_t i = 0; i < narms; i++)
		t->wall_s[i] = INFINITY;
}

void
pilotrelease(struct pilot *t)
{
	free(t->wall_s);
	free(t->walls_s);
	free(t->cpus_s);
}

void
pilotadd(struct pilot *t, size_t narms, const struct sample *got, double round_s)
{
	for (size_t i = 0; i < narms; i++) {
		t->wall_s[i] = fmin(t->wall_s[i], got[i].wall_s);
		t->walls_s[i] += got[i].wall_s;
		t->cpus_s[i] += samplecpu(&got[i]);
	}
	t->rounds++;
	t->round_s = fmin(t->round_s, round_s);
}

/* The arm whose time arm i is to lose a share of: its base, or itself. */
static size_t
ofbase(const struct plan *p, size_t i)
{
	const struct arm *base = planbase(p, &p->arms[i]);

	return base ? (size_t)(base - p->arms) : i;
}

void
pilotapply(const struct pilot *t, const struct plan *p, const struct bench *b, struct series *ser)
{
	const double *times = b->metric == METRIC_CPU ? t->cpus_s : t->walls_s;
	double longest = 0;

	ser->executions = 1;
	ser->round_s = t->round_s;
	if (b->suite)
		return; /* it repeats what is short itself, and is stopped where it has to be slower */
	for (size_t i = 0; i < p->narms; i++)
		longest = fmax(longest, t->wall_s[i]);
	ser->executions = longest < sample_min_s && b->metric != METRIC_NUMBER
				  ? (unsigned)ceil(sample_min_s / fmax(longest, 1e-5))
				  : 1;
	ser->round_s = t->round_s * ser->executions;
	ser->burn_s = xcalloc(p->narms, sizeof(*ser->burn_s));
	for (size_t i = 0; i < p->narms && !benchclockless(b); i++) {
		ser->burn_s[i] = times[ofbase(p, i)] / t->rounds * p->arms[i].slow_pct / 100;
		ser->round_s += ser->burn_s[i] * ser->executions;
	}
}

void
pilotagain(const struct plan *p, const struct bench *b, struct series *ser)
{
	double *x;

	if (ser->rounds < AGAIN_FROM || !ser->burn_s || benchclockless(b))
		return;
	x = xcalloc(ser->rounds, sizeof(*x));
	for (size_t i = 0; i < p->narms; i++) {
		if (!(p->arms[i].slow_pct > 0) || ofbase(p, i) == i)
			continue;
		for (size_t k = 0; k < ser->rounds; k++)
			x[k] = samplevalue(seriesat(ser, p->narms, k, ofbase(p, i)), b->metric);
		ser->burn_s[i] = medianof(x, ser->rounds) * p->arms[i].slow_pct / 100;
	}
	free(x);
}
