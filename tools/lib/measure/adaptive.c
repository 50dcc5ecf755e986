#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/progress.h"
#include "decision/criteria.h"
#include "decision/sequential.h"
#include "measure/adaptive.h"
#include "measure/round.h"
#include "measure/schedule.h"

void
decidecheck(const struct plan *p, const struct criteria *q)
{
	bool cand = false, gated = false;

	for (size_t i = 0; i < p->narms; i++) {
		const struct arm *a = &p->arms[i];

		if (a->role != ROLE_CAND)
			continue;
		cand = true;
		if (!planbase(p, a))
			fatal("decide on arm '%s': no arm has the role of its base", a->name);
	}
	if (!cand)
		fatal("decide: no arm has the role cand");
	for (size_t i = 0; i < p->nbenches; i++)
		gated = gated || (p->benches[i].suite && !p->benches[i].members) ||
			criteriagates(q, p->benches[i].name);
	if (!gated)
		fatal("decide: no benchmark is gated: none matches");
}

/* How many arms of a role have a base; *arm: the last of them. */
static size_t
judged(const struct plan *p, enum role role, size_t *arm)
{
	size_t n = 0;

	for (size_t i = 0; i < p->narms; i++) {
		if (p->arms[i].role != role || !planbase(p, &p->arms[i]))
			continue;
		*arm = i;
		n++;
	}
	return n;
}

/* What it costs: of a number of which more is better the inverse. */
static double
costof(const struct bench *b, const struct sample *s)
{
	double x = samplevalue(s, b->metric);

	return b->metric == METRIC_NUMBER && b->number.is.higher ? 1 / x : x;
}

/* What is judged: the log ratios of arms of a role to their base, in each round the mean of them. */
static double *
logratios(const struct plan *p, const struct bench *b, const struct series *ser, enum role role)
{
	double *d = xcalloc(ser->rounds, sizeof(*d));
	size_t n = 0;

	for (size_t i = 0; i < p->narms; i++) {
		const struct arm *base = planbase(p, &p->arms[i]);

		if (p->arms[i].role != role || !base)
			continue;
		n++;
		for (size_t k = 0; k < ser->rounds; k++) {
			const struct sample *s = seriesat(ser, p->narms, k, 0);

			d[k] += log(costof(b, &s[i]) / costof(b, &s[base - p->arms]));
		}
	}
	for (size_t k = 0; k < ser->rounds; k++)
		d[k] /= (double)n;
	return d;
}

static double *
valuesof(const struct plan *p, const struct bench *b, const struct series *ser, size_t arm)
{
	double *x = xcalloc(ser->rounds, sizeof(*x));

	for (size_t k = 0; k < ser->rounds; k++)
		x[k] = costof(b, seriesat(ser, p->narms, k, arm));
	return x;
}

static signed char *
followsof(const struct plan *p, const struct series *ser, size_t base, size_t cand)
{
	signed char *f = xcalloc(ser->rounds, sizeof(*f));

	for (size_t k = 0; k < ser->rounds; k++) {
		const size_t *order = ser->order + k * p->narms;

		f[k] = (signed char)followings(
			k ? order - p->narms : NULL, order, p->narms, base, cand);
	}
	return f;
}

static struct judgement
judge(const struct plan *p, const struct bench *b, const struct series *ser, enum role role,
	const struct rules *r)
{
	double *d = logratios(p, b, ser, role), *x = NULL, *y = NULL;
	struct judgement j = {.verdict = INVALID};
	signed char *follows = NULL;
	bool clockless = benchclockless(b), fit = true;
	size_t cand;

	/* A time of 0 was not measured; that bench-compare will say, and more would not help. */
	for (size_t k = 0; k < ser->rounds; k++)
		fit = fit && (clockless || isfinite(d[k]));
	if (judged(p, role, &cand) == 1) {
		size_t base = (size_t)(planbase(p, &p->arms[cand]) - p->arms);

		x = valuesof(p, b, ser, base);
		y = valuesof(p, b, ser, cand);
		follows = followsof(p, ser, base, cand);
	}
	if (fit)
		j = (clockless ? judgenumbers : judgelooks)(&(struct pairs){.d = d,
								    .base = x,
								    .cand = y,
								    .follows = follows,
								    .clockless = clockless},
			ser->rounds, ser->planned, r);
	free(follows);
	free(y);
	free(x);
	free(d);
	return j;
}

/* A gate that is being measured. */
struct gate {
	const struct sampler *sm;
	const struct plan *p;
	const struct settings *set;
	struct series *ser;
	struct slot *slots; /* one per benchmark */
	size_t gated;
	double *spent; /* seconds, per benchmark */
	struct progress shown;
};

/* Brings the slot of benchmark i up to date: where it is looked at next, if it has to be. */
static void
update(struct gate *g, size_t i)
{
	const struct bench *b = &g->p->benches[i];
	struct rules r = criteriarules(g->set->decide, b->min_effect_pct, b->margin_pct), canary,
		     control;
	struct slot *s = &g->slots[i];
	struct judgement j;

	r.shares = criteriashares(g->set->decide, g->gated);
	canary = canaryrules(&r);
	control = controlrules(&r);
	s->rounds = g->ser[i].rounds;
	if (s->rounds)
		s->round_s = g->spent[i] / (double)s->rounds;
	j = judge(g->p, b, &g->ser[i], ROLE_CAND, &r);
	s->next = j.next;
	s->needed = j.rounds_short;
	if (s->gated && planrolearm(g->p, ROLE_CANARY, 0) && !benchclockless(b) &&
		j.verdict != INVALID) {
		j = judge(g->p, b, &g->ser[i], ROLE_CANARY, &canary);
		if (j.next && (!s->next || j.next < s->next))
			s->next = j.next;
		s->needed = fmax(s->needed, j.rounds_short);
	}
	/* A control that could not have shown a difference yet proves nothing. */
	if (s->gated && planrolearm(g->p, ROLE_CONTROL, 0) && j.verdict != INVALID) {
		size_t first = looknext(&(struct look){0}, g->ser[i].planned, &control).rounds;

		if (s->rounds < first && (!s->next || s->next > first))
			s->next = first;
	}
	/* Rounds that were asked for are not exceeded. */
	s->done = !s->next || (g->set->rounds && s->next > s->planned);
}

static size_t
decided(const struct gate *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->p->nbenches; i++)
		n += g->slots[i].gated && g->slots[i].done;
	return n;
}

/* Measures benchmark i up to its next look. */
static bool
advance(struct gate *g, size_t i)
{
	const struct bench *b = &g->p->benches[i];
	double begin = clocknow();
	bool ok = true;

	while (ok && g->ser[i].rounds < g->slots[i].next) {
		ok = roundrun(g->sm, g->p, b, g->set->seed, &g->ser[i], NULL);
		progressline(&g->shown, "%zu of %zu decided; %s, round %zu of %zu", decided(g),
			g->gated, b->name, g->ser[i].rounds, g->slots[i].next);
	}
	/* Every benchmark of a suite has had this time; `all` counts it once. */
	begin = clocknow() - begin;
	for (size_t m = 0; m < (b->suite ? b->members : 1); m++)
		g->spent[i - b->member + m] += begin;
	return ok;
}

bool
decideall(const struct sampler *sm, const struct plan *p, const struct settings *set,
	struct series *ser)
{
	size_t n = p->nbenches, timed = plantimed(p), i;
	struct gate g = {sm, p, set, ser, xcalloc(n, sizeof(*g.slots)),
		.spent = xcalloc(n, sizeof(*g.spent))};
	double budget = set->rounds ? INFINITY : set->budget_s, all = 0;
	bool ok = true;

	for (i = 0; i < n; i++)
		g.gated += g.slots[i].gated = criteriagates(set->decide, p->benches[i].name);
	for (i = 0; i < n; i++) {
		if (benchcounted(&p->benches[i])) {
			g.slots[i].done = true;
			continue;
		}
		g.slots[i].round_s = ser[i].round_s;
		ser[i].planned = set->rounds ? (size_t)set->rounds
					     : scheduleplan(budget, timed, ser[i].round_s);
		g.slots[i].planned = ser[i].planned;
		update(&g, i);
	}
	while (ok && (i = schedulenext(g.slots, n, budget, all)) < n) {
		all -= g.spent[i];
		ok = advance(&g, i);
		all += g.spent[i];
		for (size_t m = 0; m < (p->benches[i].suite ? p->benches[i].members : 1); m++)
			update(&g, i - p->benches[i].member + m);
	}
	progressend(&g.shown);
	free(g.spent);
	free(g.slots);
	return ok;
}
