#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "decision/unit.h"
#include "json/json.h"
#include "plan/plan.h"
#include "plan/trees.h"

enum { PLAN_MAX = 16 << 20, LAYOUTS_MAX = 1000 }; /* bytes of a plan file */

static char *
copied(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

/* The number under key of benches[i] (or arms[i]), NAN where it is absent, must be in a range. */
static double
within(double x, const char *path, const char *list, size_t i, const char *key, double min,
	double max)
{
	if (x < min || x > max)
		fatal("read '%s': %s[%zu].%s: expected a number from %g to %g", path, list, i, key,
			min, max);
	return x;
}

/* The commands of those arms that do not run what the others run. */
static void
readruns(const struct plan *p, const char *path, size_t i, json_t *runs, struct lane *lanes)
{
	const char *name;
	json_t *run;

	if (runs && !json_is_object(runs))
		fatal("read '%s': benches[%zu].runs: expected an object", path, i);
	json_object_foreach(runs, name, run)
	{
		const struct arm *a = planfind(p, name);

		if (!a)
			fatal("read '%s': benches[%zu].runs: there is no arm '%s'", path, i, name);
		if (!json_is_string(run))
			fatal("read '%s': benches[%zu].runs: '%s': expected a string", path, i,
				name);
		free(lanes[a - p->arms].text);
		lanes[a - p->arms].text = xstrdup(json_string_value(run));
	}
}

static void
compilefrom(struct quantity *q, const char *path, size_t i, const char *key, const char *regex,
	const char *jq)
{
	char why[256];
	int code;

	q->is.regex = copied(regex);
	q->is.jq = copied(jq);
	code = regex ? regcomp(&q->pattern, regex, REG_EXTENDED | REG_NEWLINE) : 0;
	if (code) {
		regerror(code, &q->pattern, why, sizeof(why));
		fatal("read '%s': benches[%zu].%s.regex '%s': %s", path, i, key, regex, why);
	}
}

/* Where the number stands: {"regex": text} or {"jq": text}. */
static void
readfrom(struct quantity *q, const char *path, size_t i, json_t *from)
{
	const char *regex = NULL, *jq = NULL;
	json_error_t e;

	if (json_unpack_ex(from, &e, JSON_STRICT, "{s?s, s?s}", "regex", &regex, "jq", &jq))
		fatal("read '%s': benches[%zu].metric.from: %s", path, i, e.text);
	if (!regex == !jq)
		fatal("read '%s': benches[%zu].metric.from: expected regex or jq", path, i);
	compilefrom(q, path, i, "metric.from", regex, jq);
}

/* A number of the benchmark's own. */
static void
readquantity(struct bench *b, const char *path, size_t i, json_t *v)
{
	const char *name = NULL, *unit, *better = "lower";
	struct quantity *q = &b->number;
	json_error_t e;
	json_t *from;

	if (json_unpack_ex(v, &e, JSON_STRICT, "{s?s, s:s, s?s, s:o}", "name", &name, "unit", &unit,
		    "better", &better, "from", &from))
		fatal("read '%s': benches[%zu].metric: %s", path, i, e.text);
	if (strcmp(better, "lower") != 0 && strcmp(better, "higher") != 0)
		fatal("read '%s': benches[%zu].metric.better '%s': expected lower or higher", path,
			i, better);
	b->metric = METRIC_NUMBER;
	q->scale = unitseconds(unit);
	q->is.name = copied(name);
	q->is.unit = isnan(q->scale) ? xstrdup(unit) : NULL;
	q->is.higher = !strcmp(better, "higher");
	if (isnan(q->scale))
		q->scale = 1;
	readfrom(q, path, i, from);
}

static void
readmetric(struct bench *b, const char *path, size_t i, json_t *v)
{
	const char *name = json_string_value(v);

	if (json_is_object(v)) {
		readquantity(b, path, i, v);
		return;
	}
	b->metric = metricnamed(name);
	if (!b->metric || b->metric == METRIC_NUMBER)
		fatal("read '%s': benches[%zu].metric '%s': expected wall, cpu, instructions, "
		      "peak_rss or an object",
			path, i, name ? name : "");
}

/* What a suite writes, which is removed before each run: below the folder where it runs. */
static bool
isbelow(const char *path)
{
	const char *part = path;

	if (!*path || *path == '/')
		return false;
	for (;;) {
		size_t n = strcspn(part, "/");

		if (!n || (n == 1 && *part == '.') || (n == 2 && !strncmp(part, "..", 2)))
			return false;
		if (!part[n])
			return true;
		part += n + 1;
	}
}

/* How the rows of a suite without a format are found. */
static void
readrows(struct quantity *q, const char *path, size_t i, json_t *v)
{
	const char *regex = NULL, *jq = NULL, *unit = NULL, *better = "lower";
	json_error_t e;

	if (json_unpack_ex(v, &e, JSON_STRICT, "{s?s, s?s, s?s, s?s}", "regex", &regex, "jq", &jq,
		    "unit", &unit, "better", &better))
		fatal("read '%s': benches[%zu].suite.rows: %s", path, i, e.text);
	if (!regex == !jq || !regex != !unit)
		fatal("read '%s': benches[%zu].suite.rows: expected jq, or regex and unit", path,
			i);
	if (strcmp(better, "lower") != 0 && strcmp(better, "higher") != 0)
		fatal("read '%s': benches[%zu].suite.rows.better '%s': expected lower or higher",
			path, i, better);
	compilefrom(q, path, i, "suite.rows", regex, jq);
	if (regex && q->pattern.re_nsub < 2)
		fatal("read '%s': benches[%zu].suite.rows.regex '%s': expected two groups, a name "
		      "and a number",
			path, i, regex);
	q->scale = unit ? unitseconds(unit) : NAN;
	q->is.unit = isnan(q->scale) ? copied(unit) : NULL;
	q->is.higher = !strcmp(better, "higher");
	if (isnan(q->scale))
		q->scale = 1;
}

static void
readsuite(struct bench *b, const char *path, size_t i, json_t *v)
{
	const char *format, *results = NULL;
	json_t *better = NULL, *rows = NULL;
	struct suite *s = xcalloc(1, sizeof(*s));
	json_error_t e;

	if (json_unpack_ex(v, &e, JSON_STRICT, "{s:s, s?s, s?o, s?o}", "format", &format, "results",
		    &results, "better", &better, "rows", &rows))
		fatal("read '%s': benches[%zu].suite: %s", path, i, e.text);
	if (results && !isbelow(results))
		fatal("read '%s': benches[%zu].suite.results '%s': expected a path below the folder "
		      "where it runs",
			path, i, results);
	if (better && !json_is_object(better))
		fatal("read '%s': benches[%zu].suite.better: expected an object", path, i);
	if (!rows != !!strcmp(format, "command"))
		fatal("read '%s': benches[%zu].suite.rows: expected with the format command, and "
		      "with no other",
			path, i);
	if (rows)
		readrows(&s->rows, path, i, rows);
	s->name = xstrdup(b->name);
	s->format = xstrdup(format);
	s->results = copied(results);
	s->better = json_incref(better);
	b->suite = s;
	b->metric = METRIC_NUMBER;
}

/* json_unpack_ex names a missing or unknown key; the path to the object is ours to say. */
static void
readbench(struct plan *p, const char *path, json_t *v, size_t i)
{
	const char *name, *run, *prepare = NULL, *cleanup = NULL;
	json_t *metric = NULL;
	double timeout_s = NAN, min_effect = NAN, margin = NAN, max_undetected = NAN;
	struct bench *b;
	json_t *runs = NULL, *suite = NULL;
	json_error_t e;
	int shell = 0, other_output = 0;

	if (json_unpack_ex(v, &e, JSON_STRICT,
		    "{s:s, s:s, s?s, s?s, s?b, s?o, s?F, s?F, s?F, s?F, s?b, s?o, s?o}", "name",
		    &name, "run", &run, "prepare", &prepare, "cleanup", &cleanup, "shell", &shell,
		    "metric", &metric, "timeout_s", &timeout_s, "min_effect_pct", &min_effect,
		    "margin_pct", &margin, "max_undetected_pct", &max_undetected, "other_output",
		    &other_output, "runs", &runs, "suite", &suite))
		fatal("read '%s': benches[%zu]: %s", path, i, e.text);
	b = planbench(p, name);
	if (metric)
		readmetric(b, path, i, metric);
	if (metric && suite)
		fatal("read '%s': benches[%zu].metric: a suite has its own", path, i);
	if (suite)
		readsuite(b, path, i, suite);
	b->prepare = copied(prepare);
	b->cleanup = copied(cleanup);
	b->shell = shell;
	b->other_output = other_output;
	b->timeout_s = within(timeout_s, path, "benches", i, "timeout_s", .01, 86400);
	b->min_effect_pct = within(min_effect, path, "benches", i, "min_effect_pct", 0, 1000);
	b->margin_pct = within(margin, path, "benches", i, "margin_pct", 0, 1000);
	b->max_undetected_pct =
		within(max_undetected, path, "benches", i, "max_undetected_pct", 0, 1000);
	b->lanes = xcalloc(p->narms, sizeof(*b->lanes));
	for (size_t k = 0; k < p->narms; k++)
		b->lanes[k].text = xstrdup(run);
	readruns(p, path, i, runs, b->lanes);
}

/* What a tree is known by. */
static void
readhash(struct arm *a, const char *path, size_t i, const char *hex)
{
	size_t n = strlen(hex);

	if (n != SHA256_HEX - 1 || strspn(hex, "0123456789abcdef") != n)
		fatal("read '%s': arms[%zu].sha256 '%s': expected %d digits", path, i, hex,
			SHA256_HEX - 1);
	memcpy(a->hash, hex, SHA256_HEX);
}

static void
readarm(struct plan *p, const char *path, json_t *v, size_t i)
{
	const char *name, *binary = NULL, *tree = NULL, *hash = NULL, *role = NULL;
	struct arm *a;
	json_error_t e;
	double slow = 0;
	int layout = 0;

	if (json_unpack_ex(v, &e, JSON_STRICT, "{s:s, s?s, s?s, s?s, s?s, s?i, s?F}", "name", &name,
		    "binary", &binary, "tree", &tree, "sha256", &hash, "role", &role, "layout",
		    &layout, "slow_pct", &slow))
		fatal("read '%s': arms[%zu]: %s", path, i, e.text);
	if (!tree != !hash || (tree && binary))
		fatal("read '%s': arms[%zu]: expected sha256 with tree, and no binary", path, i);
	a = planarm(p, name);
	a->binary = copied(binary);
	a->tree = copied(tree);
	if (hash)
		readhash(a, path, i, hash);
	if (json_object_get(v, "layout"))
		within(layout, path, "arms", i, "layout", 1, LAYOUTS_MAX);
	a->layout = (unsigned)layout;
	a->slow_pct = within(slow, path, "arms", i, "slow_pct", 0, SLOW_MAX);
	if (role)
		planrole(p, a, role);
}

/* The array under key of the plan's root, with something in it. */
static json_t *
readlist(const json_t *root, const char *path, const char *key)
{
	json_t *v = json_object_get(root, key);

	if (!json_is_array(v) || !json_array_size(v))
		fatal("read '%s': %s: expected an array with something in it", path, key);
	return v;
}

void
planread(struct plan *p, const char *path)
{
	json_t *root = jsonread(path, PLAN_MAX), *v;
	const char *key;
	size_t i;

	if (!root)
		exit(EXIT_TROUBLE);
	if (!json_is_object(root))
		fatal("read '%s': expected an object", path);
	json_object_foreach(root, key, v)
	{
		if (strcmp(key, "arms") && strcmp(key, "benches"))
			fatal("read '%s': %s: unknown key", path, key);
	}
	json_array_foreach(readlist(root, path, "arms"), i, v) readarm(p, path, v, i);
	treescheck(p);
	json_array_foreach(readlist(root, path, "benches"), i, v) readbench(p, path, v, i);
	json_decref(root);
}
