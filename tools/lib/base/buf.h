/*
 * A byte buffer that grows. Invariants: n <= cap; p may be NULL only while cap is 0.
 * After bufadd*() earlier pointers into p are stale. `struct buf b = {0};` is an empty one.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

struct buf {
	char *p;
	size_t n;   /* bytes in use */
	size_t cap; /* bytes allocated */
};

/* Room for at least `more` further bytes behind n. */
void bufroom(struct buf *b, size_t more);

void bufadd(struct buf *b, const void *p, size_t n);
void bufputs(struct buf *b, const char *s);
void bufprintf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The content as a C string; it stays the buffer's own and n does not count the NUL. */
char *bufstr(struct buf *b);

/* Frees the memory and leaves an empty buffer. */
void bufrelease(struct buf *b);

#endif
