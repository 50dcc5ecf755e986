/* Which of the tools that were found is the one that is wanted. */
#ifndef LLVM_CHOOSE_H
#define LLVM_CHOOSE_H

#include "base/buf.h"
#include "llvm/search.h"

/* What is looked for. */
struct want {
	const char *tool; /* to be printed: "llvm-profdata" or something that lies beside it */
	bool bolt;	  /* it is llvm-bolt or merge-fdata, and llvm-bolt is searched */
	unsigned version; /* raw version, 0: that of the compiler's own tool */
};

/* The name decides what is searched. */
bool wantsbolt(const char *tool);

/* Looks for candidates and asks them, all or until the best one is sure; returns it or NULL. */
struct candidate *choose(struct search *s, const struct want *w, bool all);

/* The path of what is wanted for a candidate, in b; NULL when that is not there. */
const char *choicepath(const struct want *w, const struct candidate *c, struct buf *b);

/* Why a candidate does not match, "" if it does. In b. */
const char *choicewhy(const struct want *w, const struct candidate *c, struct buf *b);

/* "best", "match", "other", "broken" */
const char *choiceverdict(
	const struct want *w, const struct candidate *c, const struct candidate *best);

/* The LLVM release that a candidate says it is of, 0: none. */
unsigned choicemajor(const struct search *s, const struct want *w, struct candidate *c);

/* The LLVM release of the compiler, 0: not known, or it does not write what is to be read. */
unsigned wantmajor(struct search *s, const struct want *w);

#endif
