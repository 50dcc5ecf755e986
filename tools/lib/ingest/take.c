#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/mem.h"
#include "ingest/take.h"
#include "json/json.h"

typedef unsigned long long ull;

/* One source at work. */
struct taking {
	struct store *s;
	const struct limits *limits;
	struct seen *seen;
	struct taken *t;
	struct pack pack;
	const char *tier;
	bool changed;
};

static void
weekday(uint32_t week, char day[11])
{
	time_t t = (time_t)week * 7 * 24 * 3600;
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(day, 11, "%Y-%m-%d", &tm);
}

static char *
ledgerline(const struct taking *w, const struct upload *u, uint32_t week)
{
	struct buf b = {0};
	char day[11];
	json_t *v;

	weekday(week, day);
	v = jsonpack("{ss, ss, ss, ss, sI, ss}", "upload", u->sha256, "source", w->pack.source,
		"tier", w->tier, "week", day, "bytes", (json_int_t)u->bytes, "verdict",
		u->reason ? "refused" : "accepted");
	if (u->reason) {
		json_object_set_new(v, "reason", json_string(u->reason));
		json_object_set_new(v, "why", jsonstr(u->why));
	} else {
		json_object_set_new(v, "profiles", json_integer((json_int_t)u->profiles));
		json_object_set_new(v, "counts", json_integer((json_int_t)u->sum));
		json_object_set_new(v, "counts_sha256", json_string(u->counts));
	}
	jsonexact(&b, v);
	json_decref(v);
	return bufstr(&b);
}

static void
countrefusal(struct taken *t, const char *reason)
{
	size_t i = 0;

	t->refused++;
	while (i < t->nby && strcmp(t->by[i].reason, reason) != 0)
		i++;
	if (i == sizeof(t->by) / sizeof(t->by[0]))
		return;
	t->nby += i == t->nby;
	t->by[i].reason = reason;
	t->by[i].n++;
}

/* What became of it, in the ledger of its source; a known line is replaced only if it differs. */
static void
record(struct taking *w, const struct upload *u, uint32_t week)
{
	const struct packline *was = packfind(&w->pack, u->sha256);
	char *line;

	if (!was && w->pack.nline >= w->limits->uploads) {
		w->pack.unlisted++;
		w->t->unlisted++;
		w->changed = true;
		return;
	}
	line = ledgerline(w, u, week);
	if (was && !strcmp(was->json, line)) {
		free(line);
		return;
	}
	packline(&w->pack, u->sha256, u->counts, line);
	w->changed = true;
}

/* A source that sends without end fills neither its pack nor the memory. */
static void
fullpack(struct taking *w, struct upload *u)
{
	if (u->reason || w->pack.nline < w->limits->uploads)
		return;
	u->reason = "too-many";
	snprintf(u->why, sizeof(u->why), "the source has %zu uploads, the limit is %llu",
		w->pack.nline, (ull)w->limits->uploads);
	poolclear(w->s->one);
}

/* One upload; whether its counts were added to s->sum. */
static bool
takeone(struct taking *w, const struct input *in)
{
	struct upload u;
	bool known;

	if (uploadjudge(w->s, w->limits, w->seen, &w->pack, in->path, &u, &known)) {
		w->t->unreadable++;
		return false;
	}
	if (known) {
		w->t->known++;
		return false;
	}
	fullpack(w, &u);
	record(w, &u, in->week);
	if (u.reason) {
		countrefusal(w->t, u.reason);
		return false;
	}
	poolmerge(w->s->sum, w->s->one);
	poolclear(w->s->one);
	seenadd(w->seen, u.sha256);
	w->t->accepted++;
	return true;
}

/* The uploads of one source and week. */
static void
takeweek(struct taking *w, const struct input *in, size_t n)
{
	struct packpart *part;
	struct poolinfo *info;
	struct poolfile r;
	uint64_t added = 0;
	size_t modules;

	for (size_t i = 0; i < n; i++)
		added += takeone(w, &in[i]);
	if (!added)
		return;
	part = packpart(&w->pack, w->tier, in->week);
	if (part->raw.n && pooladd(w->s->sum, part->raw.p, part->raw.n, 1, &r))
		fatal("add up a source's uploads: its sum so far is %s: %s: %s",
			profclassname(r.d.class), r.d.bad.section, r.d.bad.what);
	part->raw.n = 0;
	part->uploads += added;
	modules = poolwrite(w->s->sum, &part->raw, &info);
	for (size_t i = 0; i < modules; i++)
		bufrelease(&info[i].ids);
	free(info);
	poolclear(w->s->sum);
}

static void
takesource(struct taking *w, const struct input *in, size_t n)
{
	const char *path = storepath(w->s, in->source, ".pack");

	packread(&w->pack, path, in->source, true);
	w->changed = false;
	for (size_t i = 0, k; i < n; i += k) {
		for (k = 1; i + k < n && in[i + k].week == in[i].week;)
			k++;
		takeweek(w, in + i, k);
	}
	if (w->changed)
		packwrite(&w->pack, storepath(w->s, in->source, ".pack"));
	packrelease(&w->pack);
}

/* All uploads that were accepted before, whoever they are from. */
static void
readseen(const struct store *s, struct seen *seen)
{
	for (size_t i = 0; i < s->nsource; i++) {
		struct pack p;

		packread(&p, storepath(s, s->source[i], ".pack"), s->source[i], false);
		for (size_t k = 0; k < p.nline; k++)
			if (*p.line[k].counts)
				seenadd(seen, p.line[k].upload);
		packrelease(&p);
	}
}

void
take(struct store *s, const struct limits *limits, const struct inputs *in, const char *tier,
	struct taken *t)
{
	struct seen seen = {0};
	struct taking w = {.s = s, .limits = limits, .seen = &seen, .t = t, .tier = tier};

	*t = (struct taken){0};
	readseen(s, &seen);
	for (size_t i = 0, n; i < in->n; i += n) {
		for (n = 1; i + n < in->n && !strcmp(in->v[i + n].source, in->v[i].source);)
			n++;
		takesource(&w, &in->v[i], n);
	}
	seenrelease(&seen);
}
