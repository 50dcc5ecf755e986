#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "history/series.h"
#include "history/trend.h"
#include "report/wording.h"

/* Of a change: an interval of 99 %. */
static const double Z = 2.5758;

static json_t *
percent(double theta)
{
	double p = 100 * expm1(theta);

	return isfinite(p) ? json_real(p) : json_null();
}

/* Against the first commit: where its base stands by the levels, and what the run says beyond that. */
static json_t *
pointsof(const struct series *s, const struct changes *c)
{
	json_t *points = json_array();

	for (size_t i = 0; i < s->n; i++) {
		const struct run *r = &s->runs[i];
		double from = r->base == NOWHERE ? -c->root : changeslevel(c, r->base),
		       at = from + r->theta;
		double error = s->paired && r->se > 0 ? Z * r->se * c->scale : NAN;

		json_array_append_new(
			points, jsonpack("{s:s, s:s, s:i, s:o, s:o, s:o}", "commit",
					s->places[r->head].commit, "date", s->places[r->head].date,
					"place", (int)r->head, "pct", percent(at), "low_pct",
					percent(at - error), "high_pct", percent(at + error)));
	}
	return points;
}

static json_t *
changesof(const struct series *s, const struct changes *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->n; i++) {
		const struct change *of = &c->of[i];
		const struct place *p = &s->places[of->at];
		bool known = *s->better, worse = (of->theta > 0) == !strcmp(s->better, "lower");

		json_array_append_new(
			list, jsonpack("{s:i, s:s, s:s, s:i, s:o, s:o, s:o, s:f, s:o}", "place",
				      (int)of->at, "commit", p->commit, "date", p->date, "over",
				      (int)of->over, "pct", percent(of->theta), "low_pct",
				      percent(of->theta - Z * of->se), "high_pct",
				      percent(of->theta + Z * of->se), "p", of->p, "worse",
				      known ? json_boolean(worse) : json_null()));
	}
	return list;
}

/* The level of each commit at which it is another than that of the one before. */
static json_t *
levelsof(const struct series *s, const struct changes *c)
{
	json_t *levels = json_array();
	double before = NAN;

	for (size_t i = 0; i < s->nplaces; i++) {
		double level = changeslevel(c, i);

		if (!(fabs(level - before) < 1e-12))
			json_array_append_new(levels,
				jsonpack("{s:i, s:o}", "place", (int)i, "pct", percent(level)));
		before = level;
	}
	return levels;
}

static json_t *
seriesjson(const struct series *s)
{
	struct changesrules rules = changesdefault();
	struct changes c;
	double last;

	changesfind(&c, s->runs, s->n, s->nplaces, &rules);
	last = changeslevel(&c, s->nplaces - 1);
	return jsonpack("{s:s, s:s, s:s, s:o, s:o, s:i, s:i, s:i, s:s, s:s, s:o, s:o, s:o, s:o}",
		"name", s->name, "metric", s->metric, "unit", s->unit, "better",
		*s->better ? json_string(s->better) : json_null(), "cpu",
		s->paired ? json_string(s->cpu) : json_null(), "runs", (int)s->n, "left_out",
		(int)s->left_out, "places", (int)s->nplaces, "first", s->places[0].date, "last",
		s->places[s->nplaces - 1].date, "change_pct", percent(last), "points",
		pointsof(s, &c), "levels", levelsof(s, &c), "changes", changesof(s, &c));
}

/* With changes before those without, and by how much. */
static int
bychange(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	int changes = !json_array_size(json_object_get(x, "changes")) -
		      !json_array_size(json_object_get(y, "changes"));
	double d = fabs(numberof(y, "change_pct")) - fabs(numberof(x, "change_pct"));

	if (changes || d > 0 || d < 0)
		return changes ? changes : d > 0 ? 1 : -1;
	return strcmp(textof(x, "name"), textof(y, "name"));
}

static json_t *
profilesof(const struct lines *l)
{
	static const char *const keys[] = {"date", "commit", "status", "counts", "functions",
		"functions_hit", "total_pct", "overlap_pct", "match_pct"};
	json_t *list = json_array();

	for (size_t i = 0; i < l->n; i++) {
		json_t *p;

		if (strcmp(textof(l->of[i], "kind"), "profile") != 0)
			continue;
		p = json_object();
		for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++) {
			json_t *v = json_object_get(l->of[i], keys[k]);

			json_object_set(p, keys[k],
				json_is_number(v) || json_is_string(v) ? v : json_null());
		}
		json_array_append_new(list, p);
	}
	return list;
}

json_t *
trend(const struct lines *l)
{
	size_t n;
	struct series *of = seriesof(l, &n);
	json_t **each = xcalloc(n + 1, sizeof(*each)), *list = json_array(), *v;
	const char *first = "", *last = "";

	for (size_t i = 0; i < n; i++)
		each[i] = seriesjson(&of[i]);
	qsort(each, n, sizeof(*each), bychange);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, each[i]);
	for (size_t i = 0; i < l->n; i++) {
		const char *date = textof(l->of[i], "date");

		first = !*first || strcmp(date, first) < 0 ? date : first;
		last = strcmp(date, last) > 0 ? date : last;
	}
	v = jsonpack("{s:s, s:i, s:i, s:s, s:s, s:o, s:o}", "format", "pgokit-history-report-1",
		"runs", (int)l->n, "left_out", (int)l->left_out, "first", first, "last", last,
		"series", list, "profiles", profilesof(l));
	free(each);
	seriesrelease(of, n);
	return v;
}
