/* Base64 (RFC 4648, section 4), in one line. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>

#include "base/buf.h"

void base64put(struct buf *out, const void *p, size_t n);

/* Adds what s[n] stands for to out; false when it is not whole, padded Base64 of one line. */
bool base64take(struct buf *out, const char *s, size_t n);

#endif
