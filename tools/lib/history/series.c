#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "history/series.h"
#include "report/wording.h"
#include "stats/stats.h"

/* Of runs that are exact, or of programs that are the same: what a clock or a count cannot tell apart. */
static const double EXACT = 1e-5;

/* A name of the series that this is of; no part of it has a line feed, or none that matters: what
 * follows is then read as another series, not as more of this one. */
static const char *
keyof(struct buf *key, const struct series *s)
{
	key->n = 0;
	bufprintf(key, "%d\n%zu\n%s\n%s\n%s\n%s", s->paired, strlen(s->name), s->name, s->metric,
		s->unit, s->cpu);
	return bufstr(key);
}

static struct series
named(const json_t *line, const json_t *bench)
{
	return (struct series){.paired = !strcmp(textof(line, "kind"), "gate"),
		.name = textof(bench, "name"),
		.metric = textof(bench, "metric"),
		.unit = textof(bench, "unit"),
		.better = textof(bench, "better"),
		.cpu = textof(json_object_get(line, "machine"), "cpu")};
}

static int
bydate(const void *a, const void *b)
{
	const struct said *x = a, *y = b;
	int c = strcmp(textof(x->line, "committed"), textof(y->line, "committed"));

	return c ? c : strcmp(textof(x->line, "date"), textof(y->line, "date"));
}

/* The index of a commit, which is added where it is new. */
static size_t
placeof(struct series *s, json_t *known, const char *commit, const char *date)
{
	json_t *at = json_object_get(known, commit);

	if (!at) {
		at = json_integer((json_int_t)s->nplaces);
		json_object_set_new(known, commit, at);
		s->places[s->nplaces] = (struct place){commit, date, s->nplaces};
		s->nplaces++;
	}
	return (size_t)json_integer_value(at);
}

static int
placebydate(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int c = strcmp(x->date, y->date);

	return c ? c : (x->order > y->order) - (x->order < y->order);
}

/* Half the width of an interval, in standard deviations; of a logarithm that of its two ends. */
static double
errorof(const json_t *line, const json_t *b)
{
	double low = numberof(b, "low_pct"), high = numberof(b, "high_pct");
	double z = zquantile(0.5 + numberof(line, "confidence") / 2);

	if (isnan(low) || !(z > 0))
		return EXACT;
	return fmax((log1p(high / 100) - log1p(low / 100)) / (2 * z), EXACT);
}

/* Of numbers that say nothing of their error: how much neighbours differ. */
static double
errorofall(const struct run runs[], size_t n)
{
	double *d = xcalloc(n + 1, sizeof(*d)), e = 0;

	for (size_t i = 1; i < n; i++)
		d[i - 1] = fabs(runs[i].theta - runs[i - 1].theta);
	if (n > 1)
		e = 1.4826 * medianof(d, n - 1) / sqrt(2);
	free(d);
	return fmax(e, EXACT);
}

/* The commits in their order, and the runs as differences between them. */
static void
arrange(struct series *s)
{
	json_t *known = json_object();
	double all;

	qsort(s->said, s->n, sizeof(*s->said), bydate);
	if (2 * s->n > PLACES_MAX) {
		s->left_out = s->n - PLACES_MAX / 2;
		s->n -= s->left_out;
		memmove(s->said, s->said + s->left_out, s->n * sizeof(*s->said));
	}
	s->places = xcalloc(2 * s->n + 1, sizeof(*s->places));
	s->runs = xcalloc(s->n + 1, sizeof(*s->runs));
	for (size_t i = 0; i < s->n; i++) {
		const json_t *line = s->said[i].line;

		if (s->paired)
			placeof(s, known, textof(line, "base"), textof(line, "base_committed"));
		placeof(s, known, textof(line, "commit"), textof(line, "committed"));
	}
	qsort(s->places, s->nplaces, sizeof(*s->places), placebydate);
	for (size_t i = 0; i < s->nplaces; i++)
		json_object_set_new(known, s->places[i].commit, json_integer((json_int_t)i));
	for (size_t i = 0; i < s->n; i++) {
		const json_t *line = s->said[i].line, *b = s->said[i].bench;
		size_t head = placeof(s, known, textof(line, "commit"), NULL);
		size_t base = s->paired ? placeof(s, known, textof(line, "base"), NULL) : NOWHERE;
		double theta = s->paired ? log1p(numberof(b, "change_pct") / 100)
					 : log(numberof(b, "value"));

		s->runs[i] = (struct run){base, head, theta, errorof(line, b)};
		/* A base that is the later one, as of a branch that was put on top: the same turned round. */
		if (base != NOWHERE && base > head)
			s->runs[i] = (struct run){head, base, -theta, s->runs[i].se};
	}
	all = s->paired ? 0 : errorofall(s->runs, s->n);
	for (size_t i = 0; i < s->n && !s->paired; i++)
		s->runs[i].se = all;
	json_decref(known);
}

/* The one of this name among *n, which is added where it is new. */
static struct series *
find(struct series **of, size_t *n, json_t *known, const struct series *s)
{
	struct buf key = {0};
	json_t *at = json_object_get(known, keyof(&key, s));

	if (!at) {
		*of = xreallocarray(*of, *n + 1, sizeof(**of));
		(*of)[*n] = *s;
		at = json_integer((json_int_t)(*n)++);
		json_object_set_new(known, bufstr(&key), at);
	}
	bufrelease(&key);
	return &(*of)[json_integer_value(at)];
}

static void
addline(struct series **of, size_t *n, json_t *known, const json_t *line)
{
	const json_t *benches = json_object_get(line, "benches"), *b;
	size_t i;

	json_array_foreach(benches, i, b)
	{
		struct series s = named(line, b), *to;

		/* Of one commit against itself nothing is to be learned. */
		if (s.paired && !strcmp(textof(line, "commit"), textof(line, "base")))
			continue;
		to = find(of, n, known, &s);
		to->better = s.better;
		to->said = xreallocarray(to->said, to->n + 1, sizeof(*to->said));
		to->said[to->n++] = (struct said){line, b};
	}
}

struct series *
seriesof(const struct lines *l, size_t *n)
{
	json_t *known = json_object();
	struct series *of = NULL;

	*n = 0;
	for (size_t i = 0; i < l->n; i++)
		addline(&of, n, known, l->of[i]);
	for (size_t i = 0; i < *n; i++)
		arrange(&of[i]);
	json_decref(known);
	return of;
}

void
seriesrelease(struct series *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(s[i].said);
		free(s[i].runs);
		free(s[i].places);
	}
	free(s);
}
