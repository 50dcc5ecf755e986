#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "history/lines.h"
#include "report/wording.h"

/* Beyond these a number is no measurement, and a logarithm of it no distance. */
static const double NUMBER_MAX = 1e18, PERCENT_MAX = 1e8;

/* Every digit of 2026-01-31T12:00:00Z where it belongs. */
static bool
isdate(const char *s)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	size_t i = 0;

	for (; form[i]; i++)
		if (form[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	return !s[i];
}

static bool
iscommit(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return n >= 7 && n <= 64 && !s[n];
}

/* A text that is there, and is not too long. */
static bool
hastext(const json_t *o, const char *key, size_t most)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v) && json_string_length(v) == strlen(json_string_value(v)) &&
	       json_string_length(v) <= most;
}

static bool
hasdirection(const json_t *o)
{
	const char *better = textof(o, "better");

	return json_is_null(json_object_get(o, "better")) || !strcmp(better, "lower") ||
	       !strcmp(better, "higher");
}

/* A number that something was measured to be. */
static bool
ispositive(const json_t *o, const char *key)
{
	return numberof(o, key) > 0 && numberof(o, key) <= NUMBER_MAX;
}

static bool
ispercent(double v)
{
	return v > -100 && v <= PERCENT_MAX;
}

static bool
isbench(const json_t *b, bool paired)
{
	double low = numberof(b, "low_pct"), high = numberof(b, "high_pct");

	if (!hastext(b, "name", HISTORY_NAME_MAX) || !*textof(b, "name") ||
		!hastext(b, "unit", HISTORY_NAME_MAX) || !hasdirection(b))
		return false;
	if (!paired)
		return ispositive(b, "value");
	return hastext(b, "metric", HISTORY_NAME_MAX) && ispositive(b, "base") &&
	       ispositive(b, "head") && ispercent(numberof(b, "change_pct")) &&
	       ((isnan(low) && isnan(high)) || (ispercent(low) && ispercent(high) && low <= high));
}

/* What is wrong with it, or NULL. */
static const char *
wrong(const json_t *v)
{
	const char *kind = textof(v, "kind");
	bool paired = !strcmp(kind, "gate");
	const json_t *benches = json_object_get(v, "benches"), *b;
	double confidence = numberof(v, "confidence");
	size_t i;

	if (strcmp(textof(v, "format"), "pgokit-history-1") != 0)
		return "it is not of the format pgokit-history-1";
	if (!hastext(v, "id", 200) || !*textof(v, "id"))
		return "it has no id";
	if (!isdate(textof(v, "date")) || !isdate(textof(v, "committed")))
		return "a date is not as 2026-01-31T12:00:00Z";
	if (!iscommit(textof(v, "commit")))
		return "its commit is none";
	if (!strcmp(kind, "profile"))
		return hastext(v, "status", HISTORY_NAME_MAX) ? NULL : "it has no status";
	if (!paired && strcmp(kind, "value") != 0)
		return "its kind is not gate, value or profile";
	if (paired && (!iscommit(textof(v, "base")) || !isdate(textof(v, "base_committed"))))
		return "its base is no commit with a date";
	if (paired && !hastext(json_object_get(v, "machine"), "cpu", HISTORY_NAME_MAX))
		return "its machine has no cpu";
	if (paired && !(confidence > 0 && confidence < 1))
		return "its confidence is not within 0 and 1";
	if (!json_is_array(benches) || json_array_size(benches) > LINE_BENCHES_MAX)
		return "it has no benchmarks, or too many";
	json_array_foreach(benches, i, b)
	{
		if (!isbench(b, paired))
			return "a benchmark of it has no name, unit, direction or number";
	}
	return NULL;
}

static bool
known(const json_t *ids, const json_t *v)
{
	return json_object_get(ids, textof(v, "id"));
}

static void
takeline(struct lines *l, json_t *ids, const char *path, size_t number, const char *p, size_t n)
{
	json_error_t err;
	json_t *v = json_loadb(p, n, JSON_REJECT_DUPLICATES, &err);
	const char *why = v ? wrong(v) : err.text;

	if (!why && known(ids, v))
		why = "an earlier line has its id";
	if (why) {
		if (amongfirst(&l->left_out))
			warn("read '%s': line %zu is left out: %s", path, number, why);
		json_decref(v);
		return;
	}
	json_object_set_new(ids, textof(v, "id"), json_true());
	l->of = xreallocarray(l->of, l->n + 1, sizeof(*l->of));
	l->of[l->n++] = v;
}

static void
readall(const char *path, struct buf *text)
{
	char b[65536];
	size_t n;

	if (strcmp(path, "-") != 0) {
		if (slurpwarn(path, HISTORY_MAX, text))
			exit(EXIT_TROUBLE);
		return;
	}
	while ((n = fread(b, 1, sizeof(b), stdin)) > 0) {
		bufadd(text, b, n);
		if (text->n > HISTORY_MAX)
			fatal("read standard input: it has more than %d bytes", HISTORY_MAX);
	}
	if (ferror(stdin))
		fatal("read standard input:");
}

void
linesread(struct lines *l, const char *path)
{
	const char *name = strcmp(path, "-") ? path : "standard input";
	struct buf text = {0}, what = {0};
	json_t *ids = json_object();
	size_t number = 0;

	*l = (struct lines){0};
	readall(path, &text);
	for (const char *p = text.p, *end = p + text.n, *next; p < end; p = next + 1) {
		next = memchr(p, '\n', (size_t)(end - p));
		next = next ? next : end;
		if (++number > LINES_MAX)
			fatal("read '%s': it has more than %d lines", name, LINES_MAX);
		if (next > p)
			takeline(l, ids, name, number, p, (size_t)(next - p));
	}
	bufprintf(&what, "read '%s': leave out lines", name);
	warnmore(bufstr(&what), l->left_out);
	bufrelease(&what);
	json_decref(ids);
	bufrelease(&text);
}

void
linesrelease(struct lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		json_decref(l->of[i]);
	free(l->of);
	*l = (struct lines){0};
}
