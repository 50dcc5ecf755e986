/*
 * A copy of a program that is loaded at an address of our choice, for valgrind, which would load it
 * at the same one each time. 64-bit ELF files in the byte order of this machine.
 */
#ifndef ELF_MOVE_H
#define ELF_MOVE_H

#include "base/buf.h"

enum { PLACES = 256 }; /* place 0 is where it lies by itself */

/*
 * Changes the text of a position-independent program, so that valgrind loads it at a place from 1
 * on. NULL, or why it cannot be, static.
 */
const char *movepatch(struct buf *program, unsigned place);

/* Makes the copy `to` of the program `from`, as above; NULL, or why not, static or strerror(). */
const char *movecopy(const char *from, const char *to, unsigned place);

#endif
