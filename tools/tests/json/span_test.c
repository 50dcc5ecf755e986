/*
 * JSON in place against jansson, which is what reads the same text elsewhere: both take the same
 * texts, and what is found in one is what the other has.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "check.h"
#include "json/span.h"

/* What is wrong with the text; "" when nothing is. */
static const char *
wrong(const char *text, size_t n, size_t *at)
{
	struct span v;
	const char *why = spancheck(text, n, &v, at);

	return why ? why : "";
}

/* Whether jansson takes it. */
static bool
taken(const char *text, size_t n)
{
	json_error_t e;
	json_t *v = json_loadb(text, n, JSON_REJECT_DUPLICATES, &e);

	json_decref(v);
	return v;
}

static void
good(const char *text)
{
	size_t at;

	CHECKSTR(wrong(text, strlen(text), &at), "");
	CHECK(taken(text, strlen(text)));
}

static void
bad(const char *text, const char *why, size_t where)
{
	size_t at;

	CHECKSTR(wrong(text, strlen(text), &at), why);
	CHECKINT((long long)at, (long long)where);
	CHECK(!taken(text, strlen(text)));
}

static void
testgood(void)
{
	struct span v;
	size_t at;

	good("{}");
	good(" [ ] \n");
	good("[1, -2.5e+3, 0, -0, 0.0, 1E5, true, false, null, \"\", {}, []]");
	good("{\"a\":{\"a\":{\"a\":[{\"a\":1}]}},\"b\":2}");
	good("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\uD83D\\uDE00\"]");
	good("[\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"]");
	good("[9223372036854775807, -9223372036854775808, 1e308, 1e-999]");
	good("{\"a\": 1, \"A\": 2, \"\": 3, \"\\n\": 4, \"\\\\n\": 5}");
	CHECK(!spancheck("\xef\xbb\xbf[1]", 6, &v, &at)); /* a byte order mark */
	CHECKINT((long long)v.n, 3);
}

static void
testbad(void)
{
	bad("", "expected an object or an array", 0);
	bad("5", "expected an object or an array", 0);
	bad("[", "expected a value", 1);
	bad("[1", "expected ',' or ']'", 2);
	bad("[1,]", "expected a value", 3);
	bad("[,1]", "expected a value", 1);
	bad("[1 2]", "expected ',' or ']'", 3);
	bad("[1}", "expected ',' or ']'", 2);
	bad("{\"a\":1]", "expected ',' or '}'", 6);
	bad("{\"a\" 1}", "expected ':'", 5);
	bad("{\"a\":}", "expected a value", 5);
	bad("{\"a\":1,}", "expected a key", 7);
	bad("{a:1}", "expected a key", 1);
	bad("[] x", "expected the end of the file", 3);
	bad("[][]", "expected the end of the file", 2);
	bad("[NaN]", "expected a value", 1);
	bad("[-Infinity]", "a number without digits", 2);
	bad("[nul]", "expected a value", 1);
	bad("[nulls]", "expected ',' or ']'", 5);
	bad("[01]", "expected ',' or ']'", 2);
	bad("[+1]", "expected a value", 1);
	bad("[.5]", "expected a value", 1);
	bad("[5.]", "a number that ends in its point", 3);
	bad("[5e]", "a number without digits in its exponent", 3);
	bad("[5e+]", "a number without digits in its exponent", 4);
	bad("[1e999]", "a number that is too large", 6);
	bad("[9223372036854775808]", "a number that is too large", 20);
	bad("['a']", "expected a value", 1);
	bad("[\"a]", "a string without an end", 4);
	bad("[\"a\nb\"]", "a control character in a string", 3);
	bad("[\"\\x\"]", "an escape that JSON does not have", 2);
	bad("[\"\\u12g4\"]", "an escape that JSON does not have", 2);
	bad("[\"\\u123", "an escape that JSON does not have", 2);
	bad("[\"\\u0000\"]", "a string with a NUL", 2);
	bad("[\"\\ud800\"]", "half of a surrogate pair", 8);
	bad("[\"\\ud800\\u0041\"]", "half of a surrogate pair", 8);
	bad("[\"\\udc00\"]", "half of a surrogate pair", 8);
	bad("[\"\xff\"]", "a string that is not UTF-8", 2);
	bad("[\"\xc3", "a string that is not UTF-8", 2);
	bad("[\"\xed\xa0\x80\"]", "a string that is not UTF-8", 2);
	bad("{\"a\":1,\"b\":2,\"a\":3}", "a key that is there twice", 13);
	bad("{\"a\\/\":1,\"\\u0061/\":2}", "a key that is there twice", 9);
	bad("{\"\xc3\xa9\":1,\"\\u00e9\":2}", "a key that is there twice", 8);
	bad("{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}", "a key that is there twice", 10);
	bad("[{\"b\":{\"x\":1,\"x\":2}}]", "a key that is there twice", 13);
}

/* A NUL in the middle is no end. */
static void
testnul(void)
{
	size_t at;

	CHECKSTR(wrong("[1]\0[2]", 7, &at), "expected the end of the file");
	CHECKSTR(wrong("[1,\0 2]", 7, &at), "expected a value");
	CHECKSTR(wrong("[\"\0\"]", 5, &at), "a string without an end");
}

static void
testdeep(void)
{
	struct buf b = {0};
	size_t at;

	for (int i = 0; i < SPAN_DEPTH; i++)
		bufputs(&b, "[");
	for (int i = 0; i < SPAN_DEPTH; i++)
		bufputs(&b, "]");
	CHECKSTR(wrong(bufstr(&b), b.n, &at), "");
	b.n = 0;
	for (int i = 0; i < 1000000; i++)
		bufputs(&b, "[");
	CHECKSTR(wrong(bufstr(&b), b.n, &at), "too many arrays and objects inside each other");
	CHECKINT((long long)at, SPAN_DEPTH);
	bufrelease(&b);
}

static struct span
spanof(const char *text)
{
	struct span v = {0};
	size_t at;

	CHECKSTR(wrong(text, strlen(text), &at), "");
	spancheck(text, strlen(text), &v, &at);
	return v;
}

static void
checktext(struct span v, const char *want)
{
	char *got = strndup(v.p ? v.p : "none", v.p ? v.n : 4);

	CHECKSTR(got, want);
	free(got);
}

static void
testwalk(void)
{
	struct span o =
		spanof("{ \"a\" : [ 1 , \"]\\\"\" , {\"x\":[]} ] , \"b\\n\":true,\"c\":{} }");
	struct span e = {0}, key, a = spanmember(o, "a");

	CHECK(spanisobject(o) && spanisarray(a) && !spanisarray(o) && !spanisobject(a));
	CHECKINT((long long)spancount(a), 3);
	CHECK(spannext(a, &e));
	checktext(e, "1");
	CHECK(spannext(a, &e));
	checktext(e, "\"]\\\"\"");
	CHECK(spannext(a, &e));
	checktext(e, "{\"x\":[]}");
	checktext(spanmember(e, "x"), "[]");
	CHECK(!spannext(a, &e));
	checktext(spanmember(o, "b\n"), "true");
	checktext(spanmember(o, "c"), "{}");
	checktext(spanmember(o, "b"), "none");
	checktext(spanmember(a, "a"), "none");
	checktext(spanmember(spanmember(o, "none"), "a"), "none");
	e = (struct span){0};
	CHECK(!spannext(o, &e) && !spannextmember(a, &key, &e));
	CHECK(spannextmember(o, &key, &e));
	checktext(key, "\"a\"");
	CHECKINT((long long)spancount(o), 0);
	CHECKINT((long long)spancount((struct span){0}), 0);
}

static void
testload(void)
{
	static const char *const names[] = {"b", "none", "c", NULL};
	struct span o =
		spanof("{\"a\": \"x\\u0041\", \"b\": [1, 2], \"c\": null, \"d\": {\"b\": 1.5}}");
	struct span found[3];
	json_t *want = jsonpack("{s:s, s:{s:f}}", "a", "xA", "d", "b", 1.5), *v;

	v = spanloadrest(o, names, found, 100);
	CHECK(json_equal(v, want));
	json_decref(v);
	json_decref(want);
	checktext(found[0], "[1, 2]");
	checktext(found[1], "none");
	checktext(found[2], "null");
	CHECK(!spanloadrest(o, names, found, 10));
	CHECK(!spanloadrest(spanmember(o, "b"), names, found, 100));
	checktext(found[0], "none");
	CHECK(!spanload(spanmember(o, "b"), 5));
	CHECK(!spanload((struct span){0}, 5));
	v = spanload(spanmember(o, "b"), 6);
	CHECKINT((long long)json_array_size(v), 2);
	json_decref(v);
	v = spanload(spanmember(o, "a"), 100);
	CHECKSTR(json_string_value(v), "xA");
	json_decref(v);
}

/* Each as strtod reads it, to the last bit. */
static void
testnumbers(void)
{
	static const char *const texts[] = {"0", "-0.0", "1", "-1.5", "0.1", "0.3",
		"123456789012345", "1234567890123456", "0.016210982600000003", "9007199254740993",
		"1e23", "-2.5E-7", "0.00000000000000000000012345", "0.000000000000000000000012345",
		"4.35", "0.000001", "179769313486231570000000000000000000000.0", "5e-324",
		"100000000000000.5", "99999999999999.9", "999999999999999.9"};
	enum { N = sizeof(texts) / sizeof(*texts) };
	struct buf b = {0};
	size_t n, order[] = {2, 0, 1};
	double *x;

	bufputs(&b, "[");
	for (size_t i = 0; i < N; i++)
		bufprintf(&b, "%s%s", i ? "," : "", texts[i]);
	bufputs(&b, "]");
	x = spannumbers(spanof(bufstr(&b)), &n);
	CHECKINT((long long)n, N);
	for (size_t i = 0; i < n; i++) {
		double want = strtod(texts[i], NULL);

		CHECK(!memcmp(&x[i], &want, sizeof(want)));
	}
	free(x);
	bufrelease(&b);
	CHECK(!spannumbers(spanof("[1, null]"), &n) && !n);
	CHECK(!spannumbers(spanof("[1, \"2\"]"), &n));
	CHECK(!spannumbers(spanof("[[1]]"), &n));
	CHECK(!spannumbers(spanof("{\"a\":1}"), &n));
	CHECK(!spannumbers((struct span){0}, &n));
	x = spannumbers(spanof("[]"), &n);
	CHECK(x && !n);
	free(x);
	CHECK(spanequals(spanof("[2, 0, 1]"), order, 3));
	CHECK(!spanequals(spanof("[2, 0]"), order, 3));
	CHECK(!spanequals(spanof("[2, 0, 1, 1]"), order, 3));
	CHECK(!spanequals(spanof("[2, 0, 1.5]"), order, 3));
	CHECK(!spanequals(spanof("[2, 0, \"1\"]"), order, 3));
	CHECK(!spanequals(spanof("{}"), order, 0));
	CHECK(spanequals(spanof("[]"), order, 0));
}

/* Every byte of a text in turn becomes every other one, or the end: both agree. */
static void
testdamage(void)
{
	static const char text[] = "{\"a\":[1,-2.5e3,\"x\\u00e9\\n\xc3\xa9\"],\"b\":{\"c\":null,"
				   "\"d\":true},\"e\":[],\"\\uD83D\\uDE00\":0}";
	size_t n = sizeof(text) - 1, differ = 0, at;
	char copy[sizeof(text)];

	for (size_t i = 0; i < n; i++) {
		for (int c = 0; c < 256; c++) {
			memcpy(copy, text, sizeof(text));
			copy[i] = (char)c;
			differ += !*wrong(copy, n, &at) != taken(copy, n);
		}
		memcpy(copy, text, i);
		copy[i] = '\0';
		CHECK(*wrong(copy, i, &at) && !taken(copy, i));
	}
	CHECKINT((long long)differ, 0);
}

int
main(void)
{
	testgood();
	testbad();
	testnul();
	testdeep();
	testwalk();
	testload();
	testnumbers();
	testdamage();
	return checkdone();
}
