#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "compare/evidence.h"
#include "compare/verdict.h"

/* Bytes of evidence without its inputs, which is mostly the verdict. */
enum { VERDICT_MAX = 128 << 20 };

/* The documents stand in it as they were read, byte for byte. */
void
evidencewrite(const char *path, const struct criteria *q, const struct document docs[], size_t n,
	json_t *verdict)
{
	struct buf head = {0}, parts[6];
	json_t *files = json_array(), *e;
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		json_array_append_new(files, jsonstr(docs[i].file));
	e = jsonpack("{s:s, s:s*, s:s*, s:o, s:O, s:o}", "format", "pgokit-evidence-1", "base",
		q->base, "cand", q->cand, "rules", rulesjson(q), "verdict", verdict, "files",
		files);
	jsonexact(&head, e);
	head.n--; /* its closing brace */
	bufputs(&head, ", \"inputs\": [");
	parts[k++] = head;
	for (size_t i = 0; i < n; i++) {
		if (i)
			parts[k++] = (struct buf){.p = ", ", .n = 2};
		parts[k++] = (struct buf){.p = (char *)docs[i].text.p, .n = docs[i].text.n};
	}
	parts[k++] = (struct buf){.p = "]}\n", .n = 3};
	writeparts(path, parts, k);
	bufrelease(&head);
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

/* The documents in evidence whose other members are e. */
static size_t
opendocuments(struct document docs[2], struct span list, const json_t *e, const char *path)
{
	const json_t *files = json_object_get(e, "files");
	size_t n = spancount(list);
	struct span input = {0};

	if (!n || n > 2)
		fatal("read '%s': inputs: expected one document or two", path);
	for (size_t i = 0; spannext(list, &input); i++) {
		const char *name = json_string_value(json_array_get(files, i));

		if (!name)
			fatal("read '%s': files: expected one name per input", path);
		documentopen(&docs[i], name, input);
	}
	return n;
}

/* What the evidence of text v says, if its samples say it, too. */
static json_t *
recompute(struct span v, const char *path)
{
	json_t *e, *rules, *verdict, *again;
	struct document docs[2] = {{0}, {0}};
	struct criteria q = {0};
	const char *format;
	struct span inputs;
	json_error_t err;
	size_t n;

	e = spanloadrest(v, (const char *const[]){"inputs", NULL}, &inputs, VERDICT_MAX);
	if (!e)
		fatal("read '%s': not written by bench-compare -o", path);
	if (json_unpack_ex(e, &err, 0, "{s:s, s?s, s?s, s:o, s:o}", "format", &format, "base",
		    &q.base, "cand", &q.cand, "rules", &rules, "verdict", &verdict))
		fatal("read '%s': not written by bench-compare -o: %s", path, err.text);
	if (strcmp(format, "pgokit-evidence-1"))
		fatal("read '%s': not written by bench-compare -o", path);
	rulesread(&q, rules, path);
	n = opendocuments(docs, inputs, e, path);
	again = verdictof(&q, docs, n);
	if (!agree(again, verdict))
		fatal("verify '%s': its samples do not give the verdict that it records", path);
	for (size_t i = 0; i < n; i++)
		documentclose(&docs[i]);
	json_decref(e);
	return again;
}

static bool
isreceipt(struct span v)
{
	struct span format;
	json_t *f;
	bool is;

	spanpick(v, (const char *const[]){"format", NULL}, &format);
	f = spanload(format, 64);
	is = json_is_string(f) && !strcmp(json_string_value(f), "pgokit-receipt-1");
	json_decref(f);
	return is;
}

json_t *
evidencejudge(struct span v, const char *path)
{
	struct criteria q = criteriadefault();
	struct document d;
	json_t *again;

	if (isreceipt(v)) {
		criteriamatch(&q);
		documentopen(&d, path, v);
		again = verdictof(&q, &d, 1);
		documentclose(&d);
	} else {
		again = recompute(v, path);
	}
	json_decref(q.match);
	return again;
}

json_t *
evidenceverdict(const char *path)
{
	struct buf text = {0};
	struct span v;
	json_t *again;

	if (!spanread(path, DOCUMENT_MAX, &text, &v))
		exit(EXIT_TROUBLE);
	again = evidencejudge(v, path);
	bufrelease(&text);
	return again;
}
