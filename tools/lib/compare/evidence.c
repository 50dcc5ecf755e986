#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "compare/evidence.h"
#include "compare/packed.h"
#include "compare/verdict.h"

/* Bytes of evidence without its inputs, which is mostly the verdict. */
enum { VERDICT_MAX = 128 << 20 };

struct pieces {
	struct buf head, of[6];
	size_t n;
};

/* The documents stand in it as they were read, byte for byte. */
static void
cutpieces(struct pieces *to, const struct criteria *q, const struct document docs[], size_t n,
	const json_t *verdict)
{
	json_t *files = json_array(), *e;

	for (size_t i = 0; i < n; i++)
		json_array_append_new(files, jsonstr(docs[i].file));
	e = jsonpack("{s:s, s:s*, s:s*, s:o, s:O, s:o}", "format", "pgokit-evidence-1", "base",
		q->base, "cand", q->cand, "rules", rulesjson(q), "verdict", verdict, "files",
		files);
	*to = (struct pieces){0};
	jsonexact(&to->head, e);
	to->head.n--; /* its closing brace */
	bufputs(&to->head, ", \"inputs\": [");
	to->of[to->n++] = to->head;
	for (size_t i = 0; i < n; i++) {
		if (i)
			to->of[to->n++] = (struct buf){.p = ", ", .n = 2};
		to->of[to->n++] = (struct buf){.p = (char *)docs[i].text.p, .n = docs[i].text.n};
	}
	to->of[to->n++] = (struct buf){.p = "]}\n", .n = 3};
	json_decref(e);
}

void
evidencewrite(const char *path, const struct criteria *q, const struct document docs[], size_t n,
	const json_t *verdict)
{
	struct pieces p;

	cutpieces(&p, q, docs, n, verdict);
	writeparts(path, p.of, p.n);
	bufrelease(&p.head);
}

bool
evidencepack(struct buf *out, const struct criteria *q, const struct document docs[], size_t n,
	const json_t *verdict)
{
	struct pieces p;
	bool fits;

	cutpieces(&p, q, docs, n, verdict);
	fits = packparts(out, p.of, p.n);
	bufrelease(&p.head);
	return fits;
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
static void
openrecorded(struct evidence *e, struct span v, const char *path)
{
	struct criteria q = {0};
	json_t *rules, *verdict;
	struct span inputs;
	const char *format;
	json_error_t err;

	e->head = spanloadrest(v, (const char *const[]){"inputs", NULL}, &inputs, VERDICT_MAX);
	if (!e->head)
		fatal("read '%s': not written by bench-compare -o", path);
	if (json_unpack_ex(e->head, &err, 0, "{s:s, s?s, s?s, s:o, s:o}", "format", &format, "base",
		    &q.base, "cand", &q.cand, "rules", &rules, "verdict", &verdict))
		fatal("read '%s': not written by bench-compare -o: %s", path, err.text);
	if (strcmp(format, "pgokit-evidence-1"))
		fatal("read '%s': not written by bench-compare -o", path);
	rulesread(&q, rules, path);
	e->q = q;
	e->n = opendocuments(e->docs, inputs, e->head, path);
	e->verdict = verdictof(&e->q, e->docs, e->n);
	if (!agree(e->verdict, verdict))
		fatal("verify '%s': its samples do not give the verdict that it records", path);
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

void
evidencetake(struct evidence *e, struct span v, const char *path)
{
	if (!isreceipt(v)) {
		openrecorded(e, v, path);
		return;
	}
	e->q = criteriadefault();
	criteriamatch(&e->q);
	documentopen(&e->docs[0], path, v);
	e->n = 1;
	e->verdict = verdictof(&e->q, e->docs, 1);
}

void
evidenceopen(struct evidence *e, const char *path)
{
	struct span v;

	*e = (struct evidence){0};
	if (slurpwarn(path, DOCUMENT_MAX, &e->text))
		exit(EXIT_TROUBLE);
	if (ispage(&e->text))
		unpackpage(&e->text, path);
	if (!spanparse(path, &e->text, &v))
		exit(EXIT_TROUBLE);
	evidencetake(e, v, path);
}

void
evidenceclose(struct evidence *e)
{
	for (size_t i = 0; i < e->n; i++)
		documentclose(&e->docs[i]);
	json_decref(e->verdict);
	if (!e->head) /* else they are its own */
		json_decref(e->q.match);
	json_decref(e->head);
	bufrelease(&e->text);
}
