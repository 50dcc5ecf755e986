/* What a search for a tool of LLVM found, on standard output. */
#ifndef LLVM_PRINT_H
#define LLVM_PRINT_H

#include "llvm/choose.h"

/* A tab-separated line for each candidate; best may be NULL. */
void choiceprint(const struct search *s, const struct want *w, const struct candidate *best);

/* One JSON object with those that were asked; path: of what is wanted, or NULL. */
void choiceprintjson(const struct search *s, const struct want *w, const struct candidate *best,
	const char *path);

#endif
