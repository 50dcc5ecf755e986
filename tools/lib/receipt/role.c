/* The roles and their names. */
#include <stddef.h>
#include <string.h>

#include "receipt/role.h"

static const char *const names[NROLES] = {[ROLE_BASE] = "base",
	[ROLE_CAND] = "cand",
	[ROLE_CONTROL] = "control",
	[ROLE_CANARY] = "canary",
	[ROLE_RELEASE] = "release"};

const char *
rolename(enum role r)
{
	return names[r];
}

enum role
rolenamed(const char *name)
{
	for (enum role r = ROLE_NONE + 1; name && r < NROLES; r++)
		if (!strcmp(names[r], name))
			return r;
	return ROLE_NONE;
}
