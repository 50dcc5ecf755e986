/* What is UTF-8 and what is not. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/*
 * The length of the UTF-8 sequence at p, of which `left` bytes may be read; 0 when there is none
 * (overlong forms, surrogates, cut off). Reads no further than the first byte that does not fit.
 */
size_t utf8len(const unsigned char *p, size_t left);

#endif
