/* Whether a new profile's counts lie where those of the old one lay. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "drift/health.h"

/* What two functions have in common, in shares of one sum for each side. */
static double
common(const struct drift *d, const struct driftfn *was, const struct driftfn *is, uint64_t old,
	uint64_t new)
{
	double sum = 0;

	if (was->ncounter != is->ncounter)
		return 0;
	for (uint64_t i = 0; i < was->ncounter; i++) {
		double a = (double)d->old->counters.v[was->counter + i] / (double)old,
		       b = (double)d->new->counters.v[is->counter + i] / (double)new;

		sum += a < b ? a : b;
	}
	return sum;
}

/* The next function from old i and new k on that both have. */
static bool
both(const struct drift *d, size_t *i, size_t *k)
{
	while (*i < d->old->n && *k < d->new->n) {
		const struct driftfn *a = &d->old->v[*i], *b = &d->new->v[*k];

		if (a->ref == b->ref && a->hash == b->hash)
			return true;
		if (a->ref < b->ref || (a->ref == b->ref && a->hash < b->hash))
			++*i;
		else
			++*k;
	}
	return false;
}

static double
percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void
overlaps(struct drifthealth *h, const struct drift *d)
{
	for (size_t i = 0, k = 0; both(d, &i, &k); i++, k++) {
		h->unchanged[0] = addmost(h->unchanged[0], d->old->v[i].count);
		h->unchanged[1] = addmost(h->unchanged[1], d->new->v[k].count);
	}
	h->unchangedtotal = percent(h->unchanged[1], h->unchanged[0]);
	if (!h->unchanged[0] || !h->unchanged[1])
		return;
	for (size_t i = 0, k = 0; both(d, &i, &k); i++, k++) {
		const struct driftfn *a = &d->old->v[i], *b = &d->new->v[k];

		h->overlap += 100 * common(d, a, b, d->old->count, d->new->count);
		h->unchangedoverlap += 100 * common(d, a, b, h->unchanged[0], h->unchanged[1]);
	}
}

static struct driftpeak
peak(const struct driftset *s)
{
	struct driftpeak p = {0};
	uint64_t most = 0;

	for (size_t i = 0; i < s->n; i++)
		for (uint64_t k = 0; k < s->v[i].ncounter; k++) {
			uint64_t x = s->counters.v[s->v[i].counter + k];

			if (x > most) {
				most = x;
				p.fn = &s->v[i];
			}
		}
	p.percent = percent(most, s->count);
	return p;
}

static int
hottest(const void *va, const void *vb)
{
	const struct driftcooled *a = va, *b = vb;

	if (a->fn->count != b->fn->count)
		return a->fn->count < b->fn->count ? 1 : -1;
	return (a->fn > b->fn) - (a->fn < b->fn);
}

/* Of those whose name is still there: what is gone has a sum of its own. */
static void
cooled(struct drifthealth *h, const struct drift *d)
{
	for (size_t i = 0; i < d->old->n; i++) {
		const struct driftfn *f = &d->old->v[i], *is;
		double was = driftpercent(d, f->count);
		uint64_t now = 0;
		size_t n;

		if (was < DRIFT_HOT)
			continue;
		is = driftfind(d->new, f->ref, &n);
		for (size_t k = 0; k < n; k++)
			now = addmost(now, is[k].count);
		if (!n || percent(now, d->new->count) * DRIFT_COOLING > was)
			continue;
		h->cooled = xreallocarray(h->cooled, h->ncooled + 1, sizeof(*h->cooled));
		h->cooled[h->ncooled++] = (struct driftcooled){f, now};
	}
	if (h->ncooled)
		qsort(h->cooled, h->ncooled, sizeof(*h->cooled), hottest);
}

void
drifthealth(struct drifthealth *h, const struct drift *d)
{
	*h = (struct drifthealth){0};
	h->total = percent(d->new->count, d->old->count);
	overlaps(h, d);
	h->peak[0] = peak(d->old);
	h->peak[1] = peak(d->new);
	cooled(h, d);
}

void
drifthealthrelease(struct drifthealth *h)
{
	free(h->cooled);
	*h = (struct drifthealth){0};
}
