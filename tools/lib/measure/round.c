#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "measure/machine.h"
#include "measure/round.h"
#include "measure/suites.h"
#include "stats/shuffle.h"

bool
roundrun(const struct sampler *sm, const struct plan *p, const struct bench *b, uint64_t seed,
	struct series *ser, struct pilot *pilot)
{
	size_t *order;
	struct sample *got;
	long long steal;
	double begin;
	bool ok = true;

	if (b->suite)
		return suiteround(sm, p, b - b->member, seed, ser - b->member, pilot);
	order = xcalloc(p->narms, sizeof(*order));
	got = xcalloc(p->narms, sizeof(*got));
	steal = stealticks();
	begin = clocknow();
	if (!pilot)
		pilotagain(p, b, ser);
	roundorder(seed, ser->rounds, p->narms, order);
	for (size_t i = 0; ok && i < p->narms; i++)
		ok = samplertake(sm, p, b, order[i], ser, &got[order[i]]);
	if (ok && pilot)
		pilotadd(pilot, p->narms, got, clocknow() - begin);
	else if (ok)
		seriesadd(ser, p->narms, order, got, stealticks() - steal);
	free(got);
	free(order);
	return ok;
}
