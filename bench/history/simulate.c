/*
 * simulate: histories of 200 runs, drawn from recorded rounds, with changes that are known: which of them
 * are found, how soon, and what is found that was not there.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../gate-calibration/recording.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "changes/changes.h"
#include "stats/stats.h"

static const char usage[] = "usage: simulate SEEDS ROUNDS wall|cpu RECORDING [CSV-FOLDER]";

enum { RUNS = 200, ANCHORED = 50, SOON = 10, NEAR = 3, STEPS_MAX = 8 };

/* Of a run's interval, as a gate with one benchmark has it. */
static const double LEVEL = 0.01, Z = 2.3263;

static const struct scenario {
	const char *name;
	size_t steps;
	double size; /* of each, in logarithms; the sign is drawn where `up` is false */
	bool up;
} scenarios[] = {{"no change", 0, 0, false}, {"5 steps of 2 %", 5, 0.0198, false},
	{"8 steps of 0.4 %", 8, 0.00399, true}};

/* A history: where its level changes, and what each run says. Place 0 is the first base. */
struct history {
	size_t at[STEPS_MAX];
	double by[STEPS_MAX], level[RUNS + 1];
	struct run runs[RUNS];
};

static uint64_t state;

static uint64_t
draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

static size_t
below(size_t n)
{
	return (size_t)(draw() % n);
}

/* Changes at least 15 runs from each other and from both ends. */
static void
plant(struct history *h, const struct scenario *s)
{
	size_t room = RUNS - 15 * (s->steps + 1);

	for (size_t i = 0; i < s->steps; i++) {
		size_t j = i;

		h->at[i] = below(room);
		for (; j && h->at[j - 1] > h->at[j]; j--) {
			size_t x = h->at[j];

			h->at[j] = h->at[j - 1];
			h->at[j - 1] = x;
		}
	}
	for (size_t i = 0; i < s->steps; i++) {
		h->at[i] += 15 * (i + 1);
		h->by[i] = s->up || draw() % 2 ? s->size : -s->size;
	}
	for (size_t p = 0; p <= RUNS; p++) {
		h->level[p] = 0;
		for (size_t i = 0; i < s->steps; i++)
			h->level[p] += p >= h->at[i] ? h->by[i] : 0;
	}
}

/* A gate of two commits: a window of rounds, in each of which a coin says which arm was the base. */
static void
gate(struct run *r, const struct history *h, size_t base, size_t head, const struct recording *rec,
	int metric, size_t rounds)
{
	double *d = xcalloc(rounds, sizeof(*d)), shift = h->level[head] - h->level[base];
	size_t from = below(rec->rounds - rounds + 1);
	struct estimate e;

	for (size_t i = 0; i < rounds; i++) {
		double x = rec->log[from + i][metric][A2] - rec->log[from + i][metric][A];

		d[i] = (draw() >> 33 & 1 ? x : -x) + shift;
	}
	e = walsh(d, rounds, LEVEL);
	*r = (struct run){base, head, e.theta, (e.high - e.low) / (2 * Z)};
	free(d);
}

static void
measure(struct history *h, const struct recording *rec, int metric, size_t rounds)
{
	for (size_t i = 1; i <= RUNS; i++)
		gate(&h->runs[i - 1], h, (i - 1) / ANCHORED * ANCHORED, i, rec, metric, rounds);
}

static struct changes
found(const struct history *h, size_t runs)
{
	struct changesrules rules = changesdefault();
	struct changes c;

	changesfind(&c, h->runs, runs, runs + 1, &rules);
	return c;
}

/* A change within NEAR commits of the planted one, in its direction. */
static bool
isnear(const struct change *c, size_t at, double by)
{
	return c->at <= at + NEAR && c->at + c->over + NEAR > at && c->theta * by > 0;
}

struct result {
	size_t soon, planted, most, wrong, several, together, histories;
};

static void
count(struct result *r, const struct scenario *s, const struct history *h)
{
	struct changes all = found(h, RUNS);
	size_t soon = 0, wrong = 0;

	for (size_t i = 0; i < s->steps; i++) {
		struct changes c = found(h, h->at[i] + SOON);
		bool is = false;

		for (size_t k = 0; k < c.n; k++)
			is = is || isnear(&c.of[k], h->at[i], h->by[i]);
		soon += is;
		r->planted++;
	}
	for (size_t k = 0; k < all.n; k++) {
		bool is = false;

		for (size_t i = 0; i < s->steps; i++)
			is = is || isnear(&all.of[k], h->at[i], h->by[i]);
		wrong += !is;
	}
	r->soon += soon;
	r->most += 5 * soon >= 4 * s->steps;
	r->wrong += wrong;
	r->several += wrong > 1;
	if (s->steps)
		r->together += fabs(changeslevel(&all, RUNS) - h->level[RUNS]) <
			       0.25 * (double)s->steps * s->size;
	r->histories++;
}

/* The same as numbers of each commit, for who reads such: ratios to the first commit, whatever the base was. */
static void
dump(const char *folder, const char *name, size_t number, size_t seed, const struct history *h,
	const struct scenario *s)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%zu-%s-%zu.csv", folder, number, name, seed);
	f = fopen(path, "w");
	if (!f)
		fatal("write '%s':", path);
	fprintf(f, "time,commit,ratio\n");
	for (size_t i = 0; i < RUNS; i++)
		fprintf(f, "%zu,%zu,%.9f\n", 1700000000 + 86400 * (i + 1), i + 1,
			exp(h->runs[i].theta + h->level[h->runs[i].base]));
	fclose(f);
	snprintf(path, sizeof(path), "%s/%zu-%s-%zu.tsv", folder, number, name, seed);
	f = fopen(path, "w");
	if (!f)
		fatal("write '%s':", path);
	for (size_t i = 0; i < s->steps; i++)
		fprintf(f, "%zu\t%.6f\n", h->at[i], h->by[i]);
	fclose(f);
}

int
main(int argc, char **argv)
{
	size_t seeds, rounds;
	struct recording rec;
	int metric;

	progname = "simulate";
	if (argc != 5 && argc != 6)
		usagefail(usage);
	seeds = (size_t)numint("SEEDS", argv[1], 1, 100000);
	rounds = (size_t)numint("ROUNDS", argv[2], 10, 1000);
	metric = strcmp(argv[3], "cpu") ? WALL : CPU;
	rec = recordingread(argv[4]);
	if (rec.rounds < 2 * rounds)
		fatal("read '%s': it has %zu rounds, and a run has %zu", argv[4], rec.rounds,
			rounds);
	for (size_t k = 0; k < sizeof(scenarios) / sizeof(*scenarios); k++) {
		const struct scenario *s = &scenarios[k];
		struct result r = {0};

		for (size_t seed = 1; seed <= seeds; seed++) {
			struct history h;

			state = seed * 0x9e3779b97f4a7c15u + k;
			for (int i = 0; i < 8; i++)
				draw();
			plant(&h, s);
			measure(&h, &rec, metric, rounds);
			count(&r, s, &h);
			if (argc == 6)
				dump(argv[5], argv[3], k, seed, &h, s);
		}
		printf("%s\t%s", argv[3], s->name);
		if (s->steps)
			printf("\t%.1f\t%.0f\t%.0f", 100 * (double)r.soon / (double)r.planted,
				100 * (double)r.most / (double)r.histories,
				100 * (double)r.together / (double)r.histories);
		else
			printf("\t-\t-\t-");
		printf("\t%.2f\t%.0f\n", (double)r.wrong / (double)r.histories,
			100 * (double)r.several / (double)r.histories);
	}
	recordingrelease(&rec);
	return 0;
}
