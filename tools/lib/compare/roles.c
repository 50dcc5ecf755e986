#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "compare/comparison.h"
#include "compare/roles.h"

static const char *const names[NROLES] = {"base", "cand", "control", "canary", "release"};

static enum role
roleof(const json_t *arm, const struct document *d, size_t i)
{
	const json_t *v = json_object_get(arm, "role");
	const char *s = json_string_value(v);
	enum role r;

	if (!v || json_is_null(v))
		return NROLES;
	for (r = 0; s && r < NROLES; r++)
		if (!strcmp(names[r], s))
			return r;
	fatal("read '%s': arms[%zu].role: expected base, cand, control, canary, release or null",
		d->file, i);
}

/* Which of several layouts the arm is, from 1; 0: the only one. */
static size_t
layoutof(const json_t *arm, const struct document *d, size_t i, size_t narms)
{
	const json_t *v = json_object_get(arm, "layout");
	json_int_t k = json_integer_value(v);

	if (!v || json_is_null(v))
		return 0;
	if (!json_is_integer(v) || k < 1 || (size_t)k > narms)
		fatal("read '%s': arms[%zu].layout: expected a number of layouts", d->file, i);
	return (size_t)k;
}

static void
give(const char **arm, const struct document *d, size_t i, const char *role)
{
	if (*arm)
		fatal("read '%s': the role '%s' is there twice", d->file, role);
	*arm = receiptarmname(d, i);
}

static void
countlayouts(struct roles *r, const struct document *d, size_t narms)
{
	while (r->layouts < narms && r->base[r->layouts] && r->cand[r->layouts])
		r->layouts++;
	for (size_t k = r->layouts; k < narms; k++)
		if (r->base[k] || r->cand[k])
			fatal("read '%s': expected layouts from 1 on, the same of base and "
			      "candidate",
				d->file);
}

struct roles
rolesread(const struct document docs[], size_t n)
{
	const struct document *d = &docs[0];
	const json_t *arms = json_object_get(d->head, "arms"), *arm;
	struct roles r = {0};
	size_t i, narms;

	if (n != 1 || d->kind != RECEIPT)
		return r;
	narms = receiptarms(d);
	r.base = xcalloc(narms, sizeof(*r.base));
	r.cand = xcalloc(narms, sizeof(*r.cand));
	json_array_foreach(arms, i, arm)
	{
		enum role role = roleof(arm, d, i);
		size_t layout = layoutof(arm, d, i, narms);

		if (role == NROLES)
			continue;
		if (layout && role != BASE && role != CAND)
			fatal("read '%s': arms[%zu]: only base and candidate have layouts", d->file,
				i);
		if (layout)
			give(&(role == BASE ? r.base : r.cand)[layout - 1], d, i, names[role]);
		else
			give(&r.arm[role], d, i, names[role]);
		if (role == CANARY) {
			r.slow_pct = receiptslowed(d, i);
			r.slowed = receiptslowedhow(d, i);
		}
	}
	countlayouts(&r, d, narms);
	for (enum role k = BASE; r.layouts && k <= CAND; k++) {
		const char *first = (k == BASE ? r.base : r.cand)[0];

		if (r.arm[k])
			fatal("read '%s': the role '%s' is there twice", d->file, names[k]);
		r.arm[k] = first;
	}
	return r;
}

void
rolesrelease(struct roles *r)
{
	free(r->base);
	free(r->cand);
	*r = (struct roles){0};
}
