#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/wording.h"

double
numberof(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

const char *
textof(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

bool
trueof(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

bool
verdictis(const json_t *o, enum verdict v)
{
	return !strcmp(textof(o, "verdict"), verdictname(v));
}

struct ranked {
	const json_t *bench;
	size_t rank, at;
};

static size_t
rankof(const json_t *bench)
{
	static const enum verdict order[] = {REGRESSED, INVALID, CHANGED, DIFFERS, INCONCLUSIVE,
		LAYOUT_SUSPECT, IMPROVED, UNCHANGED, IDENTICAL};
	size_t n = sizeof(order) / sizeof(*order), i = 0;

	while (i < n && !verdictis(bench, order[i]))
		i++;
	return trueof(bench, "gated") ? i : n + 1 + i;
}

static int
byrank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

const json_t **
benchesranked(const json_t *verdict, size_t *n)
{
	const json_t *all = json_object_get(verdict, "benches"), **sorted;
	struct ranked *r;

	*n = json_array_size(all);
	r = xcalloc(*n, sizeof(*r));
	sorted = xcalloc(*n, sizeof(*sorted));
	for (size_t i = 0; i < *n; i++) {
		const json_t *b = json_array_get(all, i);

		r[i] = (struct ranked){b, rankof(b), i};
	}
	qsort(r, *n, sizeof(*r), byrank);
	for (size_t i = 0; i < *n; i++)
		sorted[i] = r[i].bench;
	free(r);
	return sorted;
}

/* In the largest unit of which it is at least 1 as it is shown. */
static void
putseconds(struct buf *out, double s)
{
	if (s < 999.995e-9)
		bufprintf(out, "%.2f ns", s * 1e9);
	else if (s < 999.995e-6)
		bufprintf(out, "%.2f us", s * 1e6);
	else if (s < 999.995e-3)
		bufprintf(out, "%.2f ms", s * 1e3);
	else
		bufprintf(out, "%.3f s", s);
}

static void
putcount(struct buf *out, double x)
{
	static const char prefixes[] = " kMGTPE";
	size_t k = 0;

	while (fabs(x) >= 1000 && prefixes[k + 1]) {
		x /= 1000;
		k++;
	}
	bufprintf(out, k ? "%.4g %c" : "%.4g", x, prefixes[k]);
}

void
putamount(struct buf *out, const json_t *bench, const char *side, put *text)
{
	const char *unit = textof(bench, "unit");
	char key[16];
	double x;

	snprintf(key, sizeof(key), "%s_s", side);
	x = numberof(bench, key);
	if (isfinite(x)) {
		putseconds(out, x);
		return;
	}
	snprintf(key, sizeof(key), "%s_value", side);
	x = numberof(bench, key);
	if (!isfinite(x)) {
		bufputs(out, "-");
		return;
	}
	putcount(out, x);
	if (*unit) {
		bufputs(out, " ");
		text(out, unit);
	}
}

void
putchange(struct buf *out, const json_t *judgement)
{
	double x = numberof(judgement, "change_pct");

	if (isfinite(x))
		bufprintf(out, "%+.2f %%", x);
	else
		bufputs(out, "-");
}

void
putinterval(struct buf *out, const json_t *judgement)
{
	double low = numberof(judgement, "low_pct"), high = numberof(judgement, "high_pct");

	if (isfinite(low) && isfinite(high))
		bufprintf(out, "[%+.2f, %+.2f]", low, high);
	else
		bufputs(out, "-");
}

/* The change since the last release, with this candidate and before it. */
static void
putsincerelease(struct buf *out, const json_t *release, put *text)
{
	const json_t *cand = json_object_get(release, "cand"), *base;

	if (!json_is_object(cand))
		return;
	bufputs(out, "; since the release ");
	putchange(out, cand);
	if (*textof(cand, "reason")) {
		bufputs(out, ": ");
		text(out, textof(cand, "reason"));
		return;
	}
	bufputs(out, " ");
	putinterval(out, cand);
	base = json_object_get(release, "base");
	bufputs(out, ", without this change ");
	putchange(out, base);
}

/* A judgement that ought to be another, or why there is none. */
static void
putfound(struct buf *out, const json_t *judged, put *text)
{
	bufputs(out, ": ");
	if (*textof(judged, "reason"))
		text(out, textof(judged, "reason"));
	else
		putchange(out, judged);
}

static bool
sametext(const json_t *a, const json_t *b, const char *key)
{
	return *textof(a, key) && !strcmp(textof(a, key), textof(b, key));
}

bool
putdoubt(struct buf *out, const json_t *bench, put *text)
{
	const json_t *control = json_object_get(bench, "control");
	const json_t *canary = json_object_get(bench, "canary");
	bool differs = json_is_object(control) && !trueof(control, "ok");
	bool missed = json_is_object(canary) && !trueof(canary, "ok");

	/* What is wrong with the benchmark itself is told once. */
	differs = differs && !sametext(control, bench, "reason");
	missed = missed && !sametext(canary, bench, "reason");

	if (differs) {
		bufputs(out, "the control, a copy of the base, differs");
		putfound(out, control, text);
	}
	if (differs && missed)
		bufputs(out, "; ");
	if (missed) {
		bufprintf(out, "the canary, meant to be %g %% slower than the base, %s",
			numberof(canary, "slow_pct"),
			!strcmp(textof(canary, "verdict"), "invalid") ? "proves nothing"
								      : "was not found");
		putfound(out, canary, text);
	}
	return differs || missed;
}

bool
putreserve(struct buf *out, const json_t *bench)
{
	const char *doubt = textof(bench, "doubt");
	double size = numberof(bench, "doubt_pct");

	if (!strcmp(doubt, "mean"))
		bufprintf(out, "the mean changed by %+.2f %%, which does not rule a slowdown out",
			size);
	else if (!strcmp(doubt, "tail"))
		bufprintf(out, "%.0f %% of the largest differences are slowdowns", size);
	else if (!strcmp(doubt, "clock") && isfinite(size))
		bufprintf(out, "samples are equal: its clock ticks in steps of %.2g %%", size);
	else if (!strcmp(doubt, "clock"))
		bufputs(out, "all samples are equal: its clock is too coarse");
	else if (!strcmp(doubt, "carry-over"))
		bufprintf(out, "after the candidate runs take %+.2f %% longer than after the base",
			size);
	else if (!strcmp(doubt, "trend"))
		bufprintf(
			out, "in its first rounds it was %+.2f %% slower than in the others", size);
	else if (!strcmp(doubt, "counts"))
		bufprintf(out, "counts of one program differ by up to %.3g %%", size);
	else
		return false;
	return true;
}

/* What an "unchanged" has looked at. */
static void
putlooked(struct buf *out, const json_t *bench)
{
	double tail = numberof(bench, "tail_pct"), share = numberof(bench, "tail_share_pct");

	if (isfinite(tail) && isfinite(share))
		bufprintf(out,
			" (by ranks and the mean of these rounds; at most %.2g %% of runs over %.2g %% slower)",
			share, tail);
}

void
putremarks(struct buf *out, const json_t *bench, put *text)
{
	double seen = numberof(bench, "detectable_pct");
	double spread = numberof(json_object_get(bench, "layouts"), "spread_pct");
	struct buf doubt = {0}, reserve = {0};

	if (putreserve(&reserve, bench)) {
		bufprintf(out, " (%s", bufstr(&reserve));
		if (isfinite(seen))
			bufprintf(out, "; could have seen %+.1f %%", seen);
		bufputs(out, ")");
	} else if (verdictis(bench, INCONCLUSIVE) && isfinite(seen)) {
		bufprintf(out, " (could have seen %+.1f %%)", seen);
	} else if (verdictis(bench, INCONCLUSIVE)) {
		bufputs(out, " (too few rounds to see anything)");
	}
	bufrelease(&reserve);
	if (verdictis(bench, UNCHANGED))
		putlooked(out, bench);
	if (verdictis(bench, LAYOUT_SUSPECT))
		bufprintf(out, " (two layouts of the base differ by %.2f %%)", spread);
	if (*textof(bench, "reason")) {
		bufputs(out, ": ");
		text(out, textof(bench, "reason"));
	}
	if (*textof(bench, "was")) {
		bufputs(out, " (was ");
		text(out, textof(bench, "was"));
		bufputs(out, ")");
	}
	if (*textof(bench, "unmoved")) {
		bufputs(out, " (one layout's: ");
		text(out, textof(bench, "unmoved"));
		bufputs(out, ")");
	}
	if (*textof(bench, "output"))
		bufprintf(out, " (%s)", textof(bench, "output"));
	if (*textof(bench, "suspect")) {
		bufputs(out, " (suspect: ");
		text(out, textof(bench, "suspect"));
		bufputs(out, ")");
	}
	if (json_is_string(json_object_get(bench, "waived"))) {
		bufputs(out, ", waived: ");
		text(out, textof(bench, "waived"));
	}
	if (json_is_false(json_object_get(bench, "gated")))
		bufputs(out, " (not gated)");
	if (trueof(bench, "gated") && putdoubt(&doubt, bench, text)) {
		bufputs(out, "; ");
		bufadd(out, doubt.p, doubt.n);
	}
	bufrelease(&doubt);
	putsincerelease(out, json_object_get(bench, "release"), text);
}

void
putwaiver(struct buf *out, const json_t *waiver, put *text)
{
	const char *state = textof(waiver, "state");

	bufputs(out, "the waiver of ");
	text(out, textof(waiver, "benchmark"));
	if (!strcmp(state, "expired")) {
		bufputs(out, " expired on ");
		text(out, textof(waiver, "expires"));
	} else if (!strcmp(state, "exceeded")) {
		bufprintf(out, " allows %g %%, which is less", numberof(waiver, "max_pct"));
	} else if (!strcmp(state, "unknown")) {
		bufputs(out, " is for no benchmark that is gated here");
	} else {
		bufputs(out, " is not needed: it has not regressed");
	}
}
