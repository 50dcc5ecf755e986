/* Profiles on disk, and what their files contain. */
#ifndef TUNE_STORE_H
#define TUNE_STORE_H

#include <jansson.h>

#include "tune/state.h"

/* Closes the files that tune_load and tune_save have kept open. */
void forgetfiles(struct tune *t);

/* A file as JSON. 0; TUNE_IO or TUNE_FORMAT and why. */
int readbook(const char *path, json_t **doc, char *why, size_t size);

/* Writes a document to path under its lock, atomically; TUNE_IO with errno. */
int writebook(const char *path, const json_t *doc);

/* Significant digits of numbers in the file. */
enum { DIGITS = 6 };

/* Whether a document is one of ours and all of it is valid; if not, why. */
bool goodbook(const json_t *doc, char *why, size_t size);

/*
 * Adds to the tuner what `doc` has for this machine beyond `base` (NULL: nothing), or nothing when it
 * is `unchanged`, after checking all of it. TUNE_FORMAT and why: nothing was added.
 */
int addbook(struct tune *t, const json_t *doc, const json_t *base, bool unchanged, char *why,
	size_t size);

/* The same of parts of valid documents; NULL: nothing. */
int addpart(struct tune *t, const json_t *part, const json_t *before);

/* The part of a valid document that is of a machine, which stays the document's; NULL: none. */
json_t *partof(const json_t *doc, const char *machine);

/*
 * A document with what the tuner knows in place of what doc (NULL: nothing) has for this machine. It
 * takes doc over. NULL without memory.
 */
json_t *makebook(struct tune *t, json_t *doc);

#endif
