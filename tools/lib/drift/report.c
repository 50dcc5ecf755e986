#include <stdio.h>

#include "base/err.h"
#include "drift/report.h"
#include "json/json.h"
#include "profraw/format.h"

static const char columns[] = "state\tpercent\tcount\tfunctions\tfunctions_hit\tname\n";

/* The next one of the hottest functions; only those with counts are any of it. */
static const struct driftlost *
hot(const struct driftreport *r, size_t i)
{
	return i < r->top && i < r->d->nlost && r->d->lost[i].fn->count ? &r->d->lost[i] : NULL;
}

/* Counts and shares of the new profile, beside those of the old one. */
static void
printhealth(const struct driftreport *r, struct buf *name)
{
	const struct drifthealth *h = r->health;

	printf("total\t%.4f\t%llu\t%zu\t-\t-\n", h->total, (unsigned long long)r->d->new->count,
		r->d->new->n);
	printf("overlap\t%.4f\t-\t-\t-\t-\n", h->overlap);
	if (h->peak[1].fn) {
		driftname(r->d->new, h->peak[1].fn, name);
		printable(name->p);
		printf("peak\t%.4f\t-\t1\t1\t%s\n", h->peak[1].percent, name->p);
	}
	for (size_t i = 0; i < h->ncooled && i < r->top; i++) {
		const struct driftcooled *c = &h->cooled[i];

		driftname(r->d->old, c->fn, name);
		printable(name->p);
		printf("cooled\t%.4f\t%llu\t1\t%d\t%s\n", driftpercent(r->d, c->fn->count),
			(unsigned long long)c->now, c->now != 0, name->p);
	}
}

void
driftprint(const struct driftreport *r, bool header)
{
	const struct driftlost *l;
	struct buf name = {0};

	if (header)
		printf("%s", columns);
	for (enum driftstate s = 0; s < DRIFT_NSTATE; s++)
		printf("%s\t%.4f\t%llu\t%llu\t%llu\t-\n", driftstatename(s),
			driftpercent(r->d, r->d->sum[s].count),
			(unsigned long long)r->d->sum[s].count,
			(unsigned long long)r->d->sum[s].functions,
			(unsigned long long)r->d->sum[s].hit);
	printf("new\t-\t-\t%zu\t-\t-\n", r->d->nadded);
	if (r->health)
		printhealth(r, &name);
	for (size_t i = 0; (l = hot(r, i)); i++) {
		driftname(r->d->old, l->fn, &name);
		printable(name.p);
		printf("%s\t%.4f\t%llu\t1\t1\t%s\n", driftstatename(l->state),
			driftpercent(r->d, l->fn->count), (unsigned long long)l->fn->count, name.p);
	}
	bufrelease(&name);
}

static json_t *
number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *
hex(uint64_t n)
{
	char s[32];

	snprintf(s, sizeof(s), "0x%016llx", (unsigned long long)n);
	return json_string(s);
}

static json_t *
jsonset(const struct driftside *side, const struct driftset *s)
{
	json_t *paths = json_array();
	char kind[64];

	for (size_t i = 0; i < side->n; i++)
		json_array_append_new(paths, jsonstr(side->path[i]));

	profrawkind(s->variant, kind, sizeof(kind));
	return jsonpack("{so, so, so, so, so, ss, so, so}", "paths", paths, "files",
		number(s->files), "profiles", number(s->profiles), "modules", number(s->nmodule),
		"version", number(s->low), "kind", kind, "functions", number(s->n), "count",
		number(s->count));
}

static json_t *
jsonsum(const struct drift *d, const struct driftsum *s)
{
	return jsonpack("{so, so, so, sf}", "functions", number(s->functions), "functions_hit",
		number(s->hit), "count", number(s->count), "percent", driftpercent(d, s->count));
}

static json_t *
jsonmoves(const struct driftreport *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->m->n; i++) {
		const struct driftmove *m = &r->m->v[i];
		json_t *v = jsonpack("{so, so, so, so}", "old", jsonstr(m->from), "new",
			jsonstr(m->to), "old_separator", json_stringn(&m->fromsep, 1),
			"new_separator", json_stringn(&m->tosep, 1));

		json_object_update_new(v, jsonsum(r->d, &m->sum));
		json_array_append_new(list, v);
	}
	return list;
}

static json_t *
limit(double percent)
{
	return percent < 0 ? json_null() : json_real(percent);
}

static json_t *
jsonpeak(const struct driftset *s, const struct driftpeak *p, struct buf *name)
{
	if (!p->fn)
		return json_null();
	return jsonpack(
		"{so, sf}", "name", jsonstr(driftname(s, p->fn, name)), "percent", p->percent);
}

static json_t *
jsonhealth(const struct driftreport *r, struct buf *name)
{
	const struct drifthealth *h = r->health;
	json_t *cooled = json_array();

	for (size_t i = 0; i < h->ncooled && i < r->top; i++) {
		const struct driftcooled *c = &h->cooled[i];

		json_array_append_new(
			cooled, jsonpack("{so, sf, so, so}", "name",
					jsonstr(driftname(r->d->old, c->fn, name)), "percent",
					driftpercent(r->d, c->fn->count), "count",
					number(c->fn->count), "new_count", number(c->now)));
	}
	return jsonpack("{sf, sf, s{so, so, sf, sf}, so, so, so, so, so, so}", "total_percent",
		h->total, "overlap_percent", h->overlap, "unchanged", "count",
		number(h->unchanged[0]), "new_count", number(h->unchanged[1]), "total_percent",
		h->unchangedtotal, "overlap_percent", h->unchangedoverlap, "cooled_functions",
		number(h->ncooled), "cooled", cooled, "old_peak",
		jsonpeak(r->d->old, &h->peak[0], name), "new_peak",
		jsonpeak(r->d->new, &h->peak[1], name), "min_total", limit(r->mintotal),
		"min_overlap", limit(r->minoverlap));
}

void
driftprintjson(const struct driftreport *r)
{
	const struct drift *d = r->d;
	json_t *v, *top = json_array(), *caveats = json_array();
	const struct driftlost *l;
	struct buf name = {0};

	for (size_t i = 0; (l = hot(r, i)); i++)
		json_array_append_new(
			top, jsonpack("{ss, so, sf, so, so, so}", "state", driftstatename(l->state),
				     "name", jsonstr(driftname(d->old, l->fn, &name)), "percent",
				     driftpercent(d, l->fn->count), "count", number(l->fn->count),
				     "hash", hex(l->fn->hash), "new_hash",
				     l->state == DRIFT_CHANGED ? hex(l->now) : json_null()));
	for (size_t i = 0; i < r->c->n; i++)
		json_array_append_new(caveats, jsonpack("{ss, so}", "kind", r->c->v[i].kind, "text",
						       jsonstr(r->c->v[i].text)));
	v = jsonpack("{so, so}", "old", jsonset(&r->old, d->old), "new", jsonset(&r->new, d->new));
	for (enum driftstate s = 0; s < DRIFT_NSTATE; s++)
		json_object_set_new(v, driftstatename(s), jsonsum(d, &d->sum[s]));
	json_object_set_new(v, "new_functions", number(d->nadded));
	json_object_set_new(v, "top", top);
	json_object_set_new(v, "prefixes", jsonmoves(r));
	json_object_set_new(v, "crate_hash", jsonsum(d, &r->m->crate));
	json_object_set_new(v, "percent_rewritten",
		json_real(driftpercent(d, d->sum[DRIFT_UNCHANGED].count + r->m->sum.count)));
	json_object_set_new(v, "caveats", caveats);
	json_object_set_new(v, "min", limit(r->min));
	json_object_set_new(v, "health", r->health ? jsonhealth(r, &name) : json_null());
	json_object_set_new(v, "pass", json_boolean(r->pass));
	jsonwrite("-", v);
	json_decref(v);
	bufrelease(&name);
}
