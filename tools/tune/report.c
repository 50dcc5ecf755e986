/* What was learned, for people and programs: recommendations, the table, the export. */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "tune/message.h"
#include "tune/model.h"
#include "tune/profile.h"

static int
baselineof(const struct tune_profile *p)
{
	int baseline = atomic_load(&p->op->baseline);

	return baseline < 0 ? 0 : baseline;
}

/* A profile's recommendation; false when it has no sample. */
static bool
recommendation(struct tune_profile *p, struct tune_recommendation *r)
{
	int best = tune_best(p), baseline = baselineof(p);
	struct tune_stats s, plain;

	if (best < 0 || tune_stats(p, best, &s) || tune_stats(p, baseline, &plain))
		return false;
	*r = (struct tune_recommendation){
		.operation = p->op->name,
		.dims = p->dims,
		.ndims = p->ndims,
		.target = tune_target_name(p->op, best),
		.baseline = tune_target_name(p->op, baseline),
		.speedup = exp(plain.log_mean - s.log_mean),
		.confidence = tune_confidence(p),
		.converged = tune_converged(p),
		.flops = p->flops / s.seconds.mean,
	};
	return true;
}

int
tune_recommend(
	struct tune *t, int (*each)(void *arg, const struct tune_recommendation *r), void *arg)
{
	size_t n;
	struct tune_profile **all = allprofiles(t, &n);
	struct tune_recommendation r;
	int result = all ? 0 : (int)TUNE_NOMEM;

	for (size_t i = 0; !result && i < n; i++)
		if (recommendation(all[i], &r))
			result = each(arg, &r);
	free(all);
	return result;
}

/* --- The table ----------------------------------------------------------------------------- */

/* "1.234 ms", "-" where it is not known. */
struct number {
	char text[32];
};

static struct number
figure(int digits, double x, const char *unit)
{
	struct number s = {"-"};

	if (!isnan(x))
		snprintf(s.text, sizeof(s.text), "%.*f%s", digits, x, unit);
	return s;
}

static void
row(struct tune_profile *p, FILE *out)
{
	struct tune_recommendation r;
	struct tune_stats s = {0}, plain = {0};

	if (!recommendation(p, &r)) {
		fprintf(out, "%-28s %-16s\n", label(p).text, "no sample");
		return;
	}
	(void)tune_stats(p, tune_best(p), &s);
	(void)tune_stats(p, baselineof(p), &plain);
	fprintf(out, "%-28s %-16s %12s %12s %9s %10.3f %9s %9s\n", label(p).text, r.target,
		figure(4, plain.seconds.mean * 1e3, "").text,
		figure(4, s.seconds.mean * 1e3, "").text, figure(2, r.speedup, "x").text,
		r.confidence, figure(2, r.flops * 1e-9, "").text,
		figure(4, s.joules.mean, "").text);
}

static void
models(struct tune *t, FILE *out)
{
	pthread_mutex_lock(&t->lock);
	if (t->models)
		fprintf(out, "\n%-28s %16s %12s %12s %9s %10s\n", "model", "operations",
			"baseline ms", "best ms", "speedup", "confidence");
	for (const struct model *m = t->models; m; m = m->next) {
		struct tune_model r = modelresult(m);

		fprintf(out, "%-28s %16d %12s %12s %9s %10.3f\n", m->name, m->n,
			figure(4, r.baseline * 1e3, "").text, figure(4, r.best * 1e3, "").text,
			figure(2, r.baseline / r.best, "x").text, r.confidence);
	}
	pthread_mutex_unlock(&t->lock);
}

int
tune_summary(struct tune *t, FILE *out)
{
	size_t n;
	struct tune_profile **all = allprofiles(t, &n);
	struct tune_totals sum = tune_totals(t);

	if (!all)
		return TUNE_NOMEM;
	fprintf(out, "%s\n\n%-28s %-16s %12s %12s %9s %10s %9s %9s\n", t->machine, "operation",
		"best target", "baseline ms", "best ms", "speedup", "confidence", "GFLOP/s", "J");
	for (size_t i = 0; i < n; i++)
		row(all[i], out);
	models(t, out);
	fprintf(out,
		"\n%" PRIu64 " operations, %" PRIu64 " samples, %" PRIu64 " distrusted, %" PRIu64
		" failed; %.6g s, %.6g s saved\n",
		sum.operations, sum.samples, sum.distrusted, sum.failures, sum.seconds, sum.saved);
	free(all);
	return fflush(out) || ferror(out)
		       ? fail(t, TUNE_IO, "write the summary: not all of it was written")
		       : 0;
}

/* --- The export ---------------------------------------------------------------------------- */

/* One column: its name, and its number. */
struct column {
	const char *name;
	double value;
};
enum { COLUMNS = 22 };

static void
columns(const struct tune_stats *s, double score, double flops, struct column c[COLUMNS])
{
	const struct column all[COLUMNS] = {
		{"runs", (double)s->runs},
		{"samples", (double)s->count},
		{"weight", s->weight},
		{"seconds_min", s->seconds.min},
		{"seconds_max", s->seconds.max},
		{"seconds_mean", s->seconds.mean},
		{"seconds_variance", s->seconds.variance},
		{"log_mean", s->log_mean},
		{"log_variance", s->log_variance},
		{"power_weight", s->power_weight},
		{"watts_min", s->watts.min},
		{"watts_max", s->watts.max},
		{"watts_mean", s->watts.mean},
		{"watts_variance", s->watts.variance},
		{"joules_min", s->joules.min},
		{"joules_max", s->joules.max},
		{"joules_mean", s->joules.mean},
		{"joules_variance", s->joules.variance},
		{"score", score},
		{"flops", flops},
		{"flops_per_second", flops / s->seconds.mean},
		{"dropped", s->dropped},
	};

	for (int i = 0; i < COLUMNS; i++)
		c[i] = all[i];
}

/* A name as a CSV field: RFC 4180. */
static void
csvname(const char *name, FILE *out)
{
	putc('"', out);
	for (; *name; name++) {
		if (*name == '"')
			putc('"', out);
		putc(*name, out);
	}
	putc('"', out);
}

static void
csvrow(const struct tune_profile *p, int target, bool best, const struct column c[COLUMNS],
	FILE *out)
{
	csvname(p->op->name, out);
	putc(',', out);
	for (int i = 0; i < p->ndims; i++)
		fprintf(out, "%s%" PRId64, i ? "x" : "", p->dims[i]);
	putc(',', out);
	csvname(p->op->slot[target].name, out);
	fprintf(out, ",%d", best);
	for (int i = 0; i < COLUMNS; i++)
		if (isnan(c[i].value))
			putc(',', out);
		else
			fprintf(out, ",%.9g", c[i].value);
	putc('\n', out);
}

static json_t *
jsonrow(const struct tune_profile *p, int target, bool best, const struct column c[COLUMNS])
{
	json_t *dims = json_array(), *row;

	for (int i = 0; i < p->ndims; i++)
		json_array_append_new(dims, json_integer(p->dims[i]));
	row = json_pack("{s:s, s:o, s:s, s:b}", "operation", p->op->name, "dims", dims, "target",
		p->op->slot[target].name, "best", best);
	for (int i = 0; row && i < COLUMNS; i++)
		json_object_set_new(
			row, c[i].name, isfinite(c[i].value) ? json_real(c[i].value) : json_null());
	return row;
}

/* All targets of a profile that ran, as lines or into rows. */
static void
exportprofile(struct tune_profile *p, FILE *out, json_t *rows)
{
	int best = tune_best(p);

	for (int i = 0; i < tune_targets(p->op); i++) {
		struct column c[COLUMNS];
		struct tune_stats s;

		if (tune_stats(p, i, &s) || (!s.count && !s.runs))
			continue;
		columns(&s, tune_score(p, i, NULL), p->flops, c);
		if (rows)
			json_array_append_new(rows, jsonrow(p, i, i == best, c));
		else
			csvrow(p, i, i == best, c, out);
	}
}

static int
exportjson(struct tune *t, struct tune_profile *const all[], size_t n, FILE *out)
{
	json_t *rows = json_array(), *doc;
	int rc;

	for (size_t i = 0; rows && i < n; i++)
		exportprofile(all[i], out, rows);
	doc = json_pack("{s:s, s:o}", "cpu", t->machine, "targets", rows);
	rc = !doc || json_dumpf(doc, out, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) ||
	     putc('\n', out) < 0;
	json_decref(doc);
	return rc;
}

static void
exportcsv(struct tune_profile *const all[], size_t n, FILE *out)
{
	struct tune_stats none = {0};
	struct column c[COLUMNS];

	columns(&none, 0, 0, c);
	fputs("operation,dims,target,best", out);
	for (int i = 0; i < COLUMNS; i++)
		fprintf(out, ",%s", c[i].name);
	putc('\n', out);
	for (size_t i = 0; i < n; i++)
		exportprofile(all[i], out, NULL);
}

int
tune_export(struct tune *t, FILE *out, enum tune_format format)
{
	size_t n;
	struct tune_profile **all = allprofiles(t, &n);
	int rc = 0;

	if (!all)
		return TUNE_NOMEM;
	if (format == TUNE_JSON)
		rc = exportjson(t, all, n, out);
	else
		exportcsv(all, n, out);
	free(all);
	return rc || fflush(out) || ferror(out)
		       ? fail(t, TUNE_IO, "write the export: not all of it was written")
		       : 0;
}
