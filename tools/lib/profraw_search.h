/* Where an llvm-profdata may be, and the compiler that it should belong to. */
#ifndef PROFRAW_SEARCH_H
#define PROFRAW_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "profraw_probe.h"

/* In the order of trust. */
enum profsource { BY_ENV, BY_COMPILER, BY_RUST, BY_PATH, BY_SYSTEM, BY_XCODE };

struct candidate {
	char *path, *real;
	enum profsource source;
	bool asked, match;
	struct profprobe probe;
};

struct search {
	struct candidate *v;
	size_t n;
	double timeout_s; /* for each question to another program */
};

/* "PATH", "compiler", ... */
const char *searchsource(enum profsource source);

/*
 * Adds all candidates, each real file once: those of the compiler command cc (which may have
 * several words), of Rust, of PATH, of the system.
 */
void searchall(struct search *s, const char *cc);

/*
 * The LLVM release of the compiler command cc: 0 when it numbers itself otherwise, as Apple's
 * does; -1 after a reason in *why when it gives no answer or is no compiler of LLVM.
 */
int searchmajor(const struct search *s, const char *cc, const char **why);

void searchrelease(struct search *s);

#endif
