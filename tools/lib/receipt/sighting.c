/* What was seen of the runs of an arm: what is wrong with it, and how a receipt has it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "receipt/sighting.h"

const char *
sightingflaw(const struct sighting *s, const char *arm)
{
	static char text[512];

	if (!s->looked)
		return NULL;
	if (s->untraced)
		snprintf(text, sizeof(text), "whether '%s' executes its program cannot be seen: %s",
			arm, s->untraced);
	else if (s->left)
		snprintf(text, sizeof(text),
			"the program of '%s' still ran when the command had ended (%s); the "
			"command has to wait for it",
			arm, s->left);
	else if (!s->runs[0] && !s->runs[1])
		snprintf(text, sizeof(text), "it does not execute the program of '%s', only %s",
			arm, s->instead ? s->instead : "nothing");
	else if (!s->runs[1])
		snprintf(text, sizeof(text),
			"it executes the program of '%s' in a first run, but not in the next, as "
			"where a result is kept",
			arm);
	else
		return NULL;
	return text;
}

const char *
sightingsdiffer(
	const struct sighting *a, const char *arm, const struct sighting *b, const char *other)
{
	static char text[512];
	unsigned x = a->runs[SEEN_RUNS - 1], y = b->runs[SEEN_RUNS - 1];

	if (!a->looked || !b->looked || x == y)
		return NULL;
	snprintf(text, sizeof(text), "it executes the program %u times as '%s', %u times as '%s'",
		x, arm, y, other);
	return text;
}

json_t *
sightingjson(const struct sighting *s)
{
	if (!s->looked)
		return json_null();
	if (s->untraced)
		return jsonpack("{s:o}", "untraced", jsonstr(s->untraced));
	return jsonpack("{s:[i, i], s:o, s:o}", "runs", (int)s->runs[0], (int)s->runs[1], "left",
		jsonstr(s->left), "instead", jsonstr(s->instead));
}

static bool
textornull(const json_t *o, const char *key, char **to)
{
	const json_t *v = json_object_get(o, key);

	*to = json_is_string(v) ? xstrdup(json_string_value(v)) : NULL;
	return *to || json_is_null(v);
}

/* False when the object is not one that sightingjson() makes. */
static bool
readobject(struct sighting *s, const json_t *v)
{
	const json_t *runs = json_object_get(v, "runs");

	if (json_object_get(v, "untraced"))
		return textornull(v, "untraced", &s->untraced) && s->untraced;
	if (json_array_size(runs) != SEEN_RUNS)
		return false;
	for (size_t i = 0; i < SEEN_RUNS; i++) {
		const json_t *n = json_array_get(runs, i);

		if (!json_is_integer(n) || json_integer_value(n) < 0 ||
			json_integer_value(n) > INT32_MAX)
			return false;
		s->runs[i] = (unsigned)json_integer_value(n);
	}
	return textornull(v, "left", &s->left) && textornull(v, "instead", &s->instead);
}

struct sighting
sightingread(const json_t *v)
{
	struct sighting s = {.looked = json_is_object(v)};

	s.garbled = s.looked ? !readobject(&s, v) : !json_is_null(v);
	return s;
}

void
sightingrelease(struct sighting *s)
{
	free(s->left);
	free(s->instead);
	free(s->untraced);
	*s = (struct sighting){0};
}
