/*
 * Evidence inside a page (HTML): gzip, then Base64, in one line, as the text of the element
 * <script id="evidence" type="application/gzip">, which browsers do not run.
 */
#ifndef COMPARE_PACKED_H
#define COMPARE_PACKED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

extern const char packedbegin[], packedend[];

/* Adds n parts of a text to out, packed; false, and out as it was: they are too long. */
bool packparts(struct buf *out, const struct buf parts[], size_t n);

/* Whether a text is a page, and replaces one by what is packed in it; fatal where nothing fit is. */
bool ispage(struct buf *text);
void unpackpage(struct buf *text, const char *path);

#endif
