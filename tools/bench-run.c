/*
 * bench-run: times commands fairly. Each round runs every arm once, in an order drawn from a
 * published seed, so that drift and neighbours on a shared machine hit all arms alike; many short
 * rounds beat few long ones. The receipt keeps every sample.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "plan/arm_folders.h"
#include "measure/adaptive.h"
#include "measure/export_hyperfine.h"
#include "measure/machine.h"
#include "measure/measure.h"
#include "measure/options.h"
#include "measure/receipt_fill.h"
#include "measure/suites.h"
#include "run/supervise.h"
#include "stats/stats.h"

/* A name in a column: without tabs and newlines. */
static void
cell(const char *name)
{
	char *clean = xstrdup(name);

	printable(clean);
	printf("%s\t", clean);
	free(clean);
}

/* The median over the rounds of an arm by a metric. */
static double
typical(const struct series *s, size_t narms, size_t arm, enum metric metric)
{
	double *t = xcalloc(s->rounds, sizeof(*t)), m;

	bool all = true;

	for (size_t i = 0; i < s->rounds; i++) {
		t[i] = samplevalue(seriesat(s, narms, i, arm), metric);
		all = all && !isnan(t[i]);
	}
	m = all ? medianof(t, s->rounds) : NAN; /* a suite may have none */
	free(t);
	return m;
}

static void
summary(const struct plan *p, const struct series *ser)
{
	for (size_t b = 0; b < p->nbenches; b++)
		for (size_t a = 0; ser[b].rounds && a < p->narms; a++) {
			cell(p->benches[b].name);
			cell(p->arms[a].name);
			printf("%zu\t", ser[b].rounds);
			if (benchcounted(&p->benches[b]))
				printf("%.0f\n",
					typical(&ser[b], p->narms, a, METRIC_INSTRUCTIONS));
			else if (p->benches[b].metric == METRIC_NUMBER)
				printf("%.9g\n", typical(&ser[b], p->narms, a, METRIC_NUMBER));
			else
				printf("%.6f\t%.6f\n", typical(&ser[b], p->narms, a, METRIC_WALL),
					typical(&ser[b], p->narms, a, METRIC_CPU));
		}
}

int
main(int argc, char **argv)
{
	struct request q = {0};
	struct series *ser;
	json_t *facts;
	bool ok;

	progname = "bench-run";
	requestread(&q, argc, argv);
	guard();
	adopt();
	ownmake(&q.plan);
	ownslow(&q.plan);
	planresolve(&q.plan);
	if (!q.seeded)
		q.set.seed = planseed(&q.plan);

	facts = machinefacts(); /* before the load of the measurement itself */
	if (!suitesfind(&q.plan, &q.set))
		return EXIT_NO;
	if (q.set.decide)
		decidecheck(&q.plan, q.set.decide);
	ser = xcalloc(q.plan.nbenches, sizeof(*ser));
	ok = measure(&q.plan, &q.set, ser);
	ok = planunchanged(&q.plan) && ok;
	if (q.receipt) {
		struct receipt r = receiptof(&q.plan, &q.set, ser, ok, facts);

		receiptwrite(q.receipt, &r);
		receiptrelease(&r);
	}
	if (q.export)
		hyperfinewrite(q.export, &q.plan, ser);
	if (!(q.receipt && !strcmp(q.receipt, "-")) && !(q.export && !strcmp(q.export, "-")))
		summary(&q.plan, ser);
	closeout();
	return ok ? EXIT_YES : EXIT_NO;
}
