#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "compare/controls.h"
#include "compare/judge.h"
#include "stats/stats.h"

/*
 * So many times what it was meant to be, a canary is none: something else slows it, and that it is
 * found proves nothing. On busy machines up to twice was seen.
 */
static const double canary_most = 3;

/* Judges an arm that runs the base's program once more, slowed down or not, against the base. */
static void
judgecopy(struct comparisons *copies, const struct comparisons *all, const struct criteria *q,
	struct rules (*rulesof)(const struct rules *), const char *flaw)
{
	comparisonssameoutput(copies);
	for (size_t i = 0; i < copies->n; i++) {
		struct comparison *c = &copies->of[i];
		struct rules r = comparisonrules(&all->of[i], q, all->gated);

		if (!c->copy)
			comparisonunfit(c, "it is not a copy of the base");
		if (flaw)
			comparisonunfit(c, "%s", flaw);
		c->identical = false;
		r = rulesof(&r);
		judgecomparison(c, &r);
	}
}

static void
checkcanary(struct comparison *c, double slow_pct)
{
	if (c->invalid || c->counted || !(topct(c->j.low) > canary_most * slow_pct))
		return;
	comparisonunfit(c,
		"it is %.1f %% slower where it was slowed down by %g %%: something else slows it",
		topct(c->j.theta), slow_pct);
	c->j.verdict = INVALID;
}

void
selfcheckread(struct selfcheck *s, const struct receipt *r, const struct roles *roles,
	const struct criteria *q, const struct comparisons *all)
{
	const char *base = roles->arm[ROLE_BASE];

	*s = (struct selfcheck){.slow_pct = roles->slow_pct, .slowed = roles->slowed};
	s->asked = base;
	if (!base)
		return;
	if (roles->arm[ROLE_CONTROL]) {
		comparisonsread(&s->control, r, base, roles->arm[ROLE_CONTROL], q->metric);
		judgecopy(&s->control, all, q, controlrules, NULL);
	}
	if (roles->arm[ROLE_CANARY]) {
		comparisonsread(&s->canary, r, base, roles->arm[ROLE_CANARY], q->metric);
		judgecopy(&s->canary, all, q, canaryrules,
			s->slow_pct > 0 ? NULL : "it was not slowed down");
		for (size_t i = 0; i < s->canary.n; i++)
			checkcanary(&s->canary.of[i], s->slow_pct);
	}
}

void
selfcheckrelease(struct selfcheck *s)
{
	comparisonsrelease(&s->control);
	comparisonsrelease(&s->canary);
}

const struct comparison *
controlof(const struct selfcheck *s, size_t i)
{
	return s->control.n && !s->control.of[i].counted ? &s->control.of[i] : NULL;
}

const struct comparison *
canaryof(const struct selfcheck *s, size_t i)
{
	const struct comparison *c = s->canary.n ? &s->canary.of[i] : NULL;

	return c && !c->counted && !c->unslowed ? c : NULL;
}

bool
controlok(const struct selfcheck *s, size_t i)
{
	const struct comparison *c = controlof(s, i);

	/* Numbers that are always the same are equal, not too few. */
	return !c || c->j.verdict == INCONCLUSIVE || (c->number && c->j.verdict == UNCHANGED);
}

bool
canaryok(const struct selfcheck *s, size_t i)
{
	const struct comparison *c = canaryof(s, i);

	return !c || c->j.verdict == REGRESSED;
}

/* What the canary was meant to be, and what it was: nothing else has been found. */
static void
putcanary(struct buf *b, const struct selfcheck *s, const struct comparisons *all, size_t found,
	size_t told)
{
	double least = INFINITY, most = -INFINITY;
	bool suites = false, commands = false;

	for (size_t i = 0; i < all->n; i++) {
		if (!canaryof(s, i) || !all->of[i].gated)
			continue;
		suites = suites || all->of[i].suite;
		commands = commands || !all->of[i].suite;
	}
	bufprintf(b, "%scanary, meant to be %g %% slower", b->n ? "; " : "", s->slow_pct);
	if (suites)
		bufputs(b, commands ? " (suites by being stopped in turns)"
				    : " by being stopped in turns");
	if (commands && !s->slowed)
		bufputs(b, " by its launcher");
	else if (commands && strcmp(s->slowed, "program") != 0)
		bufprintf(b, " by its launcher (%s)", s->slowed);
	for (size_t i = 0; i < all->n; i++) {
		const struct comparison *c = canaryof(s, i);

		if (!c || !all->of[i].gated || c->invalid || !isfinite(c->j.theta))
			continue;
		least = fmin(least, topct(c->j.theta));
		most = fmax(most, topct(c->j.theta));
	}
	if (least < most)
		bufprintf(b, ", was %+.2f to %+.2f %%", least, most);
	else if (least <= most)
		bufprintf(b, ", was %+.2f %%", least);
	bufprintf(b, ": found in %zu of %zu", found, told);
}

json_t *
selfchecktext(const struct selfcheck *s, const struct comparisons *all)
{
	size_t told = 0, quiet = 0, sought = 0, found = 0, watched = 0, seen = 0;
	struct buf b = {0};
	bool measured = false;
	json_t *text;

	if (!s->asked)
		return json_null(); /* below: nothing that was timed, or that could have differed */
	for (size_t i = 0; i < all->n; i++) {
		if (!all->of[i].gated || all->of[i].counted)
			continue;
		measured = measured || !all->of[i].identical;
		told++;
		quiet += controlok(s, i);
		sought += canaryof(s, i) != NULL;
		found += canaryof(s, i) && canaryok(s, i);
		watched += all->of[i].watched;
		seen += all->of[i].seen;
	}
	if (!told || (!measured && !s->control.n && !s->canary.n))
		return json_null();
	if (s->control.n)
		bufprintf(&b, "control, a copy of the base: no difference in %zu of %zu", quiet,
			told);
	else
		bufputs(&b, "no control: whether equal programs are found equal is not known");
	if (sought)
		putcanary(&b, s, all, found, sought);
	else if (s->canary.n)
		bufputs(&b, "; no canary: these numbers are the same where a program is slower");
	else
		bufputs(&b, "; no canary: whether a slowdown would be found is not known");
	if (watched)
		bufprintf(&b, "; programs seen to run in %zu of %zu", seen, told);
	else
		bufputs(&b, "; whether programs ran was not recorded");
	text = jsonstr(bufstr(&b));
	bufrelease(&b);
	return text;
}
