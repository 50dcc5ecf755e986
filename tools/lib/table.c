#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "err.h"
#include "mem.h"
#include "table.h"

static double
real(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* Names come from whoever wrote the file. */
static char *
clean(const char *s)
{
	char *c = xstrdup(s);

	printable(c);
	return c;
}

/* Seconds in the unit that a person would choose. */
static const char *
duration(double s, char out[32])
{
	if (!isfinite(s))
		snprintf(out, 32, "-");
	else if (s < 1e-4)
		snprintf(out, 32, "%.2f us", s * 1e6);
	else if (s < 1)
		snprintf(out, 32, "%.2f ms", s * 1e3);
	else
		snprintf(out, 32, "%.3f s", s);
	return out;
}

static void
row(const json_t *o, const char *name)
{
	char *shown = clean(name), *reason = clean(text(o, "reason")), b[32], c[32];
	double low = real(o, "low_pct"), high = real(o, "high_pct");
	double seen = real(o, "detectable_pct");

	printf("%-32s %10s %10s", shown, duration(real(o, "base_s"), b),
		duration(real(o, "cand_s"), c));
	if (isfinite(real(o, "change_pct")))
		printf(" %+8.2f %%  ", real(o, "change_pct"));
	else
		printf(" %10s  ", "-");
	if (isfinite(low) && isfinite(high))
		printf("[%+7.2f, %+7.2f]", low, high);
	else
		printf("%18s", "-");
	printf(" %6lld  %s", (long long)real(o, "rounds"), text(o, "verdict"));
	if (!strcmp(text(o, "verdict"), "inconclusive"))
		printf(isfinite(seen) ? " (could have seen %+.1f %%)"
				      : " (too few rounds to see anything)",
			seen);
	if (*reason)
		printf(": %s", reason);
	if (json_is_false(json_object_get(o, "gated")))
		printf(" (not gated)");
	putchar('\n');
	free(shown);
	free(reason);
}

void
tableprint(const json_t *v)
{
	const json_t *benches = json_object_get(v, "benches"), *suite, *o;
	char *base = clean(text(v, "base")), *cand = clean(text(v, "cand"));
	size_t i;

	printf("%-32s %10s %10s %10s    %-17s %6s  %s\n", "benchmark", "base", "candidate",
		"change", "interval", "rounds", "verdict");
	json_array_foreach(benches, i, o) row(o, text(o, "name"));
	suite = json_object_get(v, "suite");
	if (json_is_object(suite) && json_array_size(benches) > 1)
		row(suite, "(geometric mean, gated)");
	printf("%s: %s -> %s, %s, intervals of %.6g %%\n", text(v, "outcome"), base, cand,
		text(v, "design"), 100 * real(v, "confidence"));
	free(base);
	free(cand);
}

/* How many more rounds the gated benchmarks that let the comparison fail would need, at most. */
static double
roundsshort(const json_t *v)
{
	double most = 0, limit = real(json_object_get(v, "rules"), "max_undetected_pct");
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(v, "benches"), i, o)
	{
		double need = real(o, "rounds_short");

		if (!json_is_true(json_object_get(o, "gated")) ||
			strcmp(text(o, "verdict"), "inconclusive") != 0 ||
			real(o, "detectable_pct") <= limit)
			continue;
		most = fmax(most, isnan(need) ? INFINITY : need);
	}
	return most;
}

void
tableadvise(const json_t *v)
{
	size_t n = json_array_size(json_object_get(v, "benches")), i;
	int code = (int)json_integer_value(json_object_get(v, "exit"));
	double more = roundsshort(v);
	const json_t *o;

	json_array_foreach(json_object_get(v, "benches"), i, o)
	{
		if (json_is_true(json_object_get(o, "gated")) &&
			!strcmp(text(o, "verdict"), "invalid"))
			warn("judge benchmark '%s': %s", text(o, "name"), text(o, "reason"));
	}
	if (!n)
		warn("judge: there is no benchmark in the input");
	else if (!json_integer_value(json_object_get(v, "gated")))
		warn("judge: none of %zu benchmarks is gated; the patterns are those of --match",
			n);
	if (code != EXIT_UNDECIDED)
		return;
	if (!strcmp(text(v, "design"), "sequential"))
		warn("judge: two separate blocks cannot tell; measure both sides with bench-run");
	else if (isfinite(more))
		warn("judge: too noisy to tell; about %.0f more rounds would settle it", more);
	else
		warn("judge: too noisy to tell, however many rounds there are");
}
