#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "err.h"
#include "evidence.h"

void
evidencewrite(const char *path, const struct question *q, json_t *const docs[2],
	const char *const names[2], json_t *verdict)
{
	json_t *inputs = json_array(), *files = json_array(), *e;

	for (size_t i = 0; i < 2 && docs[i]; i++) {
		json_array_append(inputs, docs[i]);
		json_array_append_new(files, jsonstr(names[i]));
	}
	e = jsonpack("{s:s, s:s*, s:s*, s:o, s:O, s:o, s:o}", "format", "pgokit-evidence-1", "base",
		q->base, "cand", q->cand, "rules", rulesjson(q), "verdict", verdict, "files", files,
		"inputs", inputs);
	jsonwriteexact(path, e);
	json_decref(e);
}

static bool agree(const json_t *a, const json_t *b);

static bool
agreeobject(const json_t *a, const json_t *b)
{
	const char *key;
	json_t *v;

	if (json_object_size(a) != json_object_size(b))
		return false;
	json_object_foreach((json_t *)a, key, v)
	{
		if (!agree(v, json_object_get(b, key)))
			return false;
	}
	return true;
}

static bool
agreearray(const json_t *a, const json_t *b)
{
	size_t n = json_array_size(a);

	if (n != json_array_size(b))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!agree(json_array_get(a, i), json_array_get(b, i)))
			return false;
	return true;
}

/*
 * Equal but for the last digits of numbers, which another machine's logarithm may round the other
 * way. The depth is that of a verdict: a, which was computed here, is never deep.
 */
static bool
agree(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b)) {
		double x = json_number_value(a), y = json_number_value(b);

		return fabs(x - y) <= 1e-9 * fmax(fabs(x), fabs(y));
	}
	if (!b || json_typeof(a) != json_typeof(b))
		return false;
	if (json_is_object(a))
		return agreeobject(a, b);
	if (json_is_array(a))
		return agreearray(a, b);
	return json_equal(a, b);
}

json_t *
evidenceverdict(const char *path)
{
	json_t *e = jsonread(path, JSON_FILE_MAX), *rules, *verdict, *inputs, *files, *again;
	json_t *docs[2] = {0};
	const char *names[2] = {0}, *format;
	struct question q = {0};
	json_error_t err;

	if (!e)
		exit(EXIT_TROUBLE);
	if (json_unpack_ex(e, &err, 0, "{s:s, s?s, s?s, s:o, s:o, s:o, s:o}", "format", &format,
		    "base", &q.base, "cand", &q.cand, "rules", &rules, "verdict", &verdict, "files",
		    &files, "inputs", &inputs))
		fatal("read '%s': not written by bench-compare -o: %s", path, err.text);
	if (strcmp(format, "pgokit-evidence-1"))
		fatal("read '%s': not written by bench-compare -o", path);
	rulesread(&q, rules, path);
	if (!json_array_size(inputs) || json_array_size(inputs) > 2)
		fatal("read '%s': inputs: expected one document or two", path);
	for (size_t i = 0; i < json_array_size(inputs); i++) {
		docs[i] = json_array_get(inputs, i);
		names[i] = json_string_value(json_array_get(files, i));
		if (!names[i])
			fatal("read '%s': files: expected one name per input", path);
	}
	again = answer(&q, docs, names);
	if (!agree(again, verdict))
		fatal("verify '%s': its samples do not give the verdict that it records", path);
	json_decref(e);
	return again;
}
