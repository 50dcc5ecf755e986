/* The counters of a set's functions one by one. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "drift/counters.h"

void
driftcountersadd(struct driftcounters *c, const struct profraw *pr, const struct profrec *r,
	uint64_t n, uint64_t weight)
{
	if (n > c->cap - c->n) {
		c->cap = c->n + n + c->n / 2;
		c->v = xreallocarray(c->v, c->cap, sizeof(*c->v));
	}
	for (uint64_t i = 0; i < n; i++) {
		uint64_t x = profrawcounter(pr, r, i);

		c->v[c->n++] = x > INT64_MAX / weight ? INT64_MAX : x * weight;
	}
}

void
driftcountersjoin(struct driftcounters *c, size_t to, size_t from, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		c->v[to + i] = addmost(c->v[to + i], c->v[from + i]);
}

void
driftcountersrelease(struct driftcounters *c)
{
	free(c->v);
	*c = (struct driftcounters){0};
}
