/* What the outcome of a whole verdict says to people. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/outcome.h"

enum { DECIDED_SHOWN = 5 };

static const struct said {
	const char *outcome, *headline, *check, *next;
} all[] = {
#include "outcomes.inc"
};

/* All empty where there is no such outcome. */
static const struct said *
saidof(const char *outcome)
{
	static const struct said none = {"", "", "", ""};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (!strcmp(outcome, all[i].outcome))
			return &all[i];
	return &none;
}

const char *
headline(const char *outcome)
{
	return saidof(outcome)->headline;
}

void
putheading(struct buf *out, const json_t *verdict, const char *project, put *text)
{
	const struct said *s = saidof(textof(verdict, "outcome"));

	bufprintf(out, "pgokit gate %s (", s->headline);
	if (project) {
		text(out, project);
		bufputs(out, "; ");
	}
	bufprintf(out, "the check %s)", s->check);
}

static void
putone(struct buf *out, const json_t *bench, put *text)
{
	bufputs(out, "- ");
	text(out, textof(bench, "name"));
	bufputs(out, ": ");
	if (isfinite(numberof(bench, "change_pct"))) {
		putchange(out, bench);
		bufputs(out, " ");
		putinterval(out, bench);
		bufputs(out, ", ");
	}
	bufprintf(out, "%s\n", textof(bench, "verdict"));
}

/* Whether the benchmark is what the outcome comes from. */
static bool
decides(const json_t *bench, double exit)
{
	return trueof(bench, "gated") && fabs(numberof(bench, "exit") - exit) < .5;
}

void
putdecided(struct buf *out, const json_t *verdict, put *text)
{
	const struct said *s = saidof(textof(verdict, "outcome"));
	double code = numberof(verdict, "exit");
	size_t n, shown = 0, left = 0;
	const json_t **benches = benchesranked(verdict, &n);

	for (size_t i = 0; code > .5 && i < n; i++) {
		if (!decides(benches[i], code))
			continue;
		if (shown == DECIDED_SHOWN) {
			left++;
			continue;
		}
		if (!shown++)
			bufputs(out, "Decided by\n\n");
		putone(out, benches[i], text);
	}
	free(benches);
	if (left)
		bufprintf(out, "- and %zu more\n", left);
	if (shown)
		bufputs(out, "\n");
	if (*s->next)
		bufprintf(out, "%s\n\n", s->next);
}
