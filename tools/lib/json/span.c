/* Walking a text that has been checked: no error is possible here, and none is looked for. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "json/span.h"

static const char *
blanks(const char *p)
{
	while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')
		p++;
	return p;
}

/* From an opening quote to behind the closing one. */
static const char *
behindstring(const char *p)
{
	for (p++; *p != '"'; p++)
		p += *p == '\\';
	return p + 1;
}

/*
 * Past the digits of numbers: whether none of the eight bytes at p is a bracket, a brace, a letter
 * or a backslash (all have bit 6) or a quote (the only one that the subtraction turns to 0, so that
 * it borrows; a byte above it may be taken for one).
 */
static bool
dull(const char *p)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t w, quote;

	memcpy(&w, p, sizeof(w));
	quote = w ^ ones * '"';
	return !((w & ones * 0x40) | ((quote - ones) & ~quote & ones * 0x80));
}

/* `end` is that of a value around it. */
static const char *
behindnested(const char *p, const char *end)
{
	size_t depth = 0;

	do {
		while (end - p >= 8 && dull(p))
			p += 8;
		if (*p == '"') {
			p = behindstring(p);
			continue;
		}
		if (*p == '[' || *p == '{')
			depth++;
		else if (*p == ']' || *p == '}')
			depth--;
		p++;
	} while (depth);
	return p;
}

static struct span
valueat(const char *p, const char *end)
{
	const char *from = p;

	if (*p == '"')
		p = behindstring(p);
	else if (*p == '[' || *p == '{')
		p = behindnested(p, end);
	else
		while (*p > ' ' && *p != ',' && *p != ']' && *p != '}')
			p++;
	return (struct span){from, (size_t)(p - from)};
}

bool
spanisarray(struct span v)
{
	return v.p && *v.p == '[';
}

bool
spanisobject(struct span v)
{
	return v.p && *v.p == '{';
}

/* Where the part behind `last` begins (the first, when there is no last one), or NULL. */
static const char *
part(struct span of, const struct span *last)
{
	const char *p = blanks(last->p ? last->p + last->n : of.p + 1);

	if (last->p && *p == ',')
		p = blanks(p + 1);
	return *p == ']' || *p == '}' ? NULL : p;
}

bool
spannext(struct span array, struct span *e)
{
	const char *p = spanisarray(array) ? part(array, e) : NULL;

	if (p)
		*e = valueat(p, array.p + array.n);
	return p;
}

bool
spannextmember(struct span object, struct span *key, struct span *e)
{
	const char *p = spanisobject(object) ? part(object, e) : NULL;

	if (!p)
		return false;
	*key = valueat(p, object.p + object.n);
	*e = valueat(blanks(blanks(p + key->n) + 1), object.p + object.n);
	return true;
}

/* The whole value; its size has been looked at. */
static json_t *
load(struct span v)
{
	json_error_t e;
	json_t *j = json_loadb(v.p, v.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);

	if (!j)
		fatal("decode JSON: %s", e.text);
	return j;
}

/* Whether a key is this name; most are written without an escape. */
static bool
called(struct span key, const char *name)
{
	json_t *j;
	bool same;

	if (!memchr(key.p, '\\', key.n))
		return strlen(name) == key.n - 2 && !memcmp(key.p + 1, name, key.n - 2);
	j = load(key);
	same = !strcmp(json_string_value(j), name);
	json_decref(j);
	return same;
}

/* The index of the name of a key among names, or that of the NULL behind them. */
static size_t
indexof(struct span key, const char *const names[])
{
	size_t i = 0;

	while (names[i] && !called(key, names[i]))
		i++;
	return i;
}

static void
none(const char *const names[], struct span found[])
{
	for (size_t i = 0; names[i]; i++)
		found[i] = (struct span){0};
}

void
spanpick(struct span object, const char *const names[], struct span found[])
{
	struct span key, e = {0};

	none(names, found);
	while (spannextmember(object, &key, &e)) {
		size_t i = indexof(key, names);

		if (names[i])
			found[i] = e;
	}
}

struct span
spanmember(struct span object, const char *name)
{
	struct span found;

	spanpick(object, (const char *const[]){name, NULL}, &found);
	return found;
}

size_t
spancount(struct span array)
{
	struct span e = {0};
	size_t n = 0;

	while (spannext(array, &e))
		n++;
	return n;
}

json_t *
spanload(struct span v, size_t max)
{
	return v.p && v.n <= max ? load(v) : NULL;
}

json_t *
spanloadrest(struct span object, const char *const names[], struct span picked[], size_t max)
{
	struct span key, e = {0};
	json_t *j = spanisobject(object) ? json_object() : NULL;

	none(names, picked);
	while (j && spannextmember(object, &key, &e)) {
		size_t i = indexof(key, names);
		json_t *k;

		if (names[i]) {
			picked[i] = e;
			continue;
		}
		if (e.n > max || key.n > max - e.n) {
			json_decref(j);
			return NULL;
		}
		max -= e.n + key.n;
		k = load(key);
		json_object_set_new(j, json_string_value(k), load(e));
		json_decref(k);
	}
	return j;
}
