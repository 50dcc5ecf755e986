/* A receipt that is made up: of a gate with every role, one benchmark timed and one counted. */
#ifndef RECEIPT_MADE_H
#define RECEIPT_MADE_H

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "receipt/receipt.h"
#include "stats/shuffle.h"

enum { MADE_ARMS = 7, MADE_ROUNDS = 40, MADE_COUNTS = 2, MADE_SEED = 7 };

static inline struct texts
madetexts(const char *first, const char *second)
{
	struct texts t = {xcalloc(MADE_ARMS, sizeof(char *)), MADE_ARMS};

	for (size_t a = 0; a < MADE_ARMS; a++)
		t.of[a] = a == 1 || a == 3 ? second ? xstrdup(second) : NULL : xstrdup(first);
	return t;
}

/* n numbers from x on, of few digits, for a receipt has twelve; large ones are whole. */
static inline struct column
madecolumn(double x, size_t n)
{
	struct column c = {xcalloc(n, sizeof(double)), n};

	for (size_t i = 0; i < n; i++)
		c.x[i] = round(x * (1e6 + (double)(i * 7919 % 97) * 10)) / 1e6;
	return c;
}

static inline struct receiptbench
madebench(const char *name, enum metric metric, size_t rounds)
{
	static const double slower[MADE_ARMS] = {1, 1.1, 1.0002, 1.1, 1.0004, 1.05, 1};
	struct receiptbench b = {.name = xstrdup(name),
		.metric = metric,
		.timeout_s = 600,
		.executions = 1,
		.commands = madetexts("run it", "run it"),
		.files = madetexts("/bin/old", "/bin/new"),
		.sha256 = madetexts("0ld", "4ew"),
		.build_ids = madetexts("1d", NULL),
		.burn_s = madecolumn(.25, MADE_ARMS),
		.sides = xcalloc(MADE_ARMS, sizeof(*b.sides)),
		.nsides = MADE_ARMS,
		.rounds = rounds,
		.order = xcalloc(rounds * MADE_ARMS, sizeof(*b.order)),
		.steal_ticks = madecolumn(2, rounds),
		.min_effect_pct = NAN,
		.margin_pct = NAN,
		.max_undetected_pct = NAN};
	size_t order[MADE_ARMS];

	for (size_t i = 0; i < rounds; i++) {
		roundorder(MADE_SEED, i, MADE_ARMS, order);
		b.steal_ticks.x[i] = (double)i;
		for (size_t a = 0; a < MADE_ARMS; a++)
			b.order[i * MADE_ARMS + a] = (unsigned)order[a];
	}
	for (size_t a = 0; a < MADE_ARMS; a++) {
		struct receiptside *s = &b.sides[a];

		*s = (struct receiptside){.arm = a, .output = xstrdup("printed")};
		for (size_t k = WALL_S; metric != METRIC_INSTRUCTIONS && k < COUNTS; k++)
			s->of[k] = madecolumn(slower[a] * (double)(k + 1), rounds);
		if (metric == METRIC_INSTRUCTIONS)
			s->of[COUNTS] = madecolumn(1e9 * slower[a], rounds);
	}
	return b;
}

/* Base and candidate in two layouts each, control, canary (5 % slower) and last release. */
static inline struct receipt
madereceipt(void)
{
	static const struct receiptarm arms[MADE_ARMS] = {
		{.name = "base", .role = ROLE_BASE, .layout = 1},
		{.name = "cand", .role = ROLE_CAND, .layout = 1},
		{.name = "base2", .role = ROLE_BASE, .layout = 2},
		{.name = "cand2", .role = ROLE_CAND, .layout = 2},
		{.name = "control", .role = ROLE_CONTROL},
		{.name = "canary", .role = ROLE_CANARY, .slow_pct = 5, .slowed = "program"},
		{.name = "last \"one\"", .role = ROLE_RELEASE}};
	struct receipt r = {.tool = xstrdup("a test"),
		.finished = xstrdup("2026-01-02T03:04:05Z"),
		.complete = true,
		.seed = MADE_SEED,
		.seeded = true,
		.machine = jsonpack("{s:s}", "cpu", "one"),
		.settings =
			jsonpack("{s:i, s:n, s:n}", "rounds", MADE_ROUNDS, "budget_s", "decide"),
		.arms = xcalloc(MADE_ARMS, sizeof(*r.arms)),
		.narms = MADE_ARMS,
		.benches = xcalloc(2, sizeof(*r.benches)),
		.nbenches = 2};

	for (size_t a = 0; a < MADE_ARMS; a++) {
		r.arms[a] = arms[a];
		r.arms[a].name = xstrdup(arms[a].name);
		r.arms[a].slowed = arms[a].slowed ? xstrdup(arms[a].slowed) : NULL;
		r.arms[a].binary = xstrdup(a == 1 || a == 3 ? "/bin/new" : "/bin/old");
		r.arms[a].sha256 = xstrdup(a == 1 || a == 3 ? "4ew" : "0ld");
	}
	r.benches[0] = madebench("a_full_check_flow", METRIC_WALL, MADE_ROUNDS);
	r.benches[1] = madebench("b_full_check_flow", METRIC_INSTRUCTIONS, MADE_COUNTS);
	return r;
}

#endif
