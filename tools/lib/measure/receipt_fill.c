/* Copies what was measured, which is kept round by round, into the columns of a receipt. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "measure/receipt_fill.h"
#include "measure/suites.h"

static char *
copied(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

/* One member of struct sample over all rounds of an arm. */
static struct column
column(const struct series *s, size_t narms, size_t arm, size_t offset)
{
	struct column c = {xcalloc(s->rounds, sizeof(*c.x)), s->rounds};

	for (size_t i = 0; i < c.n; i++)
		memcpy(&c.x[i], (const char *)seriesat(s, narms, i, arm) + offset, sizeof(*c.x));
	return c;
}

/* The hash of what an arm prints, NULL when its runs differ. */
static char *
output(const struct series *s, size_t narms, size_t arm)
{
	const char *first;

	if (!s->rounds)
		return NULL;
	first = seriesat(s, narms, 0, arm)->output;
	for (size_t i = 0; i < s->rounds; i++)
		if (!*first || strcmp(seriesat(s, narms, i, arm)->output, first))
			return NULL;
	return xstrdup(first);
}

static struct receiptside
side(const struct bench *b, const struct series *s, size_t narms, size_t arm)
{
	struct receiptside to = {.arm = arm, .output = output(s, narms, arm)};
#define COLUMN(m) column(s, narms, arm, offsetof(struct sample, m))

	if (benchcounted(b)) {
		to.of[COUNTS] = COLUMN(instructions);
		return to;
	}
	if (b->metric == METRIC_NUMBER) {
		to.of[NUMBERS] = COLUMN(number);
		return to;
	}
	to.of[WALL_S] = COLUMN(wall_s);
	to.of[USER_S] = COLUMN(user_s);
	to.of[SYS_S] = COLUMN(sys_s);
	to.of[MAXRSS_KB] = COLUMN(maxrss_kb);
	to.of[NVCSW] = COLUMN(nvcsw);
	to.of[NIVCSW] = COLUMN(nivcsw);
#undef COLUMN
	return to;
}

static struct texts
texts(size_t n)
{
	return (struct texts){xcalloc(n, sizeof(char *)), n};
}

/* Per arm: what ran, and what it took. */
static void
fillarms(struct receiptbench *to, const struct plan *p, const struct bench *b,
	const struct series *s)
{
	size_t n = p->narms;

	to->commands = texts(n);
	to->files = texts(n);
	to->sha256 = texts(n);
	to->build_ids = texts(n);
	to->burn_s = (struct column){xcalloc(n, sizeof(double)), n};
	to->sides = xcalloc(n, sizeof(*to->sides));
	to->nsides = n;
	for (size_t a = 0; a < n; a++) {
		const struct lane *l = &b->lanes[a];

		to->commands.of[a] = xstrdup(l->text);
		to->files.of[a] = xstrdup(l->file);
		to->sha256.of[a] = xstrdup(l->hash);
		to->build_ids.of[a] = copied(*l->id ? l->id : NULL);
		to->burn_s.x[a] = s->burn_s ? s->burn_s[a] : 0;
		to->sides[a] = side(b, s, n, a);
	}
}

/* What its runs did that were watched; nothing where there were none. */
static void
fillseen(struct receiptbench *to, const struct series *s, size_t narms, bool watched)
{
	if (s->seen) {
		to->seen = xcalloc(narms, sizeof(*to->seen));
		to->nseen = narms;
	}
	for (size_t a = 0; a < to->nseen; a++) {
		to->seen[a] = s->seen[a];
		to->seen[a].left = copied(s->seen[a].left);
		to->seen[a].instead = copied(s->seen[a].instead);
		to->seen[a].untraced = copied(s->seen[a].untraced);
	}
	if (watched)
		to->leaves = texts(s->nleaves);
	for (size_t i = 0; i < to->leaves.n; i++)
		to->leaves.of[i] = xstrdup(s->leaves[i]);
	to->shared = copied(s->shared);
}

/* Why what was counted did not lie elsewhere. */
static void
fillunmoved(struct receiptbench *to, const struct plan *p)
{
	to->unmoved = texts(p->narms);
	for (size_t a = 0; a < p->narms; a++)
		to->unmoved.of[a] = copied(p->arms[a].unmoved);
}

/* Per round: in which order, and what the hypervisor took. */
static void
fillrounds(struct receiptbench *to, const struct series *s, size_t narms)
{
	size_t n = s->rounds * narms;

	to->rounds = s->rounds;
	to->order = xcalloc(n, sizeof(*to->order));
	for (size_t i = 0; i < n; i++)
		to->order[i] = (unsigned)s->order[i];
	to->steal_ticks = (struct column){xcalloc(s->rounds, sizeof(double)), s->rounds};
	for (size_t i = 0; i < s->rounds; i++)
		to->steal_ticks.x[i] = (double)s->steal[i];
}

static struct receiptnumber
number(const struct receiptnumber *k)
{
	struct receiptnumber to = *k;

	to.name = copied(k->name);
	to.unit = copied(k->unit);
	to.regex = copied(k->regex);
	to.jq = copied(k->jq);
	to.suite = copied(k->suite);
	return to;
}

static struct receiptbench
bench(const struct plan *p, const struct bench *b, const struct series *s, bool watched)
{
	struct receiptbench to = {.name = xstrdup(b->name),
		.metric = b->metric,
		.number = number(&b->number.is),
		.shell = b->shell,
		.prepare = copied(b->prepare),
		.cleanup = copied(b->cleanup),
		.timeout_s = b->timeout_s,
		.executions = s->executions,
		.planned = s->planned,
		.min_effect_pct = b->min_effect_pct,
		.margin_pct = b->margin_pct,
		.max_undetected_pct = b->max_undetected_pct,
		.other_output = b->other_output};

	fillarms(&to, p, b, s);
	to.number.lacks = copied(suitelacks(p, b, s));
	fillseen(&to, s, p->narms, watched);
	fillrounds(&to, s, p->narms);
	if (benchcounted(b))
		fillunmoved(&to, p);
	return to;
}

static struct receiptarm
arm(const struct arm *a)
{
	const char *how = a->slowed ? "program" : a->unslowed ? a->unslowed : NULL;

	if (!how && a->slow_pct > 0)
		how = "it is a command without a program";
	return (struct receiptarm){.name = xstrdup(a->name),
		.binary = copied(a->binary),
		.tree = copied(a->tree),
		.sha256 = copied(*a->hash ? a->hash : NULL),
		.role = a->role,
		.layout = a->layout,
		.slow_pct = a->slow_pct,
		.slowed = copied(how)};
}

static json_t *
settingsjson(const struct settings *set)
{
	return jsonpack("{s:o, s:o, s:I, s:f, s:o, s:o}", "rounds",
		set->rounds ? json_integer(set->rounds) : json_null(), "budget_s",
		set->rounds ? json_null() : json_real(set->budget_s), "warmup",
		(json_int_t)set->warmup, "timeout_s", set->timeout_s, "cpus", jsonstr(set->pinned),
		"decide", set->decide ? decidejson(set->decide) : json_null());
}

struct receipt
receiptof(const struct plan *p, const struct settings *set, const struct series *ser, bool complete,
	json_t *machine)
{
	struct receipt r = {.tool = xstrdup("bench-run " PGOKIT_VERSION),
		.finished = xstrdup(utcnow()),
		.complete = complete,
		.seed = set->seed,
		.seeded = true,
		.machine = machine,
		.settings = settingsjson(set),
		.arms = xcalloc(p->narms, sizeof(*r.arms)),
		.narms = p->narms,
		.benches = xcalloc(p->nbenches, sizeof(*r.benches)),
		.nbenches = p->nbenches};

	for (size_t a = 0; a < p->narms; a++)
		r.arms[a] = arm(&p->arms[a]);
	for (size_t b = 0; b < p->nbenches; b++)
		r.benches[b] = bench(p, &p->benches[b], &ser[b], set->own);
	return r;
}
