/* The choice of the next target: warm-up, the policies, and what makes a target the best. */
#include <math.h>

#include "tune/choose.h"
#include "tune/confidence.h"
#include "tune/message.h"
#include "tune/profile.h"

/* A target becomes the best for an advantage below switch_threshold when it is this sure. */
static const double CERTAIN = 0.999;

/*
 * Warm-up leaves a target out that is the best with a probability below this, or whose only sample
 * is this many times the best one's: a first run pays for cold caches.
 */
static const double HOPELESS = 0.001, FAR = 4;

/* Samples that warm-up wants of each target. */
static const double ENOUGH = 3;

double
randomly(struct tune *t)
{
	/* SplitMix64: Steele, Lea and Flood (OOPSLA 2014). The state only counts: any thread may. */
	uint64_t z =
		atomic_fetch_add_explicit(&t->random, 0x9e3779b97f4a7c15U, memory_order_relaxed) +
		0x9e3779b97f4a7c15U;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
	z = (z ^ z >> 27) * 0x94d049bb133111ebU;
	z ^= z >> 31;
	return (double)(z >> 11) * 0x1p-53;
}

static bool
hopeless(const struct costs *c, int best, int i)
{
	if (best < 0 || i == best || !(c->seen >> i & 1))
		return false;
	if (c->n[i] < 2)
		return c->mean[i] - c->mean[best] > log(FAR);
	return below(c, i, best, 0) < HOPELESS;
}

/* The target that was tried least of those that may be the best. */
static int
inturn(const struct tune_profile *p, const struct costs *c)
{
	int best = lowest(c), least = -1;

	for (int i = 0; i < p->nknown; i++)
		if (c->which >> i & 1 && !hopeless(c, best, i) &&
			(least < 0 || p->known[i].tries < p->known[least].tries))
			least = i;
	return least;
}

/* Whether each target has the samples that the policy starts from. */
static bool
sampled(const struct costs *c, enum tune_policy policy)
{
	int best = lowest(c);

	for (int i = 0; i < TUNE_MAX_TARGETS; i++) {
		if (!(c->which >> i & 1))
			continue;
		if (!(c->seen >> i & 1))
			return false;
		if (policy == TUNE_EPSILON && c->n[i] < ENOUGH && !hopeless(c, best, i))
			return false;
	}
	return true;
}

static bool
warmedup(const struct tune_profile *p, const struct costs *c, const struct tune_config *conf)
{
	if (p->iteration < conf->warmup)
		return false;
	/* Samples that never arrive do not keep it for ever. */
	return sampled(c, conf->policy) || p->iteration >= 4 * conf->warmup + 4 * TUNE_MAX_TARGETS;
}

/* The best, with the given probability another. */
static int
epsilongreedy(const struct tune_profile *p, const struct costs *c, double exploration)
{
	uint32_t others = c->which & ~(1U << p->best);
	int n;

	if (!others || randomly(p->op->tune) >= exploration)
		return p->best;
	n = (int)(randomly(p->op->tune) * __builtin_popcount(others));
	while (n--)
		others &= others - 1;
	return __builtin_ctz(others);
}

/* A standard normal number: Box and Muller (Ann. Math. Statist. 29, 1958). */
static double
normal(struct tune *t)
{
	double u = 1 - randomly(t);

	return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * randomly(t));
}

/* The lowest index: the policy's bound or draw. All targets have samples. */
static int
byindex(const struct tune_profile *p, const struct costs *c, enum tune_policy policy)
{
	double total = 0, least = INFINITY;
	int choice = p->best;

	for (int i = 0; i < TUNE_MAX_TARGETS; i++)
		if (c->seen >> i & 1)
			total += c->n[i];
	for (int i = 0; i < TUNE_MAX_TARGETS; i++) {
		double error, index;

		if (!(c->seen >> i & 1))
			continue;
		error = sqrt(c->pooled / c->n[i]);
		index = c->mean[i] - (policy == TUNE_UCB ? error * sqrt(2 * log(total))
							 : error * normal(p->op->tune));
		if (index < least) {
			least = index;
			choice = i;
		}
	}
	return choice;
}

static int
next(struct tune_profile *p, const struct tune_config *conf)
{
	struct costs c = costsof(p, conf->objective);
	int turn;

	if (p->watch && c.which >> p->watched & 1) {
		p->watch--;
		return p->watched;
	}
	p->watch = 0;
	if (!p->warm)
		p->iteration++;
	if (c.seen != c.which || (!p->warm && conf->policy == TUNE_EPSILON)) {
		turn = inturn(p, &c);
		if (turn >= 0)
			return turn;
	}
	if (p->best < 0 || !(c.which >> p->best & 1))
		return lowest(&c) >= 0 ? lowest(&c) : __builtin_ctz(c.which);
	if (conf->policy == TUNE_EPSILON)
		return epsilongreedy(p, &c, conf->exploration);
	return byindex(p, &c, conf->policy);
}

/* Whether `rival` takes the place of the best. */
static bool
overtakes(const struct tune_profile *p, const struct costs *c, int rival,
	const struct tune_config *conf)
{
	double sure;

	if (p->best < 0 || !(c->seen >> p->best & 1) || !(c->which >> p->best & 1))
		return true;
	/* Nothing was settled yet: the lowest mean leads. */
	if (!p->settled)
		return true;
	sure = below(c, rival, p->best, 0);
	if (sure >= CERTAIN)
		return true;
	return c->mean[p->best] - c->mean[rival] >= log(conf->switch_threshold) &&
	       sure >= conf->confidence;
}

void
decide(struct tune_profile *p)
{
	const struct tune_config *conf = config(p->op->tune);
	struct costs c = costsof(p, conf->objective);
	int rival = lowest(&c);
	bool converged;

	countruns(p);
	if (rival >= 0 && rival != p->best && overtakes(p, &c, rival, conf))
		p->best = rival;
	if (!p->warm && warmedup(p, &c, conf))
		p->warm = p->settled = true;
	p->confidence = (float)confidence(&c, p->best, MARGIN);
	/* A file may tell of targets that nobody has registered. */
	converged = p->warm && (double)p->confidence >= conf->confidence && p->best >= 0 &&
		    atomic_load(&p->op->ready) >> p->best & 1;
	atomic_store_explicit(
		&p->quick, converged && !p->watch ? p->best : -1, memory_order_release);
}

/* What runs without being tried: the best as known, else the baseline, else any. */
static int
asknown(const struct tune_profile *p, uint32_t which, bool best)
{
	int baseline = atomic_load(&p->op->baseline);

	if (best && p->best >= 0 && which >> p->best & 1)
		return p->best;
	return baseline >= 0 && which >> baseline & 1 ? baseline : __builtin_ctz(which);
}

/* With the lock held. */
static int
look(struct tune_profile *p, const struct tune_config *conf, bool *measure)
{
	uint32_t which = candidates(p);
	int target;

	countruns(p);
	if (!which || !atomic_load(&p->op->ready))
		return TUNE_NOTARGET;
	if (!knownroom(p, 31 - __builtin_clz(which)))
		return TUNE_NOMEM;
	*measure = conf->enabled && conf->auto_tune;
	if (p->best < 0)
		decide(p);
	target = *measure ? next(p, conf) : asknown(p, which, conf->enabled);
	p->known[target].runs++;
	if (p->known[target].tries < UINT8_MAX)
		p->known[target].tries++;
	return target;
}

int
tune_choose(struct tune_profile *p, bool *measure)
{
	const struct tune_config *conf = config(p->op->tune);
	bool ignored;
	int target = atomic_load_explicit(&p->quick, memory_order_acquire);

	if (!measure)
		measure = &ignored;
	*measure = false;
	if (target >= 0 && conf->enabled) {
		if (atomic_fetch_add_explicit(&p->since, 1, memory_order_relaxed) + 1 <
			conf->sample_rate)
			return target;
		/* This one is counted by what it will run. */
		atomic_fetch_sub_explicit(&p->since, 1, memory_order_relaxed);
	}
	pthread_mutex_lock(&p->lock);
	target = look(p, conf, measure);
	pthread_mutex_unlock(&p->lock);
	return target;
}

int
tune_best(struct tune_profile *p)
{
	int best;

	pthread_mutex_lock(&p->lock);
	if (p->best < 0 || !(candidates(p) >> p->best & 1)) {
		p->best = -1;
		decide(p);
	}
	best = p->best < 0 ? (int)TUNE_NOTARGET : p->best;
	pthread_mutex_unlock(&p->lock);
	return best;
}

bool
tune_converged(struct tune_profile *p)
{
	bool converged;

	pthread_mutex_lock(&p->lock);
	converged = p->warm && (double)p->confidence >= config(p->op->tune)->confidence;
	pthread_mutex_unlock(&p->lock);
	return converged;
}
