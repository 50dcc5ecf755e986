#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "changes/changes.h"
#include "changes/fit.h"
#include "changes/permute.h"
#include "stats/stats.h"

/* Runs, about, that a change has to rest on: one or two may be outliers. */
static const double CARRIED = 2.5;

/* In squares of the scatter: what is worth to be looked at; and by which a ramp has to beat a step. */
static const double GENEROUS = 8, RAMP = 6;

struct changesrules
changesdefault(void)
{
	return (struct changesrules){.alpha = 0.001, .draws = 1999, .seed = 0x70676f6b6974};
}

/* Of the residuals, in units of what each run knows of itself, if they are independent. */
static double
scatter(const struct fit *f)
{
	double *z = xcalloc(f->n + 1, sizeof(*z)), s;

	for (size_t i = 0; i < f->n; i++)
		z[i] = fabs(f->residual[i]) * sqrt(f->weight[i] * f->unit);
	s = f->n > f->k ? 1.4826 * medianof(z, f->n) : 1;
	s *= sqrt((double)f->n / (double)(f->n > f->k ? f->n - f->k : 1));
	free(z);
	return fmax(s, 1);
}

/* The same before anything is fitted: of differences between one run and the next. */
static double
scatterfirst(const struct fit *f)
{
	double *z = xcalloc(f->n + 1, sizeof(*z)), s = 1;

	for (size_t i = 1; i < f->n; i++) {
		double both = 1 / f->weight[i] + 1 / f->weight[i - 1];

		z[i - 1] = fabs(f->residual[i] - f->residual[i - 1]) * sqrt(f->unit / both);
	}
	if (f->n > 2)
		s = 1.4826 * medianof(z, f->n - 1);
	free(z);
	return fmax(s, 1);
}

/* The change that explains most; gain 0: none does. A step is preferred to a ramp. */
static struct candidate
best(const struct fit *f, double scale, double *gain)
{
	struct candidate *c, step = {0}, ramp = {0};
	double *g, steps = 0, ramps = 0;
	size_t n;

	c = fitcandidates(f, &n);
	g = xcalloc(n + 1, sizeof(*g));
	fitgains(f, f->residual, c, n, g);
	for (size_t i = 0; i < n; i++) {
		double worth = g[i] * f->unit / (scale * scale);

		if (c[i].carried < CARRIED && !c[i].single)
			continue;
		if (c[i].c.over == 1 && worth > steps) {
			steps = worth;
			step = c[i];
		} else if (c[i].c.over > 1 && worth > ramps) {
			ramps = worth;
			ramp = c[i];
		}
	}
	free(c);
	free(g);
	*gain = ramps > steps + RAMP ? ramps : steps;
	return ramps > steps + RAMP ? ramp : step;
}

/* What p a run's own interval has, that of the farthest of so many. */
static double
singlep(const struct fit *f, size_t j, double scale)
{
	double z = sqrt(fitworth(f, j) * f->unit) / scale;

	return fmin(2 * (double)f->n * uppertail(z), 1);
}

/* p of the j-th column beside the others. */
static double
judge(struct fit *f, size_t j, double scale, const struct changesrules *r)
{
	struct column of[COLUMNS_MAX];
	struct candidate *all;
	double worth = fitworth(f, j), p;
	size_t n, k = f->k, kept = 0;

	if (columnsingle(f, f->of[j]))
		return singlep(f, j, scale);
	memcpy(of, f->of, sizeof(of));
	fitremove(f, j);
	all = fitcandidates(f, &n);
	for (size_t i = 0; i < n; i++)
		if (all[i].carried >= CARRIED)
			all[kept++] = all[i];
	p = permutetest(f, all, kept, worth, r);
	free(all);
	fitset(f, of, k);
	return p;
}

/* Takes in what might be a change. */
static void
takein(struct fit *f)
{
	double scale = scatterfirst(f), gain;

	while (f->k < COLUMNS_MAX) {
		struct candidate c = best(f, scale, &gain);

		if (gain < GENEROUS || !fitadd(f, c.c))
			return;
	}
}

/* Each change to where it explains most beside the others. */
static void
refine(struct fit *f, size_t first)
{
	double scale = scatter(f), gain;

	for (size_t turn = first; turn < f->k; turn++) {
		struct column before = f->of[first];
		struct candidate c;

		fitremove(f, first);
		c = best(f, scale, &gain);
		if (!(gain > 0) || !fitadd(f, c.c))
			fitadd(f, before);
	}
}

static size_t
weakest(const struct fit *f, size_t first)
{
	size_t at = first;

	for (size_t j = first; j < f->k; j++)
		if (fitworth(f, j) < fitworth(f, at))
			at = j;
	return at;
}

/* The one that chance explains best, among all when the weakest is none; p[] of those. */
static size_t
doubtful(struct fit *f, size_t first, const struct changesrules *r, double *p)
{
	size_t at = weakest(f, first);
	double scale = scatter(f);

	p[at] = judge(f, at, scale, r);
	if (p[at] > r->alpha)
		return at;
	for (size_t j = first; j < f->k; j++) {
		p[j] = judge(f, j, scale, r);
		if (p[j] > p[at])
			at = j;
	}
	return at;
}

/* Drops what chance explains, the most doubtful first. */
static void
drop(struct fit *f, size_t first, const struct changesrules *r, double *p)
{
	while (f->k > first) {
		size_t at = doubtful(f, first, r, p);

		if (p[at] <= r->alpha)
			return;
		fitremove(f, at);
		refine(f, first);
	}
}

static int
byplace(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

double
changeslevel(const struct changes *c, size_t place)
{
	double level = 0;

	for (size_t i = 0; i < c->n; i++)
		level += c->of[i].theta *
			 columnat((struct column){c->of[i].at, c->of[i].over}, place);
	return level;
}

static size_t
rooted(struct fit *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->runs[i].base == NOWHERE)
			return fitadd(f, (struct column){0, 0});
	return 0;
}

void
changesfind(struct changes *out, const struct run runs[], size_t n, size_t places,
	const struct changesrules *r)
{
	double p[COLUMNS_MAX] = {0};
	struct fit f;
	size_t first;

	*out = (struct changes){.scale = 1};
	if (!n)
		return;
	fitbegin(&f, runs, n, places);
	first = rooted(&f);
	takein(&f);
	refine(&f, first);
	drop(&f, first, r, p);
	out->scale = scatter(&f);
	out->root = first ? -f.theta[0] : 0;
	for (size_t j = first; j < f.k; j++)
		out->of[out->n++] = (struct change){f.of[j].at, f.of[j].over, f.theta[j],
			out->scale * sqrt(f.inverse[j][j] / f.unit), p[j]};
	qsort(out->of, out->n, sizeof(*out->of), byplace);
	fitrelease(&f);
}
