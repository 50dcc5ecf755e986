/* Where a tool of LLVM may be, and the compiler that it should belong to. */
#ifndef LLVM_SEARCH_H
#define LLVM_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "llvm/probe_bolt.h"
#include "llvm/probe_profdata.h"

/* In the order of trust. */
enum toolsource { BY_ENV, BY_COMPILER, BY_RUST, BY_PATH, BY_SYSTEM, BY_XCODE, NSOURCE };

struct candidate {
	char *path, *real;
	enum toolsource source;
	bool asked, match, numbered;
	unsigned major;		/* if numbered: LLVM release as it says itself, 0: it does not */
	struct profprobe probe; /* if llvm-profdata is what is searched */
	struct boltprobe bolt;	/* if llvm-bolt is */
};

/*
 * Other programs are asked as late as can be, and once: a compiler takes longer to start than all
 * that is done here.
 */
struct search {
	const char *tool; /* "llvm-profdata" */
	const char *env;  /* "$LLVM_PROFDATA": a variable with the path of one to be preferred */
	const char *cc;	  /* the compiler's command, which may have several words */
	struct candidate *v;
	size_t n;
	double timeout_s;     /* for each question to another program */
	enum toolsource next; /* where searchmore() will look */
	bool askedcc;
	int ccmajor;	   /* if askedcc: what searchmajor() says, */
	const char *ccwhy; /* and why */
};

/* "PATH", "compiler", ... */
const char *searchsource(const struct search *s, enum toolsource source);

/* Adds the candidates of the next source, each real file once; false when that was the last. */
bool searchmore(struct search *s);

/*
 * The LLVM release of the compiler: 0 when it numbers itself otherwise, as Apple's does; -1 after a
 * reason in s->ccwhy when it gives no answer or is no compiler of LLVM.
 */
int searchmajor(struct search *s);

void searchrelease(struct search *s);

#endif
