/* The grammar of JSON, without recursion: depth costs an entry of a table, not of the stack. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "json/span.h"
#include "json/token.h"

struct check {
	struct token t;
	size_t depth;
	bool object[SPAN_DEPTH];  /* what is open on each level */
	size_t first[SPAN_DEPTH]; /* the first key of the object on each level */
	const char **keys;	  /* of all open objects, at their opening quotes */
	size_t nkeys, room;
};

static void
blanks(struct check *c)
{
	while (*c->t.p == ' ' || *c->t.p == '\n' || *c->t.p == '\r' || *c->t.p == '\t')
		c->t.p++;
}

/* A key and the colon behind it. */
static void
key(struct check *c)
{
	blanks(c);
	if (*c->t.p != '"') {
		c->t.why = "expected a key";
		return;
	}
	if (c->nkeys == c->room) {
		c->room = c->room ? c->room * 2 : 64;
		c->keys = xreallocarray(c->keys, c->room, sizeof(*c->keys));
	}
	c->keys[c->nkeys++] = c->t.p;
	tokenstring(&c->t);
	blanks(c);
	if (!c->t.why && *c->t.p++ != ':') {
		c->t.p--;
		c->t.why = "expected ':'";
	}
}

static void
begin(struct check *c)
{
	if (c->depth == SPAN_DEPTH) {
		c->t.why = "too many arrays and objects inside each other";
		return;
	}
	c->first[c->depth] = c->nkeys;
	c->object[c->depth++] = *c->t.p++ == '{';
}

static void
finish(struct check *c)
{
	size_t first = c->first[--c->depth], n = c->nkeys - first;

	if (c->object[c->depth] && n > 1) {
		const char **keys = c->keys + first;

		qsort(keys, n, sizeof(*keys), tokenkeys);
		for (size_t i = 1; i < n && !c->t.why; i++)
			if (!tokenkeys(&keys[i - 1], &keys[i])) {
				c->t.why = "a key that is there twice";
				c->t.p = keys[i - 1] > keys[i] ? keys[i - 1] : keys[i];
			}
	}
	c->nkeys = first;
	c->t.p += !c->t.why;
}

/* Behind a value: closes what ends here; then there is a comma, or all is done. */
static void
after(struct check *c)
{
	while (c->depth && !c->t.why) {
		bool object = c->object[c->depth - 1];

		blanks(c);
		if (*c->t.p == ',') {
			c->t.p++;
			if (object)
				key(c);
			return;
		}
		if (*c->t.p == (object ? '}' : ']'))
			finish(c);
		else
			c->t.why = object ? "expected ',' or '}'" : "expected ',' or ']'";
	}
}

/* A value that has no parts, or the beginning of one that has. */
static void
value(struct check *c)
{
	blanks(c);
	if (*c->t.p == '{' || *c->t.p == '[') {
		bool object = *c->t.p == '{';

		begin(c);
		blanks(c);
		if (c->t.why || *c->t.p == (object ? '}' : ']'))
			after(c);
		else if (object)
			key(c);
		return;
	}
	if (*c->t.p == '"')
		tokenstring(&c->t);
	else if (*c->t.p == '-' || (*c->t.p >= '0' && *c->t.p <= '9'))
		tokennumber(&c->t);
	else
		tokenword(&c->t);
	after(c);
}

const char *
spancheck(const char *text, size_t n, struct span *v, size_t *at)
{
	struct check c = {.t.p = text};
	const char *from;

	if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		c.t.p += 3;
	blanks(&c);
	from = c.t.p;
	if (*c.t.p != '{' && *c.t.p != '[')
		c.t.why = "expected an object or an array";
	else
		do
			value(&c);
		while (c.depth && !c.t.why);
	*v = (struct span){from, (size_t)(c.t.p - from)};
	if (!c.t.why) {
		blanks(&c);
		if (c.t.p != text + n)
			c.t.why = "expected the end of the file";
	}
	*at = (size_t)(c.t.p - text);
	free(c.keys);
	return c.t.why;
}

bool
spanparse(const char *path, struct buf *b, struct span *v)
{
	size_t at, line = 1, start = 0;
	const char *why = spancheck(bufstr(b), b->n, v, &at);

	if (!why)
		return true;
	for (size_t i = 0; i < at; i++)
		if (b->p[i] == '\n') {
			line++;
			start = i + 1;
		}
	warn("read '%s': line %zu, column %zu: %s%s", path, line, at - start + 1, why,
		at == b->n ? ", found the end of the file" : "");
	return false;
}

bool
spanread(const char *path, size_t max, struct buf *b, struct span *v)
{
	return !slurpwarn(path, max, b) && spanparse(path, b, v);
}
