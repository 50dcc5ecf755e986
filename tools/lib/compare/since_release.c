#include "compare/judge.h"
#include "compare/since_release.h"

static void
against(struct contests *since, const struct receipt *from, const char *release, const char *arm,
	const struct question *q, const struct contests *all)
{
	contestsread(since, from, release, arm, q->metric);
	if (!q->other_output)
		contestssameoutput(since);
	for (size_t i = 0; i < since->n; i++) {
		struct rules r = contestrules(&all->of[i], q, all->gated);

		judgecontest(&since->of[i], &r);
	}
}

void
releaseread(struct release *s, const struct receipt *r, const struct roles *roles,
	const struct question *q, const struct contests *all)
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
	contestsrelease(&s->base);
	contestsrelease(&s->cand);
}
