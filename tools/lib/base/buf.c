#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

void
bufroom(struct buf *b, size_t more)
{
	size_t need;

	if (__builtin_add_overflow(b->n, more, &need))
		fatal("grow a buffer: %zu bytes are too many", more);
	if (need <= b->cap)
		return;
	if (need < SIZE_MAX / 2 && need < b->cap * 2)
		need = b->cap * 2;
	b->p = xreallocarray(b->p, need, 1);
	b->cap = need;
}

void
bufadd(struct buf *b, const void *p, size_t n)
{
	bufroom(b, n);
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
}

void
bufputs(struct buf *b, const char *s)
{
	bufadd(b, s, strlen(s));
}

void
bufprintf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		fatal("format a message:");
	bufroom(b, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

char *
bufstr(struct buf *b)
{
	bufroom(b, 1);
	b->p[b->n] = '\0';
	return b->p;
}

void
bufrelease(struct buf *b)
{
	free(b->p);
	*b = (struct buf){0};
}
