/*
 * libFuzzer: whatever text bench-compare reads ends with a verdict or a message. The text is good
 * exactly when jansson takes it, and what is read from it is what jansson reads; nothing passes
 * without a gated benchmark; no message has a control character.
 *
 * A message that ends the tool would end the fuzzer, and a tool that ends need not free its memory:
 * here exit, write and the allocation of memory are the functions below (see the Makefile).
 */
#undef exit
#undef write
#undef malloc
#undef calloc
#undef realloc
#undef free
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "compare/evidence.h"
#include "compare/verdict.h"
#include "json/span.h"
#include "report/junit.h"
#include "report/markdown.h"
#include "report/table.h"
#include "stats/stats.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *p, size_t n, size_t max);
_Noreturn void fuzzexit(int status);
ssize_t fuzzwrite(int fd, const void *p, size_t n);
void *fuzzmalloc(size_t n);
void *fuzzcalloc(size_t n, size_t size);
void *fuzzrealloc(void *p, size_t n);
void fuzzfree(void *p);

static void
require(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

/* In front of all memory that a run takes. */
struct taken {
	_Alignas(16) struct taken *next;
	struct taken *before;
	size_t n;
};
static struct taken all = {.next = &all, .before = &all};
static bool running; /* what is taken before stays: tables that are made once */

void *
fuzzmalloc(size_t n)
{
	struct taken *t;

	if (n > SIZE_MAX - sizeof(*t) || !(t = malloc(sizeof(*t) + n)))
		return NULL;
	*t = (struct taken){t, t, n};
	if (running) {
		t->next = all.next;
		t->before = &all;
		all.next = t->next->before = t;
	}
	return t + 1;
}

void *
fuzzcalloc(size_t n, size_t size)
{
	void *p = size && n > SIZE_MAX / size ? NULL : fuzzmalloc(n * size);

	return p ? memset(p, 0, n * size) : NULL;
}

void
fuzzfree(void *p)
{
	struct taken *t;

	if (!p)
		return;
	t = (struct taken *)p - 1;
	t->before->next = t->next;
	t->next->before = t->before;
	free(t);
}

void *
fuzzrealloc(void *p, size_t n)
{
	void *q = fuzzmalloc(n);

	if (q && p) {
		size_t had = ((struct taken *)p - 1)->n;

		memcpy(q, p, had < n ? had : n);
		fuzzfree(p);
	}
	return q;
}

static jmp_buf ended;

void
fuzzexit(int status)
{
	require(status == EXIT_TROUBLE, "the exit status of a message");
	longjmp(ended, 1);
}

/* A message: one line. */
ssize_t
fuzzwrite(int fd, const void *p, size_t n)
{
	const unsigned char *s = p;

	require(fd == 2 && n > 8 && s[n - 1] == '\n' && !memcmp(s, "pgokit: ", 8), "a message");
	for (size_t i = 0; i + 1 < n; i++)
		require(s[i] >= 0x20 && s[i] != 0x7f, "no control characters in a message");
	return (ssize_t)n;
}

/* Tests whose tables are kept: they are made now, for the memory of a run does not stay. */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	enum { PAIRS = 200, BOTH = 40 }; /* exact up to there */
	double x[PAIRS];

	(void)argc;
	(void)argv;
	json_set_alloc_funcs(fuzzmalloc, fuzzfree);
	json_object_seed(1);
	for (size_t i = 0; i < PAIRS; i++)
		x[i] = (double)(i + 1);
	for (size_t n = 1; n <= PAIRS; n++)
		signedrank(x, n, 0);
	for (size_t n = 2; n <= BOTH; n++)
		for (size_t m = 1; m < n; m++)
			ranksum(x, m, x + m, n - m);
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
	markdownwrite("-", verdict);
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
	while (all.next != &all)
		fuzzfree(all.next + 1);
	running = false;
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
