/*
 * A copy of a program that is slower by a time that is known: it does nothing for so long each time
 * it is started, or loaded where it is a library. x86-64 ELF files.
 */
#ifndef ELF_SLOW_H
#define ELF_SLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Changes the text of a program, so that it is slower by what slowset() says, at first by nothing.
 * *at is then where in the file that is said. NULL, or why it cannot be.
 */
const char *slowpatch(struct buf *program, size_t *at);

/*
 * Makes the copy `to` of the program `from`, as above, which can be executed; 0, or -1 after
 * setting *why, static or strerror().
 */
int slowcopy(const char *from, const char *to, size_t *at, const char **why);

/* From now on, the copy loses s seconds: of the clock on the wall, or of its CPU time. */
int slowset(const char *copy, size_t at, double s, bool wall);

#endif
