#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "json/token.h"

static bool
digits(struct token *t)
{
	const char *from = t->p;

	while (*t->p >= '0' && *t->p <= '9')
		t->p++;
	return t->p > from;
}

/* As jansson, which reads the numbers later: whole ones fit 64 bits, others are finite. */
static bool
fits(const char *from, size_t n, bool whole)
{
	errno = 0;
	if (!whole)
		return isfinite(strtod(from, NULL));
	return n <= 18 || (strtoll(from, NULL, 10), !errno);
}

void
tokennumber(struct token *t)
{
	const char *from = t->p;
	bool whole = true, large = false;

	t->p += *t->p == '-';
	if (*t->p == '0')
		t->p++;
	else if (!digits(t))
		t->why = "a number without digits";
	large = t->p - from > 300;
	if (!t->why && *t->p == '.') {
		t->p++;
		whole = false;
		if (!digits(t))
			t->why = "a number that ends in its point";
	}
	if (!t->why && (*t->p == 'e' || *t->p == 'E')) {
		t->p++;
		t->p += *t->p == '+' || *t->p == '-';
		whole = false;
		large = true;
		if (!digits(t))
			t->why = "a number without digits in its exponent";
	}
	if (!t->why && (whole || large) && !fits(from, (size_t)(t->p - from), whole))
		t->why = "a number that is too large";
}

/* The four digits behind \u, or -1. */
static long
hex4(const char *p)
{
	char four[5] = "";

	for (size_t i = 0; i < 4; i++) {
		if (!strchr("0123456789abcdefABCDEF", p[i]) || !p[i])
			return -1;
		four[i] = p[i];
	}
	return strtol(four, NULL, 16);
}

static bool
surrogate(long unit, long first)
{
	return unit >= first && unit < first + 0x400;
}

/* At a backslash. */
static void
escape(struct token *t)
{
	long unit;

	if (t->p[1] && strchr("\"\\/bfnrt", t->p[1])) {
		t->p += 2;
		return;
	}
	unit = t->p[1] == 'u' ? hex4(t->p + 2) : -1;
	if (unit < 0) {
		t->why = "an escape that JSON does not have";
		return;
	}
	if (!unit) {
		t->why = "a string with a NUL";
		return;
	}
	t->p += 6;
	if (surrogate(unit, 0xdc00) ||
		(surrogate(unit, 0xd800) &&
			!(t->p[0] == '\\' && t->p[1] == 'u' && surrogate(hex4(t->p + 2), 0xdc00))))
		t->why = "half of a surrogate pair";
	else if (surrogate(unit, 0xd800))
		t->p += 6;
}

void
tokenstring(struct token *t)
{
	t->p++;
	while (!t->why && *t->p != '"') {
		unsigned char u = (unsigned char)*t->p;
		size_t n;

		if (u == '\\') {
			escape(t);
		} else if (u < 0x20) {
			t->why = u ? "a control character in a string" : "a string without an end";
		} else if (u < 0x80) {
			t->p++;
		} else {
			/* The NUL behind the text ends a sequence that is cut off. */
			n = utf8len((const unsigned char *)t->p, 4);
			if (!n)
				t->why = "a string that is not UTF-8";
			t->p += n;
		}
	}
	t->p += !t->why;
}

void
tokenword(struct token *t)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		size_t n = strlen(words[i]);

		if (!strncmp(t->p, words[i], n)) {
			t->p += n;
			return;
		}
	}
	t->why = "expected a value";
}

/* The code point at *p inside a string that has been checked, however it is written; 0 at its end.
 */
static unsigned long
codepoint(const char **p)
{
	const unsigned char *u = (const unsigned char *)*p;
	static const char names[] = "\"\\/bfnrt", stand[] = "\"\\/\b\f\n\r\t";
	unsigned long unit;
	size_t n;

	if (*u == '"')
		return 0;
	if (*u == '\\' && u[1] != 'u') {
		*p += 2;
		return (unsigned char)stand[strchr(names, u[1]) - names];
	}
	if (*u == '\\') {
		unit = (unsigned long)hex4(*p + 2);
		*p += 6;
		if (!surrogate((long)unit, 0xd800))
			return unit;
		unit = 0x10000 + ((unit - 0xd800) << 10) + (unsigned long)hex4(*p + 2) - 0xdc00;
		*p += 6;
		return unit;
	}
	n = utf8len(u, 4);
	*p += n;
	unit = n == 1 ? *u : *u & (0xffU >> (n + 1));
	for (size_t i = 1; i < n; i++)
		unit = unit << 6 | (u[i] & 0x3f);
	return unit;
}

int
tokenkeys(const void *a, const void *b)
{
	const char *x = *(const char *const *)a + 1, *y = *(const char *const *)b + 1;
	unsigned long u, v;

	do {
		u = codepoint(&x);
		v = codepoint(&y);
	} while (u == v && u);
	return (u > v) - (u < v);
}
