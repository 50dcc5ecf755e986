/* What each arm of a receipt is in a gate. */
#ifndef COMPARE_ROLES_H
#define COMPARE_ROLES_H

#include <stddef.h>

#include "receipt/receipt.h"

/* The names of the arms, the receipt's own; NULL where no arm has the role. */
struct roles {
	const char *arm[NROLES]; /* with layouts: that of the first one */
	double slow_pct;	 /* of the canary: how much slower it was meant to be */
	const char *slowed;	 /* and how (receipt/receipt.h) */
	/* Several layouts of base and candidate, the i-th of one against the i-th of the other. */
	const char **base, **cand;
	size_t layouts; /* 0: there are none */
};

/*
 * Those of a receipt. Fatal when a role is there twice, or when the layouts are not 1 to as many
 * for base and candidate.
 */
struct roles rolesof(const struct receipt *r);
void rolesrelease(struct roles *r);

#endif
