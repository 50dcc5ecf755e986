/* Whole files in, whole files out. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"

/* Bytes of a profile or a program: those of large projects have some hundred million. */
#define FILEMAX (16ULL << 30)

/*
 * Opens the regular file `path` to read it. The descriptor, or -1 with errno: EISDIR for a folder,
 * EINVAL for what else is no regular file (a pipe or a device could keep the reader waiting for
 * ever), or what open says.
 */
int openfile(const char *path);

/*
 * Appends the content of the regular file `path` to b; at most max bytes are accepted.
 * 0, or -1 with errno: EFBIG when the file is larger, or what openfile and read say. On failure b
 * keeps what it had.
 */
int slurp(const char *path, size_t max, struct buf *b);

/* Why openfile or slurp failed, by errno. */
const char *filewhy(void);

/* As slurp; -1 after a warning. */
int slurpwarn(const char *path, size_t max, struct buf *b);

/* All n bytes to fd; 0, or -1 with errno. */
int writeall(int fd, const char *p, size_t n);

/*
 * Writes b to path through a temporary file beside it and a rename, so that no reader and no kill
 * sees half of it. "-" is standard output; a device or a pipe is written to, a link followed. Fatal
 * on any failure; an existing file is then intact.
 */
void writefile(const char *path, const struct buf *b);

/* The same for a content in n pieces. */
void writeparts(const char *path, const struct buf parts[], size_t n);

/* Whether both paths lead to one file that is there. */
bool samefile(const char *a, const char *b);

/* path with the current folder in front unless it is absolute or "-"; the caller's to free. */
char *absolute(const char *path);

#endif
