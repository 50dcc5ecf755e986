/* The uploads that the operands name, and which source each is from. */
#ifndef INGEST_INPUTS_H
#define INGEST_INPUTS_H

#include "ingest/store.h"

struct input {
	char *path;
	char source[SOURCE_HEX];
	uint32_t week; /* that its file was last changed in */
};

/* Starts as {0}. */
struct inputs {
	struct input *v; /* after inputsort() by source, week and path */
	size_t n, cap;
	unsigned trouble; /* what could not be read */
};

/*
 * Adds a file, all *.profraw below a folder, or for "-" a list of paths on standard input, each
 * ended by a NUL. Their source is `source`, or if that is NULL: below a folder the first folder of
 * the path; of a listed path the folder that it is in; of what is in no folder the name of the file
 * without .profraw. `now`: weeks since 1970, no file is younger.
 */
void inputsadd(struct inputs *in, const struct store *s, const char *operand, const char *source,
	uint32_t now);
void inputsort(struct inputs *in);
void inputsrelease(struct inputs *in);

#endif
