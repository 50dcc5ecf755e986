#include <stdlib.h>
#include <string.h>

#include "compare/waivers.h"
#include "decision/criteria.h"
#include "stats/stats.h"

static struct comparison *
find(const struct comparisons *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->of[i].name, name))
			return &all->of[i];
	return NULL;
}

static const char *
apply(const json_t *w, const char *today, struct comparisons *all)
{
	struct comparison *c = find(all, json_string_value(json_object_get(w, "benchmark")));
	double max = json_number_value(json_object_get(w, "max_pct"));

	if (strcmp(json_string_value(json_object_get(w, "expires")), today) < 0)
		return "expired";
	if (!c || !c->gated)
		return "unknown";
	if (c->j.verdict != REGRESSED)
		return "unused";
	if (topct(c->j.theta) > max)
		return "exceeded";
	c->waived = json_string_value(json_object_get(w, "reason"));
	return "used";
}

json_t *
waiversapply(const json_t *waivers, const char *today, struct comparisons *all)
{
	json_t *told = json_array(), *w;
	size_t i;

	json_array_foreach(waivers, i, w)
	{
		json_t *one = json_copy(w);

		json_object_set_new(one, "state", json_string(apply(w, today, all)));
		json_array_append_new(told, one);
	}
	return told;
}
