#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "drift/warnings.h"
#include "profraw/format.h"

typedef unsigned long long ull;

__attribute__((format(printf, 3, 4))) static void
add(struct driftcaveats *c, const char *kind, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = xcalloc((size_t)n + 1, 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	c->v = xreallocarray(c->v, c->n + 1, sizeof(*c->v));
	c->v[c->n++] = (struct driftcaveat){kind, text};
}

static void
moves(struct driftcaveats *c, const struct drift *d, const struct driftmoves *m)
{
	double all = driftpercent(d, d->sum[DRIFT_UNCHANGED].count + m->sum.count);

	for (size_t i = 0; i < m->n; i++) {
		const struct driftmove *v = &m->v[i];
		double part = driftpercent(d, v->sum.count);

		if (strcmp(v->from, v->to) != 0)
			add(c, "prefix",
				"%llu of the static functions, with %.4f %% of the counts, differ "
				"by "
				"the path in front of their names alone: '%s' was '%s'; with all "
				"such names rewritten %.4f %% would be unchanged; build both at "
				"the "
				"same path, unless the source itself moved",
				(ull)v->sum.functions, part, v->to, v->from, all);
		if (v->fromsep != v->tosep)
			add(c, "prefix",
				"%llu of the static functions, with %.4f %% of the counts, have "
				"'%c' "
				"behind the path in their names, where '%c' was (LLVM 17 changed "
				"that); with all such names rewritten %.4f %% would be unchanged",
				(ull)v->sum.functions, part, v->tosep, v->fromsep, all);
	}
}

static void
crates(struct driftcaveats *c, const struct drift *d, const struct driftmoves *m)
{
	if (m->crate.functions)
		add(c, "crate",
			"%llu functions, with %.4f %% of the counts, differ by the hash of their "
			"crate in the name alone, which changes with its version, features and "
			"flags and with the compiler; with all such names rewritten %.4f %% would "
			"be unchanged, but a compiler does not find them: collect the profile "
			"again",
			(ull)m->crate.functions, driftpercent(d, m->crate.count),
			driftpercent(d, d->sum[DRIFT_UNCHANGED].count + m->sum.count));
}

/*
 * Programs and libraries of which nothing is left: the new run may not have loaded them. Those of
 * tests, without counts (profraw-pool --of), are of no interest.
 */
static void
modules(struct driftcaveats *c, const struct drift *d)
{
	const struct driftset *s = d->old;
	struct driftsum *gone = xcalloc(s->nmodule, sizeof(*gone)),
			*all = xcalloc(s->nmodule, sizeof(*all));

	if (s->nmodule < 2)
		goto out;
	for (size_t i = 0; i < s->n; i++)
		driftadd(&all[s->v[i].module], &s->v[i]);
	for (size_t i = 0; i < d->nlost; i++)
		if (d->lost[i].state == DRIFT_GONE)
			driftadd(&gone[d->lost[i].fn->module], d->lost[i].fn);
	for (size_t i = 0; i < s->nmodule; i++) {
		const struct driftmodule *m = s->module[i];

		if (all[i].count && gone[i].functions == all[i].functions)
			add(c, "module",
				"all %llu functions of a module in '%s' (binary id %s), with %.4f "
				"%% of the counts, are gone: did the new run load it?",
				(ull)all[i].functions, m->path, *m->id ? m->id : "unknown",
				driftpercent(d, all[i].count));
	}
out:
	free(gone);
	free(all);
}

static uint64_t
nameless(const struct driftset *s)
{
	uint64_t n = 0;
	size_t len;

	for (size_t i = 0; i < s->n; i++)
		n += !profnamesfind(&s->names, s->v[i].ref, &len);
	return n;
}

/* Of how the profiles were made. */
static void
kinds(struct driftcaveats *c, const struct drift *d)
{
	uint64_t any = d->old->variant | d->new->variant;
	unsigned low = d->old->low < d->new->low ? d->old->low : d->new->low,
		 high = d->old->high > d->new->high ? d->old->high : d->new->high;

	if (d->old->variant & PROFRAW_BYTE)
		add(c, "coverage",
			"a counter of the old profile says whether a block ran, not how often: the "
			"percentages are of blocks that ran, not of heat");
	if (d->old->variant & PROFRAW_TEMPORAL)
		add(c, "temporal",
			"the first counter of a function says when it ran, it is no count and left "
			"out");
	if (any & PROFRAW_CSIR || d->cs.functions)
		add(c, "context-sensitive",
			"the hashes of %llu functions with %.4f %% of the counts are those after "
			"inlining, which the first round's profile decides: they change with it, "
			"not only with the source",
			(ull)d->cs.functions, driftpercent(d, d->cs.count));
	if (low != high)
		add(c, "versions",
			"the profiles are of raw versions %u to %u, written by different LLVM "
			"releases, which may hash and name functions differently",
			low, high);
}

void
driftcaveats(struct driftcaveats *c, const struct drift *d, const struct driftmoves *m)
{
	uint64_t none = nameless(d->old) + nameless(d->new);

	moves(c, d, m);
	crates(c, d, m);
	modules(c, d);
	if (d->ambiguous.hit)
		add(c, "duplicates",
			"%llu functions with %.4f %% of the counts share their name with others of "
			"another hash (static or inline functions in several places); each is "
			"looked for by its own hash",
			(ull)d->ambiguous.functions, driftpercent(d, d->ambiguous.count));
	kinds(c, d);
	if (none)
		add(c, "nameless",
			"%llu functions have no name in their profile and are told by the hash of "
			"it",
			(ull)none);
}

void
driftcaveatsrelease(struct driftcaveats *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->v[i].text);
	free(c->v);
	*c = (struct driftcaveats){0};
}
