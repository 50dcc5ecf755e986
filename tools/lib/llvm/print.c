#include <stdio.h>

#include "json/json.h"
#include "llvm/print.h"
#include "profraw/format.h"

void
choiceprint(const struct search *s, const struct want *w, const struct candidate *best)
{
	struct buf b = {0};

	for (size_t i = 0; i < s->n; i++) {
		const struct candidate *c = &s->v[i];
		unsigned number = w->bolt ? c->bolt.major : c->probe.version;
		char version[16] = "-";

		if (number)
			snprintf(version, sizeof(version), "%u", number);
		choicewhy(w, c, &b);
		printf("%s\t%s\t%s\t%s%s%s\n", choiceverdict(w, c, best), version, c->path,
			searchsource(s, c->source), b.n ? ": " : "", b.p);
	}
	bufrelease(&b);
}

static json_t *
jsonnumber(unsigned n)
{
	return n ? json_integer(n) : json_null();
}

void
choiceprintjson(const struct search *s, const struct want *w, const struct candidate *best,
	const char *path)
{
	json_t *list = json_array(), *v;
	struct buf b = {0};
	char by[64];

	for (size_t i = 0; i < s->n; i++) {
		struct candidate *c = &s->v[i];

		if (!c->asked)
			continue;
		choicewhy(w, c, &b);
		v = jsonpack("{ss, so, so, so, ss, so}", "verdict", choiceverdict(w, c, best),
			"version", jsonnumber(c->probe.version), "llvm",
			jsonnumber(choicemajor(s, w, c)), "path", jsonstr(c->path), "source",
			searchsource(s, c->source), "reason", b.n ? jsonstr(b.p) : json_null());
		if (w->bolt) {
			json_object_set_new(v, "llvm_bolt", jsonstr(c->bolt.tool));
			json_object_set_new(v, "merge_fdata", jsonstr(c->bolt.merge));
			json_object_set_new(v, "runtime", jsonstr(c->bolt.runtime));
		}
		json_array_append_new(list, v);
	}
	profrawreaders(w->version, by, sizeof(by));
	v = jsonpack("{so, so, so, so}", "wanted", jsonnumber(w->version), "readers",
		*by ? json_string(by) : json_null(), "path", jsonstr(path), "candidates", list);
	jsonwrite("-", v);
	json_decref(v);
	bufrelease(&b);
}
