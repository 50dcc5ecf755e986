#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "measure/machine.h"
#include "measure/receipt_write.h"

/* One member of struct sample over all rounds of an arm, as a JSON array. */
static json_t *
column(const struct series *s, size_t narms, size_t arm, size_t offset)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->rounds; i++) {
		double v;

		memcpy(&v, (const char *)seriesat(s, narms, i, arm) + offset, sizeof(v));
		json_array_append_new(a, json_real(v));
	}
	return a;
}

static json_t *
output(const struct series *s, size_t narms, size_t arm)
{
	const char *first;

	if (!s->rounds)
		return json_null();
	first = seriesat(s, narms, 0, arm)->output;
	for (size_t i = 0; i < s->rounds; i++)
		if (!*first || strcmp(seriesat(s, narms, i, arm)->output, first))
			return json_null();
	return json_string(first);
}

/* The counts of an arm, whole numbers of up to 16 digits. */
static json_t *
counts(const struct series *s, size_t narms, size_t arm)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->rounds; i++)
		json_array_append_new(
			a, json_integer((json_int_t)seriesat(s, narms, i, arm)->instructions));
	return a;
}

static json_t *
armsamples(const struct bench *b, const struct series *s, size_t narms, size_t arm)
{
#define COLUMN(m) column(s, narms, arm, offsetof(struct sample, m))
	if (benchcounted(b))
		return jsonpack("{s:o, s:o}", "instructions", counts(s, narms, arm), "output",
			output(s, narms, arm));
	return jsonpack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "wall_s", COLUMN(wall_s), "user_s",
		COLUMN(user_s), "sys_s", COLUMN(sys_s), "maxrss_kb", COLUMN(maxrss_kb), "nvcsw",
		COLUMN(nvcsw), "nivcsw", COLUMN(nivcsw), "output", output(s, narms, arm));
#undef COLUMN
}

/* What the plan says of a benchmark to its judge; a rule that it does not mention has no key. */
static void
ownrule(json_t *bench, const char *key, double pct)
{
	if (!isnan(pct))
		json_object_set_new(bench, key, json_real(pct));
}

/* Per arm: what ran, and what it took. */
static void
setlanes(json_t *bench, const struct plan *p, const struct bench *b, const struct series *s)
{
	json_t *commands = json_array(), *files = json_array(), *hashes = json_array();
	json_t *ids = json_array(), *burns = json_array(), *samples = json_object();

	for (size_t a = 0; a < p->narms; a++) {
		json_array_append_new(commands, jsonstr(b->lanes[a].text));
		json_array_append_new(files, jsonstr(b->lanes[a].file));
		json_array_append_new(hashes, json_string(b->lanes[a].hash));
		json_array_append_new(ids, jsonstr(*b->lanes[a].id ? b->lanes[a].id : NULL));
		json_array_append_new(burns, json_real(s->burn_s ? s->burn_s[a] : 0));
		json_object_set_new(samples, p->arms[a].name, armsamples(b, s, p->narms, a));
	}
	json_object_set_new(bench, "commands", commands);
	json_object_set_new(bench, "files", files);
	json_object_set_new(bench, "sha256", hashes);
	json_object_set_new(bench, "build_ids", ids);
	json_object_set_new(bench, "burn_s", burns);
	json_object_set_new(bench, "samples", samples);
}

/* What its runs did that were watched; nothing where there were none. */
static void
setseen(json_t *bench, size_t narms, const struct series *s, bool watched)
{
	json_t *seen = json_array(), *leaves = json_array();

	for (size_t a = 0; s->seen && a < narms; a++)
		json_array_append_new(seen, sightingjson(&s->seen[a]));
	for (size_t i = 0; i < s->nleaves; i++)
		json_array_append_new(leaves, jsonstr(s->leaves[i]));
	json_object_set_new(bench, "seen", s->seen ? seen : json_null());
	json_object_set_new(bench, "leaves", watched ? leaves : json_null());
	json_object_set_new(bench, "shared", jsonstr(s->shared));
}

/* Per round: in which order, and what the hypervisor took. */
static void
setrounds(json_t *bench, size_t narms, const struct series *s)
{
	json_t *orders = json_array(), *steal = json_array();

	for (size_t i = 0; i < s->rounds; i++) {
		json_t *one = json_array();

		for (size_t a = 0; a < narms; a++)
			json_array_append_new(
				one, json_integer((json_int_t)s->order[i * narms + a]));
		json_array_append_new(orders, one);
		json_array_append_new(steal, json_integer(s->steal[i]));
	}
	json_object_set_new(bench, "order", orders);
	json_object_set_new(bench, "steal_ticks", steal);
}

static json_t *
benchjson(const struct plan *p, const struct bench *b, const struct series *s,
	const struct settings *set)
{
	json_t *v = jsonpack("{s:o, s:s, s:b, s:o, s:o, s:f, s:i, s:o}", "name", jsonstr(b->name),
		"metric", b->metric, "shell", b->shell, "prepare", jsonstr(b->prepare), "cleanup",
		jsonstr(b->cleanup), "timeout_s", b->timeout_s, "executions", (int)s->executions,
		"planned", s->planned ? json_integer((json_int_t)s->planned) : json_null());

	setlanes(v, p, b, s);
	setseen(v, p->narms, s, set->own);
	setrounds(v, p->narms, s);
	ownrule(v, "min_effect_pct", b->min_effect_pct);
	ownrule(v, "margin_pct", b->margin_pct);
	ownrule(v, "max_undetected_pct", b->max_undetected_pct);
	if (b->other_output)
		json_object_set_new(v, "other_output", json_true());
	return v;
}

static json_t *
armjson(const struct arm *a)
{
	const char *how = a->slowed ? "program" : a->unslowed ? a->unslowed : NULL;

	if (!how && a->slow_pct > 0)
		how = "it is a command without a program";
	return jsonpack("{s:o, s:o, s:o, s:o, s:o, s:f, s:o}", "name", jsonstr(a->name), "binary",
		jsonstr(a->binary), "sha256", jsonstr(a->binary ? a->hash : NULL), "role",
		jsonstr(a->role), "layout", a->layout ? json_integer(a->layout) : json_null(),
		"slow_pct", a->slow_pct, "slowed", jsonstr(how));
}

static json_t *
decidejson(const struct question *q)
{
	json_t *v = jsonpack("{s:O, s:f, s:f, s:f}", "match", q->match, "alpha", q->alpha,
		"min_effect_pct", q->min_effect_pct, "margin_pct", q->margin_pct);

	if (q->shares)
		json_object_set_new(v, "shares", json_integer((json_int_t)q->shares));
	return v;
}

static json_t *
settingsjson(const struct settings *set)
{
	return jsonpack("{s:o, s:o, s:I, s:f, s:o, s:o}", "rounds",
		set->rounds ? json_integer(set->rounds) : json_null(), "budget_s",
		set->rounds ? json_null() : json_real(set->budget_s), "warmup",
		(json_int_t)set->warmup, "timeout_s", set->timeout_s, "cpus", jsonstr(set->pinned),
		"decide", set->decide ? decidejson(set->decide) : json_null());
}

void
receiptwrite(const char *path, const struct plan *p, const struct settings *set,
	const struct series *ser, bool complete, json_t *machine)
{
	json_t *arms = json_array(), *benches = json_array(), *root;
	char hex[17];

	snprintf(hex, sizeof(hex), "%016llx", (unsigned long long)set->seed);
	for (size_t a = 0; a < p->narms; a++)
		json_array_append_new(arms, armjson(&p->arms[a]));
	for (size_t b = 0; b < p->nbenches; b++)
		json_array_append_new(benches, benchjson(p, &p->benches[b], &ser[b], set));
	root = jsonpack("{s:s, s:s, s:s, s:b, s:s, s:o, s:o, s:o, s:o}", "format",
		"pgokit-receipt-1", "tool", "bench-run " PGOKIT_VERSION, "finished", utcnow(),
		"complete", complete, "seed", hex, "machine", machine, "settings",
		settingsjson(set), "arms", arms, "benches", benches);
	jsonwriteline(path, root);
	json_decref(root);
}
