/*
 * A page from begin to end: documentbegin, its title as HTML, documentbody, <header>, <main> and its
 * parts, documentend, which names the tool.
 */
#ifndef PAGE_DOCUMENT_H
#define PAGE_DOCUMENT_H

#include "base/buf.h"

void documentbegin(struct buf *out);
void documentbody(struct buf *out);
void documentend(struct buf *out, const char *by);

#endif
