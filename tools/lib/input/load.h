/* The bytes of a file of measurements, or of a folder of them. */
#ifndef INPUT_LOAD_H
#define INPUT_LOAD_H

#include "base/buf.h"

enum { GATHER_MAX = 256 << 20 }; /* bytes, unpacked */

/* Replaces b by what it holds in gzip's format; fatal when that is damaged or more than GATHER_MAX. */
void gunzip(struct buf *b, const char *path);

/* The content of a file, which may be compressed by gzip; fatal when it cannot be
 * read, or holds nothing. */
void gatherfile(struct buf *b, const char *path);

/*
 * criterion's folder: of each folder in it that is called `arm` the files of a benchmark, as JSON:
 * [{path, json: the file's content}], in the order of their paths. Fatal when there is none.
 */
void gatherfolder(struct buf *b, const char *path, const char *arm);

#endif
