/* What each arm of a receipt is in a gate. */
#ifndef COMPARE_ROLES_H
#define COMPARE_ROLES_H

#include <stddef.h>

#include "compare/input.h"

enum role { BASE, CAND, CONTROL, CANARY, RELEASE, NROLES };

/* The names of the arms, the documents' own; NULL where no arm has the role. */
struct roles {
	const char *arm[NROLES]; /* with layouts: that of the first one */
	double slow_pct;	 /* of the canary: how much slower it was meant to be */
	const char *slowed;	 /* and how (receiptslowedhow()) */
	/* Several layouts of base and candidate, the i-th of one against the i-th of the other. */
	const char **base, **cand;
	size_t layouts; /* 0: there are none */
};

/*
 * Reads them; of two documents, which have no roles, none. Fatal when a role is unknown or is there
 * twice, or when the layouts are not 1 to as many for base and candidate.
 */
struct roles rolesread(const struct document docs[], size_t n);
void rolesrelease(struct roles *r);

#endif
