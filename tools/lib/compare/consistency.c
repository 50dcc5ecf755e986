/* Whether the samples of a receipt fit its settings, and each other. */
#include <math.h>
#include <string.h>

#include "compare/consistency.h"
#include "compare/judge.h"
#include "decision/sequential.h"

/* The rounds that were asked for; 0: measuring went by a budget. */
static size_t
askedrounds(const struct receipt *r)
{
	return (size_t)json_integer_value(json_object_get(r->settings, "rounds"));
}

static const json_t *
decidesettings(const struct receipt *r)
{
	const json_t *v = json_object_get(r->settings, "decide");

	return json_is_null(v) ? NULL : v;
}

/* Rounds or a budget, and rules by which measuring ends, or null. */
static bool
settingsfit(const struct receipt *r)
{
	const json_t *rounds = json_object_get(r->settings, "rounds"),
		     *budget = json_object_get(r->settings, "budget_s"),
		     *decide = json_object_get(r->settings, "decide");
	bool counted = json_is_integer(rounds) && json_integer_value(rounds) > 0 &&
		       json_is_null(budget),
	     budgeted = json_is_null(rounds) && json_is_number(budget) &&
			json_number_value(budget) > 0;

	return (counted || budgeted) && (json_is_object(decide) || json_is_null(decide));
}

/* Without rules by which it would end before, there are all the rounds that were asked for. */
static void
checkrounds(struct comparison *c, size_t asked)
{
	if (c->planned)
		comparisonunfit(c,
			"it has a plan of %zu rounds, but the settings have no rules "
			"by which it would end before",
			c->planned);
	else if (asked && c->nbase != asked)
		comparisonunfit(c,
			"it has %zu rounds where the settings ask for %zu, and nothing says why",
			c->nbase, asked);
	else if (!asked && c->nbase < ROUNDS_MIN)
		comparisonunfit(c,
			"it has %zu rounds, and bench-run measures %d whatever they cost", c->nbase,
			ROUNDS_MIN);
}

/* With such rules there is a plan: what was asked for, or what a budget can give. */
static void
checkplan(struct comparison *c, size_t asked)
{
	if (!c->planned)
		comparisonunfit(c, "the settings have rules by which measuring ends, but it has no "
				   "plan of rounds");
	else if (asked && c->planned != asked)
		comparisonunfit(c, "it has a plan of %zu rounds where the settings ask for %zu",
			c->planned, asked);
	else if (asked && c->nbase > asked)
		comparisonunfit(
			c, "it has %zu rounds where the settings ask for %zu", c->nbase, asked);
	else if (!asked && (c->planned < ROUNDS_MIN || c->planned > ROUNDS_MAX))
		comparisonunfit(c,
			"it has a plan of %zu rounds, and a budget gives one of %d to %d",
			c->planned, ROUNDS_MIN, ROUNDS_MAX);
}

/* Where the clock is coarse, equal times are common; but not all, out of several values. */
static void
checkcopied(struct comparison *c)
{
	size_t n = c->nbase;
	bool varies = false;

	if (n < 2 || n != c->ncand || !c->base || !c->cand)
		return;
	for (size_t i = 1; i < n; i++)
		varies = varies || c->base[i] < c->base[0] || c->base[i] > c->base[0];
	if (varies && !memcmp(c->base, c->cand, n * sizeof(*c->base)))
		comparisonunfit(c,
			"both sides have the same time in each of %zu rounds: one is a "
			"copy of the other's numbers",
			n);
}

void
consistencycheck(struct comparison *c, const struct receipt *r, const struct receiptbench *b)
{
	if (b->metric == METRIC_INSTRUCTIONS)
		return; /* counted as often as it takes, without a plan */
	if (!settingsfit(r)) {
		comparisonunfit(c,
			"its settings do not say what was asked for: rounds or a budget, "
			"and by which rules measuring ends");
		return;
	}
	(decidesettings(r) ? checkplan : checkrounds)(c, askedrounds(r));
	checkcopied(c);
}

/* The rules by which measuring ended, false when they are not as bench-run writes them. */
static bool
endrules(struct criteria *q, const json_t *decide)
{
	json_t *match = json_object_get(decide, "match"), *shares;
	const struct {
		const char *name;
		double *to;
	} numbers[] = {{"alpha", &q->alpha}, {"min_effect_pct", &q->min_effect_pct},
		{"margin_pct", &q->margin_pct}};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		const json_t *v = json_object_get(decide, numbers[i].name);

		if (!json_is_number(v) || json_number_value(v) < 0)
			return false;
		*numbers[i].to = json_number_value(v);
	}
	shares = json_object_get(decide, "shares");
	q->shares = (size_t)json_integer_value(shares);
	json_decref(q->match);
	q->match = json_incref(match);
	return json_is_array(match) && q->alpha > 0 && q->alpha <= .5 &&
	       json_integer_value(shares) >= 0;
}

void
consistencyended(struct comparisons *all, const struct receipt *r)
{
	const json_t *decide = decidesettings(r);
	struct criteria q = criteriadefault();
	size_t gated = 0;
	bool fit;

	if (!settingsfit(r) || !decide || !askedrounds(r)) {
		json_decref(q.match);
		return;
	}
	fit = endrules(&q, decide);
	for (size_t i = 0; fit && i < all->n; i++)
		gated += criteriagates(&q, all->of[i].name);
	for (size_t i = 0; i < all->n; i++) {
		struct comparison copy = all->of[i], *c = &all->of[i];
		struct rules rules;

		if (c->counted || c->invalid || c->nbase >= c->planned)
			continue;
		if (!fit) {
			comparisonunfit(c, "the rules by which measuring ended are not as "
					   "bench-run writes them");
			continue;
		}
		copy.identical = false;
		rules = comparisonrules(&copy, &q, gated);
		judgecomparison(&copy, &rules);
		if (copy.j.verdict == INCONCLUSIVE && copy.j.next && copy.j.next <= c->planned)
			comparisonunfit(c,
				"it ends after %zu of %zu planned rounds with nothing "
				"decided, and nothing says why",
				c->nbase, c->planned);
	}
	json_decref(q.match);
}
