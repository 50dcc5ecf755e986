/*
 * For fuzzers of what ends with a message. That would end the fuzzer, and a tool that ends need not
 * free its memory: here exit, write and the allocation of memory are the functions below (see the
 * Makefile), a message leads back to `ended`, and fuzzforget() frees what the run took.
 */
#ifndef FUZZ_H
#define FUZZ_H

#undef exit
#undef write
#undef malloc
#undef calloc
#undef realloc
#undef free
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/err.h"
#include "json/json.h"
#include "stats/stats.h"

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
static void
fuzzbegin(void)
{
	enum { PAIRS = 200, BOTH = 40 }; /* exact up to there */
	double x[PAIRS];

	json_set_alloc_funcs(fuzzmalloc, fuzzfree);
	json_object_seed(1);
	for (size_t i = 0; i < PAIRS; i++)
		x[i] = (double)(i + 1);
	for (size_t n = 1; n <= PAIRS; n++)
		signedrank(x, n, 0);
	for (size_t n = 2; n <= BOTH; n++)
		for (size_t m = 1; m < n; m++)
			ranksum(x, m, x + m, n - m);
}

static void
fuzzforget(void)
{
	while (all.next != &all)
		fuzzfree(all.next + 1);
	running = false;
}

#endif
