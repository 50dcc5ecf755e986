/*
 * Tarballs of one strict form, that of pgokit package: gzip without name or time, and in it a tar of
 * one folder in which every byte follows from names, contents, one bit of mode and one time. What is
 * otherwise, were it only a changed bit, is refused, and before a byte is written.
 */
#ifndef ARCHIVE_TARBALL_H
#define ARCHIVE_TARBALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct member {
	char *name; /* without a '/' at its end */
	bool folder;
	bool executable;
	size_t at, size; /* of its content in the tar */
};

/* Starts as {0}. */
struct tarball {
	struct buf tar;
	struct member *member;
	size_t n, cap;
	uint64_t time; /* of all members, seconds since 1970 */
};

/*
 * Reads the tarball `path`, of which at most max bytes are unpacked. NULL, or what is wrong, in words
 * that name the member where there is one; the text lives until the next call.
 */
const char *tarballread(struct tarball *t, const char *path, size_t max);

/* Writes its members into the folder `dir`, which is made; fatal on any failure. */
void tarballunpack(const struct tarball *t, const char *dir);

void tarballrelease(struct tarball *t);

#endif
