#include <math.h>

#include "compare/consistency.h"
#include "compare/controls.h"
#include "compare/judge.h"
#include "compare/layouts.h"
#include "compare/roles.h"
#include "compare/since_release.h"
#include "compare/verdict.h"
#include "compare/verdict_json.h"
#include "compare/waivers.h"
#include "stats/stats.h"

/* Everything that the documents have to say. */
struct evaluation {
	const struct criteria *q;
	struct roles roles;
	struct comparisons all; /* what the criteria ask for */
	struct layouts layouts;
	struct selfcheck check;
	struct release release;
	json_t *waivers; /* what became of them */
};

/* The samples of both sides. */
static void
readsides(struct evaluation *h, const struct document docs[], size_t n)
{
	const struct criteria *q = h->q;
	const struct receipt *only = &docs[0].receipt;
	const char *base, *cand;

	if (n == 1)
		h->roles = rolesof(only);
	base = q->base ? q->base : h->roles.arm[ROLE_BASE];
	cand = q->cand ? q->cand : h->roles.arm[ROLE_CAND];
	if (n > 1)
		unpairedread(&h->all, &docs[0], &docs[1], q);
	else if (h->roles.layouts && !q->base && !q->cand)
		layoutsread(&h->layouts, &h->all, only, &h->roles, q->metric);
	else
		comparisonsread(&h->all, only, base, cand, q->metric);
}

static void
evaluate(struct evaluation *h, const struct document docs[], size_t n)
{
	const struct criteria *q = h->q;
	const struct receipt *only = &docs[0].receipt;

	readsides(h, docs, n);
	if (n == 1)
		consistencyended(&h->all, only);
	if (!q->other_output)
		comparisonssameoutput(&h->all);
	for (size_t i = 0; i < h->all.n; i++) {
		struct comparison *c = &h->all.of[i];

		c->gated = criteriagates(q, c->name);
		if (c->paired && q->even_identical)
			c->identical = false;
		h->all.gated += c->gated && !c->appeared;
	}
	for (size_t i = 0; i < h->all.n; i++) {
		struct rules r = comparisonrules(&h->all.of[i], q, h->all.gated);

		judgecomparison(&h->all.of[i], &r);
	}
	layoutsjudge(&h->layouts, &h->all, q);
	h->waivers = waiversapply(q->waivers, q->today, &h->all);
	selfcheckread(&h->check, only, &h->roles, q, &h->all);
	releaseread(&h->release, only, &h->roles, q, &h->all);
}

static void
evaluationrelease(struct evaluation *h)
{
	comparisonsrelease(&h->all);
	layoutsrelease(&h->layouts);
	selfcheckrelease(&h->check);
	releaserelease(&h->release);
	rolesrelease(&h->roles);
}

/* The exit status that benchmark i by itself asks for. */
static int
exitof(const struct evaluation *h, size_t i)
{
	const struct comparison *c = &h->all.of[i];
	double limit =
		isnan(c->max_undetected_pct) ? h->q->max_undetected_pct : c->max_undetected_pct;
	bool blind = c->j.verdict == INCONCLUSIVE && !(c->j.detectable <= totheta(limit));

	if (!c->gated || c->j.verdict == IDENTICAL || c->j.verdict == APPEARED)
		return EXIT_YES;
	/* What saw too little to tell may miss the canary, too; more rounds would help. */
	if (c->j.verdict == INVALID || !controlok(&h->check, i) ||
		(!canaryok(&h->check, i) && !blind))
		return EXIT_INVALID;
	if (c->j.verdict == REGRESSED && !c->waived)
		return EXIT_NO;
	if (c->j.verdict == DIFFERS)
		return c->j.theta > 0 || c->undirected ? EXIT_UNDECIDED : EXIT_YES;
	return blind || c->j.verdict == CHANGED ? EXIT_UNDECIDED : EXIT_YES;
}

/*
 * What an exit status is called, and what it weighs: proof that the run is no good more than a
 * regression, and that more than doubt. Whoever puts verdicts together or in an order goes by it.
 */
static const struct outcome {
	const char *word;
	int severity;
} outcomes[] = {[EXIT_YES] = {"pass", 0},
	[EXIT_UNDECIDED] = {"inconclusive", 1},
	[EXIT_NO] = {"regressed", 2},
	[EXIT_INVALID] = {"invalid", 3}};

static int
worse(int a, int b)
{
	return outcomes[a].severity > outcomes[b].severity ? a : b;
}

static void
addexit(json_t *o, int code)
{
	json_object_set_new(o, "exit", json_integer(code));
	json_object_set_new(o, "severity", json_integer(outcomes[code].severity));
}

static json_t *
layoutsjson(const struct layouts *l, size_t i)
{
	json_t *of = json_array();

	for (size_t k = 0; k < l->n; k++)
		json_array_append_new(of, judgedjson(&l->of[k].of[i]));
	return jsonpack("{s:o, s:o}", "spread_pct", pctornull(layoutsspread(l, i)), "of", of);
}

static json_t *
copyjson(const struct comparison *c, bool ok)
{
	json_t *o = judgedjson(c);

	json_object_set_new(o, "ok", json_boolean(ok));
	return o;
}

static json_t *
benchverdict(const struct evaluation *h, size_t i)
{
	const struct comparison *c = &h->all.of[i];
	json_t *o = benchjson(c), *canary;

	addexit(o, exitof(h, i));
	if ((c->j.verdict == IMPROVED || c->j.verdict == DIFFERS) && c->j.theta < -log(2) &&
		!c->count && !c->number && !c->undirected)
		json_object_set_new(o, "suspect",
			json_string("more than twice as fast; does it still do its work?"));
	if (c->waived)
		json_object_set_new(o, "waived", jsonstr(c->waived));
	if (h->layouts.n && !c->invalid)
		json_object_set_new(o, "layouts", layoutsjson(&h->layouts, i));
	if (controlof(&h->check, i))
		json_object_set_new(
			o, "control", copyjson(controlof(&h->check, i), controlok(&h->check, i)));
	if (canaryof(&h->check, i)) {
		canary = copyjson(canaryof(&h->check, i), canaryok(&h->check, i));
		json_object_set_new(canary, "slow_pct", json_real(h->check.slow_pct));
		json_object_set_new(o, "canary", canary);
	}
	if (h->release.cand.n)
		json_object_set_new(o, "release",
			jsonpack("{s:o, s:o}", "base", judgedjson(&h->release.base.of[i]), "cand",
				judgedjson(&h->release.cand.of[i])));
	return o;
}

void
verdictsamples(
	struct comparisons *all, const struct criteria *q, const struct document docs[], size_t n)
{
	struct evaluation h = {.q = q};

	readsides(&h, docs, n);
	*all = h.all;
	h.all = (struct comparisons){0};
	evaluationrelease(&h);
}

json_t *
verdictof(const struct criteria *q, const struct document docs[], size_t n)
{
	struct evaluation h = {.q = q};
	struct rules r = criteriarules(q, NAN, NAN);
	json_t *benches = json_array(), *suite = json_null(), *v;
	struct judgement j;
	bool counted;
	int code;

	if (n == 1 && docs[0].kind != RECEIPT)
		fatal("read '%s': not a receipt of bench-run; to compare two files name both",
			docs[0].file);
	evaluate(&h, docs, n);
	r.shares = criteriashares(q, h.all.gated);
	code = h.all.gated ? EXIT_YES : EXIT_INVALID;
	for (size_t i = 0; i < h.all.n; i++) {
		code = worse(code, exitof(&h, i));
		json_array_append_new(benches, benchverdict(&h, i));
	}
	if (judgesuite(&h.all, &r, &j, &counted)) {
		suite = json_object();
		addjudgement(suite, &j);
		if (counted)
			json_object_set_new(suite, "unit", json_string("instructions"));
		if (h.layouts.n)
			json_object_set_new(suite, "layouts",
				jsonpack("{s:o}", "spread_pct",
					pctornull(layoutsmeanspread(&h.layouts, &h.all, counted))));
	}
	v = jsonpack("{s:s, s:o, s:o, s:s, s:o, s:I, s:f, s:o, s:o, s:o, s:o, s:s}", "format",
		"pgokit-verdict-1", "base", jsonstr(h.all.base), "cand", jsonstr(h.all.cand),
		"design", h.all.paired ? "paired" : "sequential", "rules", rulesjson(q), "gated",
		(json_int_t)h.all.gated, "confidence", 1 - 2 * r.alpha / (double)r.shares,
		"benches", benches, "suite", suite, "self_check", selfchecktext(&h.check, &h.all),
		"waivers", h.waivers, "outcome", outcomes[code].word);
	addexit(v, code);
	if (h.all.machines)
		json_object_set_new(v, "machines", jsonstr(h.all.machines));
	evaluationrelease(&h);
	return v;
}
