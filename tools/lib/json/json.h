/* JSON through jansson, with the messages and limits that hostile input needs. */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include <jansson.h>

#include "base/buf.h"

/*
 * The JSON value in `path`, or NULL after a warning that names the file, the line and the reason.
 * Duplicate keys are refused; the file may have at most max bytes (jansson itself limits depth).
 */
json_t *jsonread(const char *path, size_t max);

/* Writes v to path ("-": standard output), indented by two, through writefile(). */
void jsonwrite(const char *path, const json_t *v);

/* The same on one line, for long arrays of samples; numbers keep twelve digits. */
void jsonwriteline(const char *path, const json_t *v);

/* Adds v to b on one line, every number exactly as it is: for what is to be computed again. */
void jsonexact(struct buf *b, const json_t *v);

/* json_pack() that cannot fail: fatal when the format or the memory is wrong. */
json_t *jsonpack(const char *fmt, ...);

/*
 * s as a JSON string. Bytes that are not UTF-8 are replaced one by one by U+FFFD, so that any file
 * name or command can be told; NULL gives JSON null.
 */
json_t *jsonstr(const char *s);

#endif
