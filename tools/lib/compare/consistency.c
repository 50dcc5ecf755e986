/* Whether the samples of a receipt fit its settings, and each other. */
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

	if (!comparisonsame(c))
		return;
	for (size_t i = 1; i < n; i++)
		varies = varies || !samenumber(c->base[i], c->base[0]);
	if (varies)
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
	if (!c->number)
		checkcopied(c);
}

/* Marks c unfit that ends before its plan, if the rules had not decided it by then. */
static void
checkended(struct comparison *c, const struct criteria *q, size_t gated)
{
	struct comparison judged = *c;
	struct rules r = comparisonrules(c, q, gated);

	judged.identical = false;
	judgecomparison(&judged, &r);
	if (judged.j.verdict == INCONCLUSIVE && judged.j.next && judged.j.next <= c->planned)
		comparisonunfit(c,
			"it ends after %zu of %zu planned rounds with nothing decided, and nothing says why",
			c->nbase, c->planned);
}

void
consistencyended(struct comparisons *all, const struct receipt *r)
{
	const json_t *decide = decidesettings(r);
	struct criteria q;
	size_t gated = 0;
	bool fit;

	if (!settingsfit(r) || !decide || !askedrounds(r))
		return;
	q = criteriadefault();
	fit = decideread(&q, decide);
	for (size_t i = 0; i < all->n; i++)
		gated += criteriagates(&q, all->of[i].name);
	for (size_t i = 0; i < all->n; i++) {
		struct comparison *c = &all->of[i];

		if (c->counted || c->invalid || c->nbase >= c->planned)
			continue;
		if (fit)
			checkended(c, &q, gated);
		else
			comparisonunfit(c, "the rules by which measuring ended are not as "
					   "bench-run writes them");
	}
	json_decref(q.match);
}
