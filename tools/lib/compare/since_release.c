#include "compare/judge.h"
#include "compare/since_release.h"

static void
against(struct comparisons *since, const struct receipt *from, const char *release, const char *arm,
	const struct criteria *q, const struct comparisons *all)
{
	comparisonsread(since, from, release, arm, q->metric);
	if (!q->other_output)
		comparisonssameoutput(since);
	for (size_t i = 0; i < since->n; i++) {
		struct rules r = comparisonrules(&all->of[i], q, all->gated);

		judgecomparison(&since->of[i], &r);
	}
}

void
releaseread(struct release *s, const struct receipt *r, const struct roles *roles,
	const struct criteria *q, const struct comparisons *all)
{
	const char *release = roles->arm[ROLE_RELEASE];

	*s = (struct release){0};
	if (!release || !roles->arm[ROLE_BASE] || !roles->arm[ROLE_CAND])
		return;
	against(&s->base, r, release, roles->arm[ROLE_BASE], q, all);
	against(&s->cand, r, release, roles->arm[ROLE_CAND], q, all);
}

void
releaserelease(struct release *s)
{
	comparisonsrelease(&s->base);
	comparisonsrelease(&s->cand);
}
