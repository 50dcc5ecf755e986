/* The raw profiles that the operands of a tool name: files as they are, folders searched. */
#ifndef PROFRAW_FILES_H
#define PROFRAW_FILES_H

#include <stddef.h>

/* Starts as {0}. */
struct proffiles {
	char **path;
	size_t n, cap;
};

/*
 * Adds `path`, or if it is a folder all *.profraw below it: sorted by byte values, folder by
 * folder, symbolic links to folders not followed. Returns how many were added, after a warning 0
 * when there is none, or -1 when something could not be read.
 */
long proffilesadd(struct proffiles *f, const char *path);

void proffilesrelease(struct proffiles *f);

#endif
