/* Which sources make the pool of a store, and with how much of what they count. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "ingest/agree.h"
#include "ingest/consensus.h"
#include "ingest/vouched.h"
#include "json/json.h"
#include "pool/workers.h"
#include "stats/stats.h"

/* What old counts are scaled by, as a fraction of this. */
#define WHOLE (1ULL << 20)

enum verdict { POOLED, CAPPED, ASIDE, WITHOUT };

static const char *const verdicts[] = {"pooled", "capped", "aside", "without"};

struct member {
	uint64_t uploads, total; /* total: of its counts, weighted */
	double overlap;		 /* with the consensus, percent */
	double more, usual;	 /* share of `most` here and in the consensus, percent */
	size_t most;		 /* function */
	uint64_t held;		 /* counts that too few have, left out */
	size_t first;		 /* the function with the most of those */
	enum verdict verdict;
};

struct agreeing {
	struct store *s;
	const struct terms *terms;
	struct agreed *a;
	struct consensus *consensus;
	struct vouched *vouched;
	uint64_t *sum;	/* counts of each function of the source at hand */
	uint64_t *most; /* of each, that are taken */
};

static uint64_t
agedby(const struct terms *t, uint32_t week)
{
	double weeks = week < t->now ? t->now - week : 0, x;

	x = t->halflife > 0 ? exp2(-7 * weeks / t->halflife) * (double)WHOLE : (double)WHOLE;
	return x < 1 ? 1 : (uint64_t)x;
}

/* The weighted counts of a source into s->sum, and of each function into w->sum. */
static void
readsource(const struct agreeing *w, size_t i)
{
	struct store *s = w->s;
	struct member *m = &w->a->v[i];
	struct pack p;
	struct poolfile r;

	packread(&p, storepath(s, s->source[i], ".pack"), s->source[i], true);
	poolclear(s->sum);
	m->uploads = 0;
	for (size_t k = 0; k < p.npart; k++) {
		const struct packpart *part = &p.part[k];
		uint64_t weight = weightof(&w->terms->weights, p.source, part->tier);

		m->uploads += part->uploads;
		if (!weight)
			continue;
		poolclear(s->one);
		if (pooladd(s->one, part->raw.p, part->raw.n, weight, &r))
			fatal("add up '%s': %s: %s: %s; the disk has damaged it: remove it, and "
			      "ingest the uploads of its source again",
				storepath(s, s->source[i], ".pack"), profclassname(r.d.class),
				r.d.bad.section, r.d.bad.what);
		poolscale(s->one, agedby(w->terms, part->week), WHOLE);
		poolmerge(s->sum, s->one);
	}
	poolclear(s->one);
	packrelease(&p);
	poolsums(s->sum, w->sum);
	m->total = 0;
	for (size_t f = 0; f < s->nfunction; f++)
		m->total = addmost(m->total, w->sum[f]);
}

static void
findconsensus(struct agreeing *w)
{
	for (size_t i = 0; i < w->a->n; i++) {
		readsource(w, i);
		consensusvote(w->consensus, w->sum);
		if (!w->a->v[i].total)
			w->a->v[i].verdict = WITHOUT;
	}
	consensusend(w->consensus);
	for (size_t f = 0; f < w->s->nfunction; f++)
		w->a->consensus |= w->consensus->share[f] > 0;
}

/* Who departs from it, and whether that is poisoning or drift. */
static void
findaside(struct agreeing *w)
{
	struct agreed *a = w->a;
	double *overlap = xcalloc(a->n + 1, sizeof(*overlap));
	size_t n = 0, departing = 0;

	for (size_t i = 0; i < a->n; i++) {
		struct member *m = &a->v[i];

		if (m->verdict == WITHOUT)
			continue;
		readsource(w, i);
		m->overlap = consensusoverlap(w->consensus, w->sum, &m->most);
		m->more = 100 * (double)w->sum[m->most] / (double)m->total;
		m->usual = 100 * w->consensus->share[m->most];
		overlap[n++] = m->overlap;
	}
	a->middle = n ? medianof(overlap, n) : 0;
	a->limit = n ? a->middle - fmax(w->terms->depart, 4 * spread(overlap, n)) : 0;
	for (size_t i = 0; i < a->n; i++)
		departing += a->v[i].verdict != WITHOUT && a->v[i].overlap < a->limit;
	a->departing = n ? 100 * (double)departing / (double)n : 0;
	a->drift = a->consensus && departing && a->departing >= w->terms->drift;
	for (size_t i = 0; i < a->n; i++)
		if (a->consensus && !a->drift && a->v[i].verdict != WITHOUT &&
			a->v[i].overlap < a->limit)
			a->v[i].verdict = ASIDE;
	free(overlap);
}

/* No more counts than this for any of them; 0: as many as it has. */
static uint64_t
findlimit(struct agreed *a, double maxshare)
{
	uint64_t *total = xcalloc(a->n + 1, sizeof(*total)), limit;
	bool toofew;

	for (size_t i = 0; i < a->n; i++)
		total[i] = a->v[i].verdict == POOLED ? a->v[i].total : 0;
	limit = poollimit(total, a->n, maxshare, &toofew);
	for (size_t i = 0; limit && i < a->n; i++)
		if (total[i] > limit)
			a->v[i].verdict = CAPPED;
	free(total);
	return limit;
}

static bool
ispooled(const struct member *m)
{
	return m->verdict == POOLED || m->verdict == CAPPED;
}

/* What is hot at enough of those that are pooled. */
static void
findvouched(struct agreeing *w, uint64_t limit)
{
	for (size_t i = 0; i < w->a->n; i++) {
		const struct member *m = &w->a->v[i];

		if (!ispooled(m))
			continue;
		readsource(w, i);
		vouchedadd(w->vouched, w->sum, m->total, m->verdict == CAPPED ? limit : m->total);
	}
	vouchedend(w->vouched);
}

static void
countmembers(struct agreed *a)
{
	for (size_t i = 0; i < a->n; i++) {
		a->pooled += ispooled(&a->v[i]);
		a->capped += a->v[i].verdict == CAPPED;
		a->aside += a->v[i].verdict == ASIDE;
		a->without += a->v[i].verdict == WITHOUT;
	}
}

/* How much of it is what the last one was. */
static double
comparebefore(const struct agreeing *w, const struct pool *pool)
{
	struct buf b = {0};
	struct poolfile r;
	double overlap = -1;
	size_t most;

	if (!slurp(storepath(w->s, "pool", ".profraw"), FILEMAX, &b) &&
		!pooladd(w->s->one, b.p, b.n, 1, &r)) {
		struct consensus *c = mkconsensus(w->s->nfunction);

		poolsums(w->s->one, w->sum);
		consensusset(c, w->sum);
		poolclear(w->s->one);
		poolmerge(w->s->one, pool);
		poolsums(w->s->one, w->sum);
		overlap = consensusoverlap(c, w->sum, &most);
		delconsensus(c);
	}
	poolclear(w->s->one);
	bufrelease(&b);
	return overlap;
}

static void
writepool(struct agreeing *w, uint64_t limit)
{
	struct pool *pool = mkpool(NULL, false);
	struct buf b = {0};
	struct poolinfo *info;
	size_t n;

	for (size_t i = 0; i < w->a->n; i++) {
		struct member *m = &w->a->v[i];

		if (!ispooled(m))
			continue;
		readsource(w, i);
		m->held = vouchedmost(w->vouched, w->sum, m->total, w->most, &m->first);
		poolhold(w->s->sum, w->sum, w->most);
		w->a->held += m->held > 0;
		if (m->verdict == CAPPED)
			poolscale(w->s->sum, limit, m->total);
		poolmerge(pool, w->s->sum);
	}
	poolclear(w->s->sum);
	w->a->before = comparebefore(w, pool);
	n = poolwrite(pool, &b, &info);
	for (size_t i = 0; i < n; i++) {
		w->a->counts = addmost(w->a->counts, info[i].sum);
		bufrelease(&info[i].ids);
	}
	free(info);
	w->a->bytes = b.n;
	writefile(storepath(w->s, "pool", ".profraw"), &b);
	bufrelease(&b);
	delpool(pool);
}

static void
sourcewhy(const struct agreeing *w, const struct member *m, double share, uint64_t limit,
	struct buf *b)
{
	struct buf name = {0};

	b->n = 0;
	if (m->verdict == WITHOUT)
		bufputs(b, "it has no counts, or they weigh 0");
	else if (m->verdict == CAPPED)
		bufprintf(b,
			"it has %.2f %% of all counts: scaled down from %" PRIu64 " to %" PRIu64
			", so that none has more than %g %%",
			share, m->total, limit, w->terms->maxshare);
	else if (m->verdict == ASIDE)
		bufprintf(b,
			"overlap with what most sources do: %.2f %%, the median's is %.2f %%, the "
			"limit %.2f %%; %s has %.2f %% of its counts, and %.2f %% of most others'",
			m->overlap, w->a->middle, w->a->limit, poolname(w->s->one, m->most, &name),
			m->more, m->usual);
	if (m->held)
		bufprintf(b,
			"%sfewer than %g %% of the sources have it so hot: %.2f %% of its counts are "
			"left out, most of them in %s",
			b->n ? "; " : "", w->terms->drift, 100 * (double)m->held / (double)m->total,
			poolname(w->s->one, m->first, &name));
	bufstr(b);
	bufrelease(&name);
}

static double
hundredths(double x)
{
	return round(100 * x) / 100;
}

static void
sourceline(const struct agreeing *w, size_t i, double all, uint64_t limit, size_t *said,
	struct buf *to)
{
	const struct member *m = &w->a->v[i];
	double share = all > 0 ? 100 * (double)m->total / all : 0;
	struct buf why = {0};
	double held = m->held ? 100 * (double)m->held / (double)m->total : 0;
	json_t *v = jsonpack("{ss, sI, sI, sf, sf, sf, ss}", "source", w->s->source[i], "uploads",
		(json_int_t)m->uploads, "counts", (json_int_t)m->total, "share_pct",
		hundredths(share), "overlap_pct", hundredths(m->overlap), "held_pct",
		hundredths(held), "verdict", verdicts[m->verdict]);

	sourcewhy(w, m, share, limit, &why);
	if (why.n)
		json_object_set_new(v, "why", jsonstr(why.p));
	to->n = 0;
	jsonexact(to, v);
	bufputs(to, "\n");
	if (m->verdict == ASIDE && amongfirst(said))
		warn("set aside source %s: %s", w->s->source[i], why.p);
	bufrelease(&why);
	json_decref(v);
}

/* Line by line, so that its length is no matter of memory. */
static void
writeledger(const struct agreeing *w, uint64_t limit)
{
	char *to = xstrdup(storepath(w->s, "ledger", ".jsonl")),
	     *tmp = xstrdup(storepath(w->s, "ledger", ".new"));
	FILE *f = fopen(tmp, "we");
	struct buf line = {0};
	double all = 0;
	size_t said = 0;

	if (!f)
		fatal("create '%s':", tmp);
	for (size_t i = 0; i < w->a->n; i++) {
		struct pack p;

		packread(&p, storepath(w->s, w->s->source[i], ".pack"), w->s->source[i], false);
		for (size_t k = 0; k < p.nline; k++)
			fprintf(f, "%s\n", p.line[k].json);
		if (p.unlisted)
			fprintf(f,
				"{\"source\": \"%s\", \"verdict\": \"refused\", \"reason\": "
				"\"too-many\", \"times\": %" PRIu64 "}\n",
				p.source, p.unlisted);
		packrelease(&p);
		all += (double)w->a->v[i].total;
	}
	for (size_t i = 0; i < w->a->n; i++) {
		sourceline(w, i, all, limit, &said, &line);
		fwrite(line.p, 1, line.n, f);
	}
	warnmore("set aside sources", said);
	if (ferror(f) | fclose(f) || rename(tmp, to))
		fatal("write '%s':", to);
	bufrelease(&line);
	free(to);
	free(tmp);
}

void
agree(struct store *s, const struct terms *terms, struct agreed *a)
{
	struct agreeing w = {.s = s, .terms = terms, .a = a};
	uint64_t limit;

	*a = (struct agreed){.n = s->nsource, .before = -1};
	a->v = xcalloc(a->n + 1, sizeof(*a->v));
	w.consensus = mkconsensus(s->nfunction);
	w.sum = xcalloc(s->nfunction, sizeof(*w.sum));
	findconsensus(&w);
	findaside(&w);
	limit = findlimit(a, terms->maxshare);
	w.vouched = mkvouched(w.consensus, a->consensus ? terms->drift : 0);
	w.most = xcalloc(s->nfunction, sizeof(*w.most));
	findvouched(&w, limit);
	countmembers(a);
	if (a->pooled && a->pooled >= terms->minsources)
		writepool(&w, limit);
	writeledger(&w, limit);
	delvouched(w.vouched);
	delconsensus(w.consensus);
	free(w.sum);
	free(w.most);
}

void
agreedrelease(struct agreed *a)
{
	free(a->v);
	*a = (struct agreed){0};
}
