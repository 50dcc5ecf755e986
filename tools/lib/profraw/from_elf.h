/* The raw profile of an instrumented program that has not run: all of its functions, no counts. */
#ifndef PROFRAW_FROM_ELF_H
#define PROFRAW_FROM_ELF_H

#include "base/buf.h"
#include "profraw/format.h"

/*
 * Appends it to b, from what the linker put into the n bytes at `elf`, which need not be true. The
 * file need not say of which version its profiles are: `like` is one of the same compiler's.
 * NULL, or why it cannot be made.
 */
const char *profrawblank(const void *elf, size_t n, const struct profraw *like, struct buf *b);

/*
 * Sets what the program itself says of its profiles: version, variant, magic; that is enough for
 * profrawblank(). NULL, or why it does not say so.
 */
const char *profrawlike(const void *elf, size_t n, struct profraw *like);

#endif
