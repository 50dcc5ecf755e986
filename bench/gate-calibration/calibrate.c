/*
 * calibrate: how often the rules of bench-compare are right on recorded times, after how many
 * rounds, and what the usual methods would have said.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "decision/criteria.h"
#include "recording.h"
#include "stats/stats.h"
#include "trials.h"

static const char usage[] = "usage: calibrate [--draws N] [--rounds N] [--alpha P] FILE...";

static const char help[] =
	"FILE is a table with a header: round, slot, arm, wall_s, cpu_s (record writes one). Arms: "
	"A\n"
	"the base, A2 the same again, B1 and B2 one and two percent more work.\n"
	"\n"
	"  --draws N    experiments of each kind (default 10000)\n"
	"  --rounds N   planned rounds of each (default 200)\n"
	"  --alpha P    chance of a false alarm (default 0.01); one benchmark is gated\n"
	"\n"
	"exit status: 0 every promise is kept that the recordings can tell about, and 2 % slower "
	"is\n"
	"found on each of them; 1 not so; 2 usage or trouble\n";

static const char *const metricnames[METRICS] = {"wall", "cpu"};
static const char *const effectnames[EFFECTS] = {
	"the same", "2 % slower", "1 % slower", "2 % more work"};

/* Shares are of the draws, in percent. */
static double
pct(const struct trials *t, size_t n)
{
	return 100 * (double)n / (double)t->draws;
}

static void
showgate(const struct trials *t)
{
	printf("  %-15s %9s %9s %9s %9s   rounds: %4s", "the gate", "regressed", "improved",
		"unchanged", "unclear", "mean");
	for (int decile = 1; decile <= 10; decile++)
		printf(" %3d%%", decile * 10);
	putchar('\n');
	for (enum effect e = 0; e < EFFECTS; e++) {
		const struct tally *y = &t->tally[e];

		printf("  %-15s %9.2f %9.2f %9.2f %9.2f           %4.0f", effectnames[e],
			pct(t, y->verdicts[REGRESSED]), pct(t, y->verdicts[IMPROVED]),
			pct(t, y->verdicts[UNCHANGED]), pct(t, y->verdicts[INCONCLUSIVE]), y->mean);
		for (size_t decile = 1; decile <= 10; decile++)
			printf(" %4zu", y->rounds[(decile * t->draws + 9) / 10 - 1]);
		putchar('\n');
	}
}

static void
showusual(const struct trials *t)
{
	printf("  %-15s %9s %12s %12s\n", "two blocks", "runs each", "false alarms", "2 % found");
	for (size_t u = 0; u < USUALS; u++)
		printf("  %-15s %9zu %12.2f %12.2f\n", t->usual[u].name, t->usual[u].n,
			pct(t, t->usual[u].alarms), pct(t, t->usual[u].found));
}

/* Seconds that one run takes, by the clock. */
static double
runtime(const struct recording *rec)
{
	double *x = xcalloc(rec->nruns, sizeof(*x)), m;

	memcpy(x, rec->runs[WALL], rec->nruns * sizeof(*x));
	sortreal(x, rec->nruns);
	m = exp(median(x, rec->nruns));
	free(x);
	return m;
}

enum said { KEPT, BROKEN, UNTOLD };

/* A line about a promise; false when it is broken. */
static bool
promise(const char *what, enum said s)
{
	static const char *const words[] = {"kept", "NOT KEPT", "cannot be told"};

	printf("  %-60s %s\n", what, words[s]);
	return s != BROKEN;
}

/* How long Welch's test takes to find as many slowdowns as the gate: at least three times as long? */
static enum said
showtime(const struct trials *t)
{
	double pair = 2 * runtime(t->rec), slower = t->tally[SLOWER].mean;
	double same = t->tally[SAME].mean, times;
	size_t found, most = t->rec->nruns / 4, n = welchneeds(t, &found);

	times = (double)(n ? n : most) / slower;
	printf("  time to decide: %.1f s when 2 %% slower, %.1f s when the same, %.1f s at most; "
	       "Welch's test in\n  two blocks, with a threshold for %.2f %% false alarms: ",
		pair * slower, pair * same, pair * (double)t->rounds,
		pct(t, t->tally[SAME].verdicts[REGRESSED]));
	if (n)
		printf("%.1f s (%zu runs each) find as many, %.1f times as long\n",
			pair * (double)n, n, times);
	else
		printf("even %.1f s (%zu runs each), %.1f times as long, find %.2f %%\n",
			pair * (double)most, most, times, pct(t, found));
	if (times >= 3)
		return KEPT;
	return n ? BROKEN : UNTOLD; /* the recording is too short for more */
}

/* What becomes of the promises; precise: 2 % could be seen, and were. */
static bool
showpromises(const struct trials *t, const struct rules *r, enum said fast, bool *precise)
{
	const struct tally *y = t->tally;
	bool quiet = pct(t, y[SAME].verdicts[REGRESSED]) <= 100 * r->alpha;
	bool sure = pct(t, y[MARGIN].verdicts[UNCHANGED]) <= 100 * r->beta, kept;
	bool found = pct(t, y[SLOWER].verdicts[REGRESSED]) >= 95 &&
		     pct(t, y[WORK].verdicts[REGRESSED]) >= 95;
	/* It says of those that it missed that it could not have seen them. */
	bool blind = y[SLOWER].sees > 2 && y[WORK].sees > 2;

	kept = promise(
		"the same is called slower in at most alpha of the draws", quiet ? KEPT : BROKEN);
	kept = promise("1 % slower is called unchanged in at most 5 %", sure ? KEPT : BROKEN) &&
	       kept;
	kept = promise("2 % slower is found in at least 95 %", found   ? KEPT
							       : blind ? UNTOLD
								       : BROKEN) &&
	       kept;
	kept = promise("that takes at most a third of the time of two blocks",
		       found ? fast : UNTOLD) &&
	       kept;
	*precise = *precise || found;
	return kept;
}

/* The tables of one recording; false when a promise is not kept. */
static bool
calibrate(const char *path, struct trials t, const struct rules *r)
{
	struct recording rec = recordingread(path);
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	bool kept = true, precise = false;

	if (rec.rounds < t.rounds)
		fatal("read '%s': there are only %zu rounds in it", path, rec.rounds);
	for (t.metric = 0; t.metric < METRICS; t.metric++) {
		t.rec = &rec;
		memset(t.tally, 0, sizeof(t.tally));
		trialsrun(&t, r);
		printf("%s, %s: %zu rounds, %.1f ms a run\n", name, metricnames[t.metric],
			rec.rounds, 1000 * runtime(&rec));
		showgate(&t);
		showusual(&t);
		kept = showpromises(&t, r, showtime(&t), &precise) && kept;
		putchar('\n');
		fflush(stdout);
		trialsrelease(&t);
	}
	if (!precise)
		warn("check '%s': too noisy to tell whether slowdowns are found", path);
	recordingrelease(&rec);
	return kept && precise;
}

int
main(int argc, char **argv)
{
	struct criteria q = criteriadefault();
	struct trials t = {.draws = 10000, .rounds = 200};
	struct rules r = {.shares = 1, .beta = .05};
	bool kept = true;
	int i = 1;

	progname = "calibrate";
	if (argc > 1 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help")))
		showhelp(usage, help);
	for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
		if (!strcmp(argv[i], "--draws"))
			t.draws = (size_t)numint(argv[i], argv[i + 1], 100, 1000000);
		else if (!strcmp(argv[i], "--rounds"))
			t.rounds = (size_t)numint(argv[i], argv[i + 1], 20, 100000);
		else if (!strcmp(argv[i], "--alpha"))
			criteriaset(&q, "alpha", argv[i + 1]);
		else
			usagefail(usage);
	}
	if (i >= argc)
		usagefail(usage);
	r.alpha = q.alpha;
	r.min_effect = totheta(q.min_effect_pct);
	r.margin = totheta(q.margin_pct);
	printf("alpha %g, one gated benchmark, minimum effect %g %%; %zu draws, each of %zu "
	       "consecutive rounds;\nshares in %% of the draws\n\n",
		q.alpha, q.min_effect_pct, t.draws, t.rounds);
	for (; i < argc; i++)
		kept = calibrate(argv[i], t, &r) && kept;
	closeout();
	return kept ? EXIT_YES : EXIT_NO;
}
