/* Which arms of a receipt have which role, and which layouts belong together. */
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "compare/roles.h"

static void
give(const char **arm, const struct receipt *r, const struct receiptarm *a)
{
	if (*arm)
		fatal("read '%s': the role '%s' is there twice", r->file, rolename(a->role));
	*arm = a->name;
}

static void
countlayouts(struct roles *s, const struct receipt *r)
{
	while (s->layouts < r->narms && s->base[s->layouts] && s->cand[s->layouts])
		s->layouts++;
	for (size_t k = s->layouts; k < r->narms; k++)
		if (s->base[k] || s->cand[k])
			fatal("read '%s': expected layouts from 1 on, the same of base and "
			      "candidate",
				r->file);
}

/* Whoever has a role has it beside a base and a candidate. */
static void
checkmissing(const struct roles *s, const struct receipt *r)
{
	for (size_t i = 0; i < r->narms; i++)
		for (enum role k = ROLE_BASE; r->arms[i].role && k <= ROLE_CAND; k++)
			if (!s->arm[k])
				fatal("read '%s': an arm has the role '%s', but none has the role "
				      "'%s'",
					r->file, rolename(r->arms[i].role), rolename(k));
}

struct roles
rolesof(const struct receipt *r)
{
	struct roles s = {.base = xcalloc(r->narms, sizeof(*s.base)),
		.cand = xcalloc(r->narms, sizeof(*s.cand))};

	for (size_t i = 0; i < r->narms; i++) {
		const struct receiptarm *a = &r->arms[i];

		if (a->role == ROLE_NONE)
			continue;
		if (a->layout && a->role != ROLE_BASE && a->role != ROLE_CAND)
			fatal("read '%s': arms[%zu]: only base and candidate have layouts", r->file,
				i);
		if (a->layout)
			give(&(a->role == ROLE_BASE ? s.base : s.cand)[a->layout - 1], r, a);
		else
			give(&s.arm[a->role], r, a);
		if (a->role == ROLE_CANARY) {
			s.slow_pct = a->slow_pct;
			s.slowed = a->slowed;
		}
	}
	countlayouts(&s, r);
	for (enum role k = ROLE_BASE; s.layouts && k <= ROLE_CAND; k++) {
		if (s.arm[k])
			fatal("read '%s': the role '%s' is there twice", r->file, rolename(k));
		s.arm[k] = (k == ROLE_BASE ? s.base : s.cand)[0];
	}
	checkmissing(&s, r);
	return s;
}

void
rolesrelease(struct roles *s)
{
	free(s->base);
	free(s->cand);
	*s = (struct roles){0};
}
