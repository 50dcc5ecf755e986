#include <stdarg.h>
#include <stdio.h>

#include "profraw/diag.h"

static const char *const classes[PROFRAW_NCLASS] = {
	[PROFRAW_OK] = "ok",
	[PROFRAW_ZERO] = "zero",
	[PROFRAW_REPAIRABLE] = "repairable",
	[PROFRAW_EMPTY] = "empty",
	[PROFRAW_HEADER_ONLY] = "header-only",
	[PROFRAW_TRUNCATED] = "truncated",
	[PROFRAW_CORRUPT] = "corrupt",
	[PROFRAW_FOREIGN] = "foreign",
	[PROFRAW_UNREADABLE] = "unreadable",
};

/* What to do about a class, where the finding itself has nothing better. */
static const char *const advice[PROFRAW_NCLASS] = {
	[PROFRAW_REPAIRABLE] = "continuous mode leaves it so; llvm-profdata refuses such a file, "
			       "profraw-pool repairs it",
	[PROFRAW_EMPTY] = "the program was killed or left by _exit() before it wrote; let it end "
			  "by itself, or use continuous mode (%c)",
	[PROFRAW_HEADER_ONLY] = "nothing in the program was instrumented; compile its objects with "
				"-fprofile-generate, not only the link",
	[PROFRAW_TRUNCATED] = "the writer was killed or the disk is full; collect it again",
	[PROFRAW_CORRUPT] = "collect it again; if that repeats, give each process its own file "
			    "(%p in LLVM_PROFILE_FILE)",
	[PROFRAW_UNREADABLE] = "give a file that can be read",
};

const char *
profclassname(enum profclass c)
{
	return classes[c];
}

static void
setnote(struct profnote *to, const char *section, uint64_t off, const char *fmt, va_list ap)
{
	to->section = section;
	to->off = off;
	vsnprintf(to->what, sizeof(to->what), fmt, ap);
}

int
profbad(struct profdiag *d, enum profclass class, const char *section, uint64_t off,
	const char *fmt, ...)
{
	va_list ap;

	if (d->class >= PROFRAW_EMPTY)
		return -1;
	d->class = class;
	d->next = advice[class];
	va_start(ap, fmt);
	setnote(&d->bad, section, off, fmt, ap);
	va_end(ap);
	return -1;
}

void
profrepairable(struct profdiag *d, const char *section, uint64_t off, const char *fmt, ...)
{
	va_list ap;

	if (d->class >= PROFRAW_REPAIRABLE)
		return;
	d->class = PROFRAW_REPAIRABLE;
	d->next = advice[PROFRAW_REPAIRABLE];
	va_start(ap, fmt);
	setnote(&d->bad, section, off, fmt, ap);
	va_end(ap);
}

void
profwarn(struct profdiag *d, const char *section, uint64_t off, const char *fmt, ...)
{
	va_list ap;

	if (d->nwarn++ >= PROFRAW_MAXWARN)
		return;
	va_start(ap, fmt);
	setnote(&d->warn[d->nwarn - 1], section, off, fmt, ap);
	va_end(ap);
}

bool
profzeros(const unsigned char *p, uint64_t n)
{
	/* A range equals itself moved by one byte if all of its bytes are the same. */
	return !n || (!p[0] && !memcmp(p, p + 1, n - 1));
}
