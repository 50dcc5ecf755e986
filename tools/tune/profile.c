/* The profiles of an operation, found by size without a lock. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tune/choose.h"
#include "tune/message.h"
#include "tune/profile.h"

/* Multiply and fold each number: sizes are small and regular, and must not fall together. */
static size_t
hash(const int64_t dims[], int ndims)
{
	uint64_t h = (uint64_t)ndims;

	for (int i = 0; i < ndims; i++) {
		h = (h ^ (uint64_t)dims[i]) * 0x9e3779b97f4a7c15U;
		h ^= h >> 32;
	}
	return (size_t)h;
}

/* Where the profile of that size is in the table, or the free place where it would be. */
static _Atomic(struct tune_profile *) *
place(struct table *table, const int64_t dims[], int ndims)
{
	for (size_t i = hash(dims, ndims);; i++) {
		_Atomic(struct tune_profile *) *at = &table->at[i & (table->size - 1)];
		struct tune_profile *p = atomic_load_explicit(at, memory_order_acquire);

		if (!p || (p->ndims == ndims &&
				  !memcmp(p->dims, dims, (size_t)ndims * sizeof(*dims))))
			return at;
	}
}

static struct tune_profile *
find(struct tune_op *op, const int64_t dims[], int ndims)
{
	struct table *table = atomic_load_explicit(&op->table, memory_order_acquire);

	return table ? atomic_load_explicit(place(table, dims, ndims), memory_order_acquire) : NULL;
}

/* A table with room for one more; NULL without memory. */
static struct table *
grown(struct tune_op *op)
{
	struct table *old = atomic_load(&op->table), *new;
	size_t size = old ? old->size * 2 : 16;

	if (old && (old->n + 1) * 2 <= old->size)
		return old;
	new = calloc(1, sizeof(*new) + size * sizeof(*new->at));
	if (!new)
		return NULL;
	new->size = size;
	new->before = old;
	for (size_t i = 0; old && i < old->size; i++) {
		struct tune_profile *p = atomic_load(&old->at[i]);

		if (p)
			atomic_store(place(new, p->dims, p->ndims), p);
	}
	new->n = old ? old->n : 0;
	atomic_store_explicit(&op->table, new, memory_order_release);
	return new;
}

static struct tune_profile *
mkprofile(struct tune_op *op, const int64_t dims[], int ndims)
{
	struct table *table = grown(op);
	struct tune_profile *p = table ? calloc(1, sizeof(*p)) : NULL;

	if (!p)
		return NULL;
	p->op = op;
	pthread_mutex_init(&p->lock, NULL);
	atomic_init(&p->quick, -1);
	p->best = -1;
	p->ndims = ndims;
	memcpy(p->dims, dims, (size_t)ndims * sizeof(*dims));
	p->flops = tune_flops(op->name, dims, ndims);
	atomic_store_explicit(place(table, dims, ndims), p, memory_order_release);
	table->n++;
	return p;
}

struct tune_profile *
tune_at(struct tune_op *op, const int64_t dims[], int ndims)
{
	struct tune_profile *p;

	if (ndims < 1 || ndims > TUNE_MAX_DIMS)
		goto invalid;
	for (int i = 0; i < ndims; i++)
		if (dims[i] < 0)
			goto invalid;
	p = find(op, dims, ndims);
	if (p)
		return p;
	pthread_mutex_lock(&op->tune->lock);
	p = find(op, dims, ndims);
	if (!p)
		p = mkprofile(op, dims, ndims);
	pthread_mutex_unlock(&op->tune->lock);
	if (!p)
		say(op->tune, "profile '%s': no memory", op->name);
	return p;
invalid:
	say(op->tune, "profile '%s': a size is 1 to %d numbers, from 0 on", op->name,
		TUNE_MAX_DIMS);
	return NULL;
}

int
tune_work(struct tune_profile *p, double flops)
{
	if (!(flops > 0 && flops <= MOST_FLOPS))
		return fail(p->op->tune, TUNE_INVALID,
			"profile '%s': FLOP have to be above 0, and 1e300 at most", label(p).text);
	pthread_mutex_lock(&p->lock);
	p->flops = flops;
	pthread_mutex_unlock(&p->lock);
	return 0;
}

void
delprofiles(struct tune_op *op)
{
	struct table *table = atomic_load(&op->table);

	for (size_t i = 0; table && i < table->size; i++) {
		struct tune_profile *p = atomic_load(&table->at[i]);

		if (!p)
			continue;
		pthread_mutex_destroy(&p->lock);
		free(p->known);
		free(p);
	}
	while (table) {
		struct table *before = table->before;

		free(table);
		table = before;
	}
}

bool
knownroom(struct tune_profile *p, int target)
{
	int n = atomic_load(&p->op->nslots);
	struct known *more;

	if (target < p->nknown)
		return true;
	more = realloc(p->known, (size_t)n * sizeof(*more));
	if (!more)
		return false;
	memset(more + p->nknown, 0, (size_t)(n - p->nknown) * sizeof(*more));
	p->known = more;
	p->nknown = n;
	return true;
}

uint32_t
candidates(const struct tune_profile *p)
{
	uint32_t ready = atomic_load(&p->op->ready);

	/* Profiles that were only loaded: what they know can be told, though not run. */
	if (!ready)
		ready = (1U << atomic_load(&p->op->nslots)) - 1;
	for (int i = 0; i < p->nknown; i++)
		if (p->known[i].dropped)
			ready &= ~(1U << i);
	return ready;
}

void
countruns(struct tune_profile *p)
{
	unsigned n = atomic_exchange(&p->since, 0);

	if (p->best >= 0 && p->best < p->nknown)
		p->known[p->best].runs += n;
}

void
reconsider(struct tune_op *op)
{
	struct table *table = atomic_load(&op->table);

	for (size_t i = 0; table && i < table->size; i++) {
		struct tune_profile *p = atomic_load(&table->at[i]);

		if (!p)
			continue;
		pthread_mutex_lock(&p->lock);
		p->warm = false;
		decide(p);
		pthread_mutex_unlock(&p->lock);
	}
}

void
addtotals(struct tune_profile *p, struct tune_totals *all)
{
	int baseline = atomic_load(&p->op->baseline);
	double plain;

	pthread_mutex_lock(&p->lock);
	countruns(p);
	all->profiles++;
	baseline = baseline < 0 ? 0 : baseline;
	plain = baseline < p->nknown && p->known[baseline].weight > 0 ? p->known[baseline].mean
								      : NAN;
	for (int i = 0; i < p->nknown; i++) {
		const struct known *k = &p->known[i];
		double runs = (double)k->runs;

		all->operations += k->runs;
		all->samples += k->count;
		if (!(k->weight > 0))
			continue;
		all->seconds += runs * k->mean;
		if (!isnan(plain))
			all->saved += runs * (plain - k->mean);
	}
	pthread_mutex_unlock(&p->lock);
}

static int
byname(const void *a, const void *b)
{
	const struct tune_profile *x = *(struct tune_profile *const *)a;
	const struct tune_profile *y = *(struct tune_profile *const *)b;
	int order = strcmp(x->op->name, y->op->name);

	if (!order)
		order = x->ndims - y->ndims;
	for (int i = 0; !order && i < x->ndims; i++)
		order = (x->dims[i] > y->dims[i]) - (x->dims[i] < y->dims[i]);
	return order;
}

/* Calls that fill what allprofiles() returns: counts when `into` is NULL. */
static size_t
collect(struct tune *t, struct tune_profile **into)
{
	size_t n = 0;

	for (struct tune_op *op = atomic_load(&t->ops); op; op = op->next) {
		struct table *table = atomic_load(&op->table);

		for (size_t i = 0; table && i < table->size; i++) {
			struct tune_profile *p = atomic_load(&table->at[i]);

			if (p && into)
				into[n] = p;
			n += p != NULL;
		}
	}
	return n;
}

struct tune_profile **
allprofiles(struct tune *t, size_t *n)
{
	struct tune_profile **all;

	pthread_mutex_lock(&t->lock);
	*n = collect(t, NULL);
	all = malloc((*n + 1) * sizeof(struct tune_profile *));
	if (all)
		collect(t, all);
	pthread_mutex_unlock(&t->lock);
	if (!all) {
		say(t, "list profiles: no memory");
		return NULL;
	}
	qsort(all, *n, sizeof(struct tune_profile *), byname);
	return all;
}
