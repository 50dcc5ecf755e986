/* Text and numbers in HTML and SVG. */
#ifndef PAGE_HTML_H
#define PAGE_HTML_H

#include "base/buf.h"

/* A foreign string (report/foreign.h) as text or as an attribute in double quotes. */
void puthtml(struct buf *out, const char *foreign);

/* The same of a text of bench-compare's own, whatever its length. */
void putown(struct buf *out, const char *text);

/* <style> or <script> with this content, and how a Content-Security-Policy calls the latter. */
void putelement(struct buf *out, const char *name, const char *content);
void puthash(struct buf *out, const char *content);

/* The class that colours the arm of this index. */
void putcolour(struct buf *out, size_t arm);

/* The verdict of a benchmark, marked by colour and word. */
void putmark(struct buf *out, const char *verdict);

/* A count, from a million on in words; bytes, in the unit that fits; "-" where there is none. */
void putcount(struct buf *out, double n);
void putbytes(struct buf *out, double n);

#endif
