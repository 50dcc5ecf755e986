/* What an arm is in a gate. */
#ifndef RECEIPT_ROLE_H
#define RECEIPT_ROLE_H

enum role {
	ROLE_NONE,
	ROLE_BASE,
	ROLE_CAND,
	ROLE_CONTROL, /* a copy of the base: the negative control */
	ROLE_CANARY,  /* the base, slowed down: the positive control */
	ROLE_RELEASE, /* the last release */
	NROLES
};

/* "base", "cand", "control", "canary", "release"; NULL for ROLE_NONE. */
const char *rolename(enum role r);

/* The role of that name; ROLE_NONE when there is none, or name is NULL. */
enum role rolenamed(const char *name);

#endif
