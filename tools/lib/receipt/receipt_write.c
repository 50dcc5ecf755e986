/* A receipt to its text. */
#include <math.h>
#include <stdio.h>

#include "receipt/receipt.h"

/* A count, of up to 16 digits. */
static json_t *
whole(double x)
{
	return fabs(x) <= 9007199254740992 ? json_integer((json_int_t)x) : json_real(x);
}

/* What was not there in a round is no number. */
static json_t *
realornull(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static json_t *
columnjson(const struct column *c, json_t *(*number)(double))
{
	json_t *a;

	if (!c->x)
		return json_null();
	a = json_array();
	for (size_t i = 0; i < c->n; i++)
		json_array_append_new(a, number(c->x[i]));
	return a;
}

static json_t *
textsjson(const struct texts *t)
{
	json_t *a;

	if (!t->of)
		return json_null();
	a = json_array();
	for (size_t i = 0; i < t->n; i++)
		json_array_append_new(a, jsonstr(t->of[i]));
	return a;
}

static json_t *
countornull(size_t n)
{
	return n ? json_integer((json_int_t)n) : json_null();
}

static json_t *
sidejson(const struct receiptbench *b, const struct receiptside *s)
{
	json_t *v = json_object();

	if (b->metric == METRIC_INSTRUCTIONS)
		json_object_set_new(v, receiptcolumns[COUNTS], columnjson(&s->of[COUNTS], whole));
	else if (b->metric == METRIC_NUMBER)
		json_object_set_new(
			v, receiptcolumns[NUMBERS], columnjson(&s->of[NUMBERS], realornull));
	else
		for (size_t k = WALL_S; k < COUNTS; k++)
			json_object_set_new(v, receiptcolumns[k], columnjson(&s->of[k], json_real));
	json_object_set_new(v, "output", jsonstr(s->output));
	return v;
}

static json_t *
samplesjson(const struct receipt *r, const struct receiptbench *b)
{
	json_t *v = json_object();

	for (size_t i = 0; i < b->nsides; i++)
		json_object_set_new(v, r->arms[b->sides[i].arm].name, sidejson(b, &b->sides[i]));
	return v;
}

static json_t *
seenjson(const struct receiptbench *b)
{
	json_t *a = b->seen ? json_array() : json_null();

	for (size_t i = 0; i < b->nseen; i++)
		json_array_append_new(a, sightingjson(&b->seen[i]));
	return a;
}

static json_t *
ordersjson(const struct receiptbench *b, size_t narms)
{
	size_t n = b->misordered ? b->misordered - 1 : b->rounds;
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *one = json_array();

		for (size_t k = 0; k < narms; k++)
			json_array_append_new(one, json_integer(b->order[i * narms + k]));
		json_array_append_new(a, one);
	}
	return a;
}

static json_t *
numberjson(const struct receiptnumber *k)
{
	json_t *from = k->regex ? jsonpack("{s:o}", "regex", jsonstr(k->regex))
		       : k->jq	? jsonpack("{s:o}", "jq", jsonstr(k->jq))
				: json_null();
	json_t *v;

	v = jsonpack("{s:o, s:o, s:o, s:b, s:o, s:o}", "name", jsonstr(k->name), "unit",
		jsonstr(k->unit), "better",
		k->undirected ? json_null() : json_string(k->higher ? "higher" : "lower"), "count",
		k->count, "from", from, "suite", jsonstr(k->suite));
	if (k->lacks)
		json_object_set_new(v, "lacks", jsonstr(k->lacks));
	return v;
}

/* A rule that the plan does not mention has no key. */
static void
ownrule(json_t *bench, const char *key, double pct)
{
	if (!isnan(pct))
		json_object_set_new(bench, key, json_real(pct));
}

static json_t *
benchjson(const struct receipt *r, const struct receiptbench *b)
{
	json_t *v = jsonpack("{s:o, s:s, s:b, s:o, s:o, s:f, s:I, s:o}", "name", jsonstr(b->name),
		"metric", metricname(b->metric), "shell", b->shell, "prepare", jsonstr(b->prepare),
		"cleanup", jsonstr(b->cleanup), "timeout_s", b->timeout_s, "executions",
		(json_int_t)b->executions, "planned", countornull(b->planned));

	json_object_set_new(v, "commands", textsjson(&b->commands));
	json_object_set_new(v, "files", textsjson(&b->files));
	json_object_set_new(v, "sha256", textsjson(&b->sha256));
	json_object_set_new(v, "build_ids", textsjson(&b->build_ids));
	json_object_set_new(v, "burn_s", columnjson(&b->burn_s, json_real));
	json_object_set_new(v, "samples", samplesjson(r, b));
	json_object_set_new(v, "seen", seenjson(b));
	json_object_set_new(v, "leaves", textsjson(&b->leaves));
	json_object_set_new(v, "shared", jsonstr(b->shared));
	json_object_set_new(v, "order", ordersjson(b, r->narms));
	json_object_set_new(v, "steal_ticks", columnjson(&b->steal_ticks, whole));
	if (b->metric == METRIC_NUMBER)
		json_object_set_new(v, "number", numberjson(&b->number));
	if (b->unmoved.of)
		json_object_set_new(v, "unmoved", textsjson(&b->unmoved));
	ownrule(v, "min_effect_pct", b->min_effect_pct);
	ownrule(v, "margin_pct", b->margin_pct);
	ownrule(v, "max_undetected_pct", b->max_undetected_pct);
	if (b->other_output)
		json_object_set_new(v, "other_output", json_true());
	return v;
}

static json_t *
armjson(const struct receiptarm *a)
{
	json_t *v = jsonpack("{s:o, s:o, s:o, s:o, s:o, s:f, s:o}", "name", jsonstr(a->name),
		"binary", jsonstr(a->binary), "sha256", jsonstr(a->sha256), "role",
		jsonstr(rolename(a->role)), "layout", countornull(a->layout), "slow_pct",
		a->slow_pct, "slowed", jsonstr(a->slowed));

	if (a->tree)
		json_object_set_new(v, "tree", jsonstr(a->tree));
	return v;
}

void
receiptwrite(const char *path, const struct receipt *r)
{
	json_t *arms = json_array(), *benches = json_array(), *root;
	char hex[17];

	snprintf(hex, sizeof(hex), "%016llx", (unsigned long long)r->seed);
	for (size_t a = 0; a < r->narms; a++)
		json_array_append_new(arms, armjson(&r->arms[a]));
	for (size_t b = 0; b < r->nbenches; b++)
		json_array_append_new(benches, benchjson(r, &r->benches[b]));
	root = jsonpack("{s:s, s:o, s:o, s:b, s:s, s:O?, s:O?, s:o, s:o}", "format",
		"pgokit-receipt-1", "tool", jsonstr(r->tool), "finished", jsonstr(r->finished),
		"complete", r->complete, "seed", hex, "machine", r->machine, "settings",
		r->settings, "arms", arms, "benches", benches);
	jsonwriteline(path, root);
	json_decref(root);
}
