/*
 * libFuzzer: whatever text bench-compare reads ends with a verdict or a message. The text is good
 * exactly when jansson takes it, and what is read from it is what jansson reads; nothing passes
 * without a gated benchmark; no message has a control character.
 *
 * What would end the tool comes back here: see fuzz.h.
 */
#include "fuzz.h"

#include "compare/evidence.h"
#include "compare/verdict.h"
#include "json/span.h"
#include "report/junit.h"
#include "report/markdown.h"
#include "report/table.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *p, size_t n, size_t max);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzzbegin();
	require(freopen("/dev/null", "w", stdout), "/dev/null can be written");
	return 0;
}

/* jansson goes deeper, does not know byte order marks, and takes a NUL for the end of a word. */
static bool
alike(const uint8_t *p, size_t n, const char *why)
{
	return !(why && strstr(why, "too many arrays")) && !memchr(p, 0, n) &&
	       !(n > 2 && !memcmp(p, "\xef\xbb\xbf", 3));
}

static bool
checktext(const char *text, const uint8_t *p, size_t n, struct span *v)
{
	json_t *want = json_loadb((const char *)p, n, JSON_REJECT_DUPLICATES, NULL), *got;
	size_t at = 0;
	const char *why = spancheck(text, n, v, &at);

	require(at <= n, "the place of an error is in the text");
	if (alike(p, n, why)) {
		require(!want == !!why, "good as for jansson");
		got = why ? NULL : spanloadrest(*v, (const char *const[]){NULL}, NULL, n);
		require(!got || json_equal(got, want), "the same values");
		json_decref(got);
	}
	json_decref(want);
	return !why;
}

static void
present(json_t *verdict)
{
	json_int_t code = json_integer_value(json_object_get(verdict, "exit"));
	json_int_t gated = json_integer_value(json_object_get(verdict, "gated"));

	require(code == EXIT_YES || code == EXIT_NO || code == EXIT_UNDECIDED ||
			code == EXIT_INVALID,
		"the exit status of a verdict");
	require(code != EXIT_YES || gated > 0, "a pass has gated benchmarks");
	tableprint(verdict);
	tableadvise(verdict);
	markdownwrite("-", verdict, "p");
	junitwrite("-", verdict);
	json_decref(verdict);
}

/* Two documents, the second of them that of the text, too, or a file of hyperfine. */
static void
judgetwo(struct span v, bool same)
{
	static const char other[] = "{\"results\":[{\"command\":\"full_check_flow\",\"times\":"
				    "[1,2,3,4,5,6,7,8]}]}";
	struct span w = {other, sizeof(other) - 1};
	struct criteria q = criteriadefault();
	struct document d[2];

	criteriamatch(&q);
	documentopen(&d[0], "a", v);
	documentopen(&d[1], "b", same ? v : w);
	present(verdictof(&q, d, 2));
}

static void
judgeone(struct span v)
{
	struct evidence e = {0};

	evidencetake(&e, v, "a");
	present(json_incref(e.verdict));
	evidenceclose(&e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static volatile int step;
	char *text = malloc(n + 1);
	static struct span v;

	memcpy(text, p, n);
	text[n] = '\0';
	running = true;
	if (checktext(text, p, n, &v)) {
		for (step = 0; step < 3; step++) {
			if (setjmp(ended))
				continue;
			if (step)
				judgetwo(v, step == 1);
			else
				judgeone(v);
		}
	}
	fuzzforget();
	free(text);
	return 0;
}

/* Counts the values in v in *at; that at which the count is `target` becomes `with`, if given. */
static json_t *
visit(json_t *v, size_t *at, size_t target, json_t *with)
{
	json_t *e, *found = NULL;
	const char *key;
	void *next;
	size_t i;

	json_object_foreach_safe(v, next, key, e)
	{
		if ((*at)++ == target)
			return with ? json_object_set(v, key, with), with : e;
		if ((found = visit(e, at, target, with)))
			return found;
	}
	json_array_foreach(v, i, e)
	{
		if ((*at)++ == target)
			return with ? json_array_set(v, i, with), with : e;
		if ((found = visit(e, at, target, with)))
			return found;
	}
	return found;
}

/*
 * Half of the time a value of the text becomes another one, or a copy of one elsewhere in it: what
 * stays JSON gets further than what does not.
 */
size_t
LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed)
{
	json_t *v = seed % 2 ? json_loadb((const char *)p, n, 0, NULL) : NULL;
	json_t *others = jsonpack("[n, b, i, i, i, f, f, f, s, s, [], {}]", 1, 0, -1, 3, 1e308,
		-0.5, 5e-324, "", "base");
	size_t values = 0, at = 0, pick = seed / 2;
	json_t *with;

	visit(v, &values, SIZE_MAX, NULL);
	if (!values) {
		json_decref(v);
		json_decref(others);
		return LLVMFuzzerMutate(p, n, max);
	}
	with = pick % 3 ? json_array_get(others, pick / 3 % json_array_size(others))
			: visit(v, &at, pick / 3 % values, NULL);
	with = json_deep_copy(with);
	at = 0;
	visit(v, &at, pick / 61 % values, with);
	json_decref(with);
	at = json_dumpb(v, (char *)p, max, JSON_COMPACT);
	json_decref(v);
	json_decref(others);
	return at && at <= max ? at : n;
}
