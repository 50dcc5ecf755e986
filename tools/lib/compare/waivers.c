#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "decision/criteria.h"
#include "waivers.h"

enum { WAIVERS_MAX = 1 << 20 }; /* bytes of the file */

bool
isdate(const char *s)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	static const char form[] = "0000-00-00";
	int year, month, day, leap;

	for (size_t i = 0; i < sizeof(form); i++)
		if (form[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	year = (int)strtol(s, NULL, 10);
	month = (int)strtol(s + 5, NULL, 10);
	day = (int)strtol(s + 8, NULL, 10);
	leap = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + leap;
}

/* One element of the list, the i-th. */
static void
check(json_t *w, const char *path, size_t i)
{
	const char *bench, *reason, *expires;
	double max;
	json_error_t e;

	if (json_unpack_ex(w, &e, JSON_STRICT, "{s:s, s:F, s:s, s:s}", "benchmark", &bench,
		    "max_pct", &max, "reason", &reason, "expires", &expires))
		fatal("read '%s': waiver %zu: %s", path, i + 1, e.text);
	if (!(max > 0 && max <= 1000))
		fatal("read '%s': waiver %zu: max_pct: expected a number above 0, at most 1000",
			path, i + 1);
	if (!*bench || !*reason)
		fatal("read '%s': waiver %zu: it names no benchmark or no reason", path, i + 1);
	if (!isdate(expires))
		fatal("read '%s': waiver %zu: expires '%s': expected a day as YYYY-MM-DD", path,
			i + 1, expires);
}

void
waiverscheck(const json_t *waivers, const char *path)
{
	json_t *w, *seen = json_object();
	size_t i;

	if (!json_is_array(waivers))
		fatal("read '%s': expected an array of waivers", path);
	json_array_foreach(waivers, i, w)
	{
		const char *bench;

		check(w, path, i);
		bench = json_string_value(json_object_get(w, "benchmark"));
		if (json_object_get(seen, bench))
			fatal("read '%s': waiver %zu: there is another one for '%s'", path, i + 1,
				bench);
		json_object_set_new(seen, bench, json_true());
	}
	json_decref(seen);
}

json_t *
waiversread(const char *path)
{
	json_t *v = jsonread(path, WAIVERS_MAX);

	if (!v)
		exit(EXIT_TROUBLE);
	waiverscheck(v, path);
	return v;
}

static struct contest *
find(const struct contests *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->of[i].name, name))
			return &all->of[i];
	return NULL;
}

static const char *
apply(const json_t *w, const char *today, struct contests *all)
{
	struct contest *c = find(all, json_string_value(json_object_get(w, "benchmark")));
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
waiversapply(const json_t *waivers, const char *today, struct contests *all)
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
