/* SHA-256 of files, each read once however often it is asked for. */
#ifndef BASE_FILEHASH_H
#define BASE_FILEHASH_H

#include "base/digest.h"

/*
 * What was read so far; starts as {0}. A file is known by device, inode, size and times, and times
 * move in ticks of some milliseconds: a table is for one look at all files, and whoever wants to
 * know later whether they have changed takes a new one.
 */
struct filehashes {
	struct filehashed *v;
	size_t n;
};

/* The SHA-256 of a regular file; -1 with errno, as openfile and read say. */
int filehash(struct filehashes *t, const char *path, char hex[SHA256_HEX]);

void filehashesrelease(struct filehashes *t);

#endif
