#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "compare/verdict.h"
#include "report/table.h"
#include "report/wording.h"

/* Names come from whoever wrote the file. */
static void
putprintable(struct buf *out, const char *foreign)
{
	char *c = xstrdup(foreign);

	printable(c);
	bufputs(out, c);
	free(c);
}

/* Pads what stands in a buffer from `at` on to a width, in characters; negative: to the right. */
static void
pad(struct buf *out, size_t at, int width)
{
	int n = 0;

	for (size_t i = at; i < out->n; i++)
		n += ((unsigned char)out->p[i] & 0xc0) != 0x80;
	if (n >= abs(width))
		return;
	n = abs(width) - n;
	bufprintf(out, "%*s", n, "");
	if (width > 0) {
		memmove(out->p + at + n, out->p + at, out->n - at - (size_t)n);
		memset(out->p + at, ' ', (size_t)n);
	}
}

static void
row(const json_t *o, const char *name)
{
	struct buf line = {0};
	size_t at;

	putprintable(&line, name);
	pad(&line, 0, -32);
	bufputs(&line, " ");
	at = line.n;
	putamount(&line, o, "base", putprintable);
	pad(&line, at, 10);
	bufputs(&line, " ");
	at = line.n;
	putamount(&line, o, "cand", putprintable);
	pad(&line, at, 10);
	bufputs(&line, " ");
	at = line.n;
	putchange(&line, o);
	pad(&line, at, 10);
	bufputs(&line, "  ");
	at = line.n;
	putinterval(&line, o);
	pad(&line, at, -18);
	bufprintf(&line, " %6.0f  %s", numberof(o, "rounds"), textof(o, "verdict"));
	putremarks(&line, o, putprintable);
	puts(bufstr(&line));
	bufrelease(&line);
}

void
tableprint(const json_t *v)
{
	const json_t *benches = json_object_get(v, "benches"), *suite, *o;
	struct buf line = {0};
	size_t i;

	printf("%-32s %10s %10s %10s    %-17s %6s  %s\n", "benchmark", "base", "candidate",
		"change", "interval", "rounds", "verdict");
	json_array_foreach(benches, i, o) row(o, textof(o, "name"));
	suite = json_object_get(v, "suite");
	if (json_is_object(suite) && json_array_size(benches) > 1)
		row(suite, "(geometric mean, gated)");
	bufprintf(&line, "%s: ", textof(v, "outcome"));
	putprintable(&line, textof(v, "base"));
	bufputs(&line, " -> ");
	putprintable(&line, textof(v, "cand"));
	bufprintf(&line, ", %s, intervals of %.6g %%", textof(v, "design"),
		100 * numberof(v, "confidence"));
	puts(bufstr(&line));
	if (*textof(v, "self_check"))
		printf("self-check: %s\n", textof(v, "self_check"));
	if (*textof(v, "machines")) {
		line.n = 0;
		bufputs(&line, "machines: ");
		putprintable(&line, textof(v, "machines"));
		puts(bufstr(&line));
	}
	bufrelease(&line);
}

/* What to do about a doubt of decision/doubt.h. */
static const char *
remedy(const char *doubt)
{
	static const char *const remedies[][2] = {
		{"mean", "measure more rounds, or see why some runs take long"},
		{"tail", "measure more rounds, or see why some runs take long"},
		{"clock", "measure longer runs, or by another metric"},
		{"carry-over", "see what the candidate leaves behind, and clean it up in prepare"},
		{"trend", "warm up longer, or see why it was not steady"},
		{"counts", "give its hashes a fixed seed, or measure time"},
	};

	for (size_t i = 0; i < sizeof(remedies) / sizeof(*remedies); i++)
		if (!strcmp(remedies[i][0], doubt))
			return remedies[i][1];
	return "measure again";
}

/* How many more rounds the benchmarks that ask for more would need, at most. */
static double
roundsshort(const json_t *v)
{
	const json_t *o;
	double most = 0;
	size_t i;

	json_array_foreach(json_object_get(v, "benches"), i, o)
	{
		double need = numberof(o, "rounds_short");

		if (json_integer_value(json_object_get(o, "exit")) == EXIT_UNDECIDED &&
			!*textof(o, "doubt"))
			most = fmax(most, isnan(need) ? INFINITY : need);
	}
	return most;
}

static void
putquoted(struct buf *out, const char *foreign)
{
	bufprintf(out, "'%s'", foreign);
}

/* Why the benchmark makes the comparison invalid. */
static void
blame(const json_t *o)
{
	struct buf why = {0};

	if (verdictis(o, INVALID))
		bufputs(&why, textof(o, "reason"));
	else
		putdoubt(&why, o, bufputs);
	warn("judge benchmark '%s': %s", textof(o, "name"), bufstr(&why));
	bufrelease(&why);
}

static void
advisewaivers(const json_t *v)
{
	struct buf line = {0};
	const json_t *w;
	size_t i, n = 0;

	json_array_foreach(json_object_get(v, "waivers"), i, w)
	{
		if (!strcmp(textof(w, "state"), "used") || !amongfirst(&n))
			continue;
		line.n = 0;
		putwaiver(&line, w, putquoted);
		warn("judge: %s", bufstr(&line));
	}
	warnmore("judge waivers", n);
	bufrelease(&line);
}

/*
 * What is undecided for a reason of its own: those that differ, with why that is all that can be
 * said, and those in doubt. Whether anything else is undecided.
 */
static bool
adviseundecided(const json_t *v)
{
	struct buf why = {0};
	bool others = false;
	const json_t *o;
	size_t i, n = 0;

	json_array_foreach(json_object_get(v, "benches"), i, o)
	{
		if (json_integer_value(json_object_get(o, "exit")) != EXIT_UNDECIDED)
			continue;
		why.n = 0;
		if (verdictis(o, CHANGED) || verdictis(o, DIFFERS)) {
			if (amongfirst(&n))
				warn("judge benchmark '%s': %s", textof(o, "name"),
					textof(o, "reason"));
		} else if (!putreserve(&why, o)) {
			others = true;
		} else if (amongfirst(&n)) {
			warn("judge benchmark '%s': %s; %s", textof(o, "name"), bufstr(&why),
				remedy(textof(o, "doubt")));
		}
	}
	bufrelease(&why);
	warnmore("judge undecided benchmarks", n);
	return others;
}

/* What a base lacks, it may have lost. */
static void
advisenew(const json_t *v, const json_t *o)
{
	warn("judge benchmark '%s': only '%s' has it, so nothing is known of it; --require-same "
	     "makes "
	     "that no pass",
		textof(o, "name"), textof(v, "cand"));
}

void
tableadvise(const json_t *v)
{
	size_t n = json_array_size(json_object_get(v, "benches")), fresh = 0, invalid = 0, i;
	int code = (int)json_integer_value(json_object_get(v, "exit"));
	json_int_t gated = json_integer_value(json_object_get(v, "gated"));
	double more = roundsshort(v);
	const json_t *o;

	json_array_foreach(json_object_get(v, "benches"), i, o)
	{
		if (json_integer_value(json_object_get(o, "exit")) == EXIT_INVALID &&
			amongfirst(&invalid))
			blame(o);
		if (trueof(o, "gated") && verdictis(o, APPEARED) && amongfirst(&fresh) && gated)
			advisenew(v, o);
	}
	warnmore("judge invalid benchmarks", invalid);
	if (gated)
		warnmore("judge new benchmarks", fresh);
	advisewaivers(v);
	if (!n)
		warn("judge: there is no benchmark in the input");
	else if (fresh && !gated)
		warn("judge: every gated benchmark is new; there is nothing to compare it with");
	else if (!gated)
		warn("judge: none of %zu benchmarks is gated; the patterns are those of --match",
			n);
	if (!adviseundecided(v) || code != EXIT_UNDECIDED)
		return;
	if (!strcmp(textof(v, "design"), "sequential"))
		warn("judge: two separate blocks cannot tell; measure both sides in rounds with "
		     "bench-run, which takes commands and suites");
	else if (isfinite(more))
		warn("judge: too noisy to tell; about %.0f more round%s would settle it", more,
			more < 1.5 ? "" : "s");
	else
		warn("judge: too noisy to tell, however many rounds there are");
}
