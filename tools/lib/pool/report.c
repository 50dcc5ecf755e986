#include <string.h>

#include "json/json.h"
#include "pool/report.h"

const char *
poolverdict(const struct poolbad *b)
{
	return b->refused ? "refused" : profclassname(b->class);
}

static json_t *
number(uint64_t n)
{
	return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

static json_t *
jsonmodules(const struct poolinfo *v, size_t n)
{
	json_t *list = json_array();

	for (; n; n--, v++) {
		json_t *ids = json_array();
		char kind[64], *id = v->ids.p;

		for (size_t k; *id; id += k + (id[k] == ',')) {
			k = strcspn(id, ",");
			json_array_append_new(ids, json_stringn(id, k));
		}
		profrawkind(v->variant, kind, sizeof(kind));
		json_array_append_new(list,
			jsonpack("{so, so, ss, so, so, so, so, so, so, so, so, so, so}", "profiles",
				number(v->profiles), "version", number(v->version), "kind", kind,
				"functions", number(v->functions), "functions_hit",
				number(v->functions_hit), "counters", number(v->counters),
				"counters_hit", number(v->counters_hit), "sum", number(v->sum),
				"saturated", number(v->saturated), "value_sites", number(v->sites),
				"calls", number(v->calls), "calls_unknown", number(v->unknown),
				"binary_ids", ids));
	}
	return list;
}

static json_t *
jsonshare(const char *program, const struct poolshare *s)
{
	if (!program)
		return json_null();
	return jsonpack("{so, so, so, so, so, so, so, so, so}", "program", jsonstr(program),
		"functions", number(s->all.functions), "count", number(s->all.count),
		"functions_kept", number(s->kept.functions), "count_kept", number(s->kept.count),
		"functions_changed", number(s->changed.functions), "count_changed",
		number(s->changed.count), "hottest_changed",
		s->changed.count ? jsonstr(s->hottest.p) : json_null(), "percent",
		json_real(s->all.count ? 100.0 * (double)s->kept.count / (double)s->all.count : 0));
}

void
pooljson(const struct poolrun *r, const char *out, uint64_t bytes, const struct poolinfo *info,
	size_t n, const char *program, const struct poolshare *share)
{
	json_t *bad = json_array(), *v;

	for (size_t i = 0; i < r->nbad; i++) {
		const struct poolbad *x = &r->bad[i];

		json_array_append_new(bad,
			jsonpack("{so, ss, so}", "file", jsonstr(r->in[x->input].path), "class",
				poolverdict(x), "reason",
				jsonpack("{ss, so, ss, ss}", "section", x->bad.section, "offset",
					number(x->bad.off), "what", x->bad.what, "next", x->next)));
	}
	v = jsonpack("{so, so, so, so, so, so}", "output", n ? jsonstr(out) : json_null(), "bytes",
		number(bytes), "modules", jsonmodules(info, n), "bad", bad, "of",
		jsonshare(program, share), "total",
		jsonpack("{so, so, so, so, so, so, so, so, so}", "files", number(r->n), "added",
			number(r->files), "bad", number(r->nbad), "zero", number(r->zero),
			"warnings", number(r->odd), "repaired", number(r->repaired), "profiles",
			number(r->profiles), "bytes", number(r->bytes), "scaled_sources",
			number(r->scaled)));
	jsonwrite("-", v);
	json_decref(v);
}
