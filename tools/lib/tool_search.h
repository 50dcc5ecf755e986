/* Where a tool of LLVM may be, and the compiler that it should belong to. */
#ifndef TOOL_SEARCH_H
#define TOOL_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "bolt_probe.h"
#include "profraw_probe.h"

/* In the order of trust. */
enum toolsource { BY_ENV, BY_COMPILER, BY_RUST, BY_PATH, BY_SYSTEM, BY_XCODE };

struct candidate {
	char *path, *real;
	enum toolsource source;
	bool asked, match;
	struct profprobe probe; /* if llvm-profdata is what is searched */
	struct boltprobe bolt;	/* if llvm-bolt is */
};

struct search {
	const char *tool; /* "llvm-profdata" */
	const char *env;  /* "$LLVM_PROFDATA": a variable with the path of one to be preferred */
	struct candidate *v;
	size_t n;
	double timeout_s; /* for each question to another program */
};

/* "PATH", "compiler", ... */
const char *searchsource(const struct search *s, enum toolsource source);

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
