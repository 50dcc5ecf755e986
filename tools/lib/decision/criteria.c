#include <fnmatch.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/num.h"
#include "decision/criteria.h"
#include "decision/waiver_file.h"
#include "stats/stats.h"

static const char *const default_match[] = {
	"*_full_check_flow", "full_check_flow", "full_check_flow/*", "*_full_check_flow/*"};

/* The numbers among the rules. */
static const struct rule {
	const char *name, *option;
	size_t offset;
	double usual, min, max;
} rules[] = {
	{"alpha", "--alpha", offsetof(struct criteria, alpha), .01, 1e-9, .5},
	{"min_effect_pct", "--min-effect", offsetof(struct criteria, min_effect_pct), .5, 0, 1000},
	{"margin_pct", "--margin", offsetof(struct criteria, margin_pct), 1, 0, 1000},
	{"max_undetected_pct", "--max-undetected", offsetof(struct criteria, max_undetected_pct), 5,
		0, 1000},
	{"floor_pct", "--floor", offsetof(struct criteria, floor_pct), 10, 0, 1000},
};
enum { NRULES = sizeof(rules) / sizeof(*rules), SHARES_MAX = 1000000 };

static double
get(const struct criteria *q, const struct rule *r)
{
	double x;

	memcpy(&x, (const char *)q + r->offset, sizeof(x));
	return x;
}

static void
set(struct criteria *q, const struct rule *r, double x)
{
	memcpy((char *)q + r->offset, &x, sizeof(x));
}

struct criteria
criteriadefault(void)
{
	struct criteria q = {.match = json_array()};

	for (size_t i = 0; i < NRULES; i++)
		set(&q, &rules[i], rules[i].usual);
	return q;
}

void
criteriamatch(struct criteria *q)
{
	if (json_array_size(q->match))
		return;
	for (size_t i = 0; i < sizeof(default_match) / sizeof(*default_match); i++)
		json_array_append_new(q->match, json_string(default_match[i]));
}

void
criteriaset(struct criteria *q, const char *name, const char *text)
{
	for (size_t i = 0; i < NRULES; i++)
		if (!strcmp(rules[i].name, name))
			set(q, &rules[i],
				numreal(rules[i].option, text, rules[i].min, rules[i].max));
}

void
criteriarename(struct criteria *q, const char *text)
{
	const char *eq = strchr(text, '=');
	struct buf old = {0};

	if (!eq || eq == text || !eq[1])
		fatal("read --rename '%s': expected OLD=NEW", text);
	bufadd(&old, text, (size_t)(eq - text));
	if (!q->renames)
		q->renames = json_object();
	if (json_object_get(q->renames, bufstr(&old)))
		fatal("read --rename '%s': it has a new name already", text);
	if (json_object_set_new(q->renames, bufstr(&old), jsonstr(eq + 1)))
		fatal("read --rename '%s': it is not UTF-8", text);
	bufrelease(&old);
}

bool
criteriagates(const struct criteria *q, const char *bench)
{
	const json_t *v;
	size_t i;

	json_array_foreach(q->match, i, v)
	{
		const char *pattern = json_string_value(v);

		if (pattern && !fnmatch(pattern, bench, 0))
			return true;
	}
	return false;
}

size_t
criteriashares(const struct criteria *q, size_t gated)
{
	size_t n = q->shares > gated ? q->shares : gated;

	return n ? n : 1;
}

size_t
readshares(const char *text)
{
	return (size_t)numint("--shares", text, 1, SHARES_MAX);
}

struct rules
criteriarules(const struct criteria *q, double min_effect_pct, double margin_pct)
{
	return (struct rules){.alpha = q->alpha,
		.shares = 1,
		.min_effect = totheta(isnan(min_effect_pct) ? q->min_effect_pct : min_effect_pct),
		.margin = totheta(isnan(margin_pct) ? q->margin_pct : margin_pct),
		.beta = .05,
		.floor = totheta(q->floor_pct)};
}

json_t *
rulesjson(const struct criteria *q)
{
	json_t *v = jsonpack("{s:O}", "match", q->match);

	for (size_t i = 0; i < NRULES; i++)
		json_object_set_new(v, rules[i].name, json_real(get(q, &rules[i])));
	if (q->shares)
		json_object_set_new(v, "shares", json_integer((json_int_t)q->shares));
	if (q->metric)
		json_object_set_new(v, "metric", json_string(metricname(q->metric)));
	if (q->even_identical)
		json_object_set_new(v, "even_identical", json_true());
	if (q->require_same)
		json_object_set_new(v, "require_same", json_true());
	if (q->other_output)
		json_object_set_new(v, "other_output", json_true());
	if (q->other_machine)
		json_object_set_new(v, "other_machine", json_true());
	if (q->renames)
		json_object_set(v, "renames", q->renames);
	if (q->waivers) {
		json_object_set(v, "waivers", q->waivers);
		json_object_set_new(v, "today", json_string(q->today));
	}
	return v;
}

/* The rules by which measuring ends are the first of them. */
enum { NDECIDE = 3 };

json_t *
decidejson(const struct criteria *q)
{
	json_t *v = jsonpack("{s:O}", "match", q->match);

	for (size_t i = 0; i < NDECIDE; i++)
		json_object_set_new(v, rules[i].name, json_real(get(q, &rules[i])));
	if (q->shares)
		json_object_set_new(v, "shares", json_integer((json_int_t)q->shares));
	return v;
}

/* Reads rule r; false when it is not there, or out of range. */
static bool
readrule(struct criteria *q, const struct rule *r, const json_t *from)
{
	const json_t *v = json_object_get(from, r->name);
	double x = json_number_value(v);

	if (!json_is_number(v) || x < r->min || x > r->max)
		return false;
	set(q, r, x);
	return true;
}

bool
decideread(struct criteria *q, const json_t *from)
{
	json_t *match = json_object_get(from, "match"), *shares = json_object_get(from, "shares");
	json_int_t n = json_integer_value(shares);

	for (size_t i = 0; i < NDECIDE; i++)
		if (!readrule(q, &rules[i], from))
			return false;
	if (!json_is_array(match) || (shares && (n < 1 || n > SHARES_MAX)))
		return false;
	q->shares = (size_t)n;
	json_decref(q->match);
	q->match = json_incref(match);
	return true;
}

/* A rule that is there as true, or not at all. */
static bool
readflag(const json_t *from, const char *path, const char *key)
{
	const json_t *v = json_object_get(from, key);

	if (v && !json_is_true(v))
		fatal("read '%s': rules.%s: expected true", path, key);
	return v;
}

static size_t
shares(const json_t *from, const char *path)
{
	const json_t *v = json_object_get(from, "shares");
	json_int_t n = json_integer_value(v);

	if (v && (n < 1 || n > SHARES_MAX))
		fatal("read '%s': rules.shares: expected a whole number from 1 to %d", path,
			SHARES_MAX);
	return (size_t)n;
}

static void
checkrenames(json_t *renames, const char *path)
{
	const char *old;
	json_t *v;

	if (renames && !json_is_object(renames))
		fatal("read '%s': rules.renames: expected an object of names", path);
	json_object_foreach(renames, old, v)
	{
		if (!json_is_string(v))
			fatal("read '%s': rules.renames: expected an object of names", path);
	}
}

void
rulesread(struct criteria *q, json_t *from, const char *path)
{
	json_t *metric = json_object_get(from, "metric");

	q->match = json_object_get(from, "match");
	if (!json_is_array(q->match))
		fatal("read '%s': rules.match: expected an array of patterns", path);
	for (size_t i = 0; i < NRULES; i++)
		if (!readrule(q, &rules[i], from))
			fatal("read '%s': rules.%s: expected a number from %g to %g", path,
				rules[i].name, rules[i].min, rules[i].max);
	q->shares = shares(from, path);
	q->metric = metricnamed(json_string_value(metric));
	if (metric && q->metric != METRIC_WALL && q->metric != METRIC_CPU)
		fatal("read '%s': rules.metric: expected wall or cpu", path);
	q->even_identical = readflag(from, path, "even_identical");
	q->require_same = readflag(from, path, "require_same");
	q->other_output = readflag(from, path, "other_output");
	q->other_machine = readflag(from, path, "other_machine");
	q->renames = json_object_get(from, "renames");
	checkrenames(q->renames, path);
	q->waivers = json_object_get(from, "waivers");
	if (!q->waivers)
		return;
	waiverscheck(q->waivers, path);
	q->today = json_string_value(json_object_get(from, "today"));
	if (!q->today || !isdate(q->today))
		fatal("read '%s': rules.today: expected a day as YYYY-MM-DD", path);
}
