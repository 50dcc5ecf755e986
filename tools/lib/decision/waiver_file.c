#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "decision/waiver_file.h"

enum { WAIVERS_MAX = 1 << 20 }; /* bytes of the file */

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
