/* A set of hashes: which uploads were accepted before. 32 bytes of memory for each, at most. */
#ifndef INGEST_SEEN_H
#define INGEST_SEEN_H

#include <stdbool.h>
#include <stddef.h>

/* Starts as {0}. The first 128 bits of a hash tell it from any other. */
struct seen {
	struct seenkey *slot;
	size_t n, cap;
};

/* Whether the hash, at least 32 hexadecimal digits, is in the set. */
bool seenhas(const struct seen *s, const char *hex);
void seenadd(struct seen *s, const char *hex);
void seenrelease(struct seen *s);

#endif
