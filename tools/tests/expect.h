/* What the C tests of the profile parser need to say what failed, and to go on. */
#ifndef EXPECT_H
#define EXPECT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "profraw/check.h"

static unsigned tests, failures;

/* Counts a test; prints what it was about when it failed. */
__attribute__((format(printf, 2, 3))) static inline bool
expect(bool ok, const char *fmt, ...)
{
	va_list ap;

	tests++;
	if (ok)
		return true;
	failures++;
	va_start(ap, fmt);
	fputs("failed: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputs("\n", stderr);
	va_end(ap);
	return false;
}

/* The exit status of the test program. */
static inline int
verdict(void)
{
	printf("%u tests, %u failed\n", tests, failures);
	return failures || !tests;
}

/* The whole check of a file, on its own; the ids are released. */
static inline struct proffile
checked(const struct buf *b)
{
	struct proftotal t = {0};
	struct proffile f;

	profcheck(b->p, b->n, &f, &t);
	bufrelease(&f.ids);
	proftotalrelease(&t);
	return f;
}

/* The finding of a check: "class: section: what at offset N". In a static buffer. */
static inline const char *
finding(const struct proffile *f)
{
	static char s[512];
	const struct profnote *n = f->d.class >= PROFRAW_REPAIRABLE ? &f->d.bad
				   : f->d.nwarn			    ? &f->d.warn[0]
								    : NULL;

	snprintf(s, sizeof(s), "%s", profclassname(f->d.class));
	if (n)
		snprintf(s, sizeof(s), "%s: %s: %s at offset %llu", profclassname(f->d.class),
			n->section, n->what, (unsigned long long)n->off);
	return s;
}

#endif
