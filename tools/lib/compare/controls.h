/* The arms by which a run proves itself, each judged against the base. */
#ifndef COMPARE_CONTROLS_H
#define COMPARE_CONTROLS_H

#include "compare/comparison.h"
#include "compare/roles.h"
#include "decision/criteria.h"

struct selfcheck {
	bool asked; /* arms have roles: a run that should prove itself */
	/* The i-th benchmark as in the comparisons they were read beside; n = 0: no such arm. */
	struct comparisons control, canary;
	double slow_pct;    /* of the canary, as it was meant */
	const char *slowed; /* and how (compare/roles.h) */
};

/* Reads them beside the comparisons `all` of a receipt, whose gated ones share the error. */
void selfcheckread(struct selfcheck *s, const struct receipt *r, const struct roles *roles,
	const struct criteria *q, const struct comparisons *all);
void selfcheckrelease(struct selfcheck *s);

/* Those of benchmark i, or NULL; where instructions were counted, there is nothing to prove. */
const struct comparison *controlof(const struct selfcheck *s, size_t i);
const struct comparison *canaryof(const struct selfcheck *s, size_t i);

/* Whether the control, a copy of the base, shows no difference; whether the canary was found. */
bool controlok(const struct selfcheck *s, size_t i);
bool canaryok(const struct selfcheck *s, size_t i);

/* What it came to over the gated benchmarks, in words, or JSON null when no arm has a role. */
json_t *selfchecktext(const struct selfcheck *s, const struct comparisons *all);

#endif
