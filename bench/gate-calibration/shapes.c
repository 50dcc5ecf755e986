/*
 * shapes: what the rules of bench-compare make of candidates that are slower in another way than by
 * a shift, and of identical programs under several kinds of noise.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "decision/criteria.h"
#include "decision/sequential.h"
#include "recording.h"
#include "stats/shuffle.h"
#include "stats/stats.h"

static const char usage[] = "usage: shapes [--draws N] [--rounds N] [--only TEXT] [FILE...]";

static const char help[] =
	"FILE is a table as calibrate reads it: its wall and its CPU times are noises, too.\n"
	"\n"
	"  --draws N    experiments of each kind (default 2000)\n"
	"  --rounds N   planned rounds of each (default 200)\n"
	"  --only TEXT  rows with TEXT in their names\n"
	"\n"
	"Each row twice: judged once when all is measured, and look by look. In percent of the draws: the\n"
	"verdicts, then the doubts among the inconclusive; med: rounds, median.\n"
	"\n"
	"exit status: 0 every bound is kept; 1 not so; 2 usage or trouble\n";

/* Seconds of a run before anything else is done to them. */
static const double usual_s = .016;

/* What one draw is made of: every number comes from its own state. */
struct draw {
	uint64_t state;
	const struct recording *rec; /* NULL: made up */
	int metric;
	size_t at;   /* the first of its rounds in the recording */
	bool second; /* the order of this round: the candidate is second */
	size_t n;
	size_t spell; /* where its slow spells begin */
};

static double
uniform(struct draw *w)
{
	uint64_t z = w->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (double)((z ^ z >> 31) >> 11) * 0x1p-53 + 0x1p-54;
}

/* A share of runs takes so many times as long. */
static double
sometimes(struct draw *w, double share, double times)
{
	return uniform(w) < share ? times : 1;
}

static double
normal(struct draw *w)
{
	return sqrt(-2 * log(uniform(w))) * cos(6.283185307179586 * uniform(w));
}

/* Factors on the times of base and candidate in a round. */
struct factors {
	double base, cand;
};

typedef struct factors noise(struct draw *w, size_t round);

static struct factors
lognormal(struct draw *w, size_t round)
{
	(void)round;
	return (struct factors){exp(.02 * normal(w)), exp(.02 * normal(w))};
}

static struct factors
quiet(struct draw *w, size_t round)
{
	(void)round;
	return (struct factors){exp(.005 * normal(w)), exp(.005 * normal(w))};
}

static struct factors
drifting(struct draw *w, size_t round)
{
	double level = 1 + .2 * (double)round / (double)w->n;

	return (struct factors){level * exp(.02 * normal(w)), level * exp(.02 * normal(w))};
}

static struct factors
bimodal(struct draw *w, size_t round)
{
	struct factors f = lognormal(w, round);

	f.base *= sometimes(w, .5, 1.2);
	f.cand *= sometimes(w, .5, 1.2);
	return f;
}

static struct factors
spiky(struct draw *w, size_t round)
{
	struct factors f = lognormal(w, round);

	f.base *= sometimes(w, .04, 1.3);
	f.cand *= sometimes(w, .04, 1.3);
	return f;
}

/* Two runs of one program, a coin saying which of them is the candidate. */
static struct factors
recorded(struct draw *w, size_t round)
{
	const double *x = w->rec->log[w->at + round][w->metric];
	bool swap = uniform(w) < .5;

	return (struct factors){exp(x[swap ? A2 : A]) / usual_s, exp(x[swap ? A : A2]) / usual_s};
}

/* What is wrong with the candidate: a change to a round's times, of what went before, and a clock. */
typedef void shape(struct draw *w, struct factors *f, size_t round, bool after[2]);

static void
same(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)w, (void)f, (void)round, (void)after;
}

static void
shifted(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)w, (void)round, (void)after;
	f->cand *= 1.02;
}

static void
fivefold(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)round, (void)after;
	f->cand *= sometimes(w, .05, 5);
}

static void
halfmore(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)round, (void)after;
	f->cand *= sometimes(w, .1, 1.5);
}

static void
tenfold(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)round, (void)after;
	f->cand *= sometimes(w, .02, 10);
}

static void
twomodes(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)round, (void)after;
	f->base *= sometimes(w, .45, 1.2);
	f->cand *= sometimes(w, .55, 1.2);
}

static void
rarermode(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)round, (void)after;
	f->base *= sometimes(w, .05, 1.2);
	f->cand *= sometimes(w, .15, 1.2);
}

static double
ofthree(struct draw *w, double fast, double middle)
{
	double u = uniform(w);

	return u < fast ? 1 : u < fast + middle ? 1.1 : 1.2;
}

static void
threemodes(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)round, (void)after;
	f->base *= ofthree(w, .4, .3);
	f->cand *= ofthree(w, .25, .35);
}

static void
carriedover(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)w, (void)round;
	f->cand *= 1.02;
	f->base *= after[0] ? 1.03 : 1;
	f->cand *= after[1] ? 1.03 : 1;
}

static void
cold(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)w, (void)after;
	f->cand *= round < 10 ? 1.3 : 1;
}

static void
slowing(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)after;
	f->cand *= 1 + .06 * (double)round / (double)w->n;
}

/* Slow spells: in five of fifty rounds, wherever they begin, by 40 %. */
static void
spells(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)after;
	if (!round)
		w->spell = (size_t)(50 * uniform(w));
	f->cand *= (round + w->spell) % 50 < 5 ? 1.4 : 1;
}

/* Each run longer by 2 % in the mean, most by less and some by much more. */
static void
waiting(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)round, (void)after;
	f->cand *= 1 - .02 * log(uniform(w));
}

static void
fiveslower(struct draw *w, struct factors *f, size_t round, bool after[2])
{
	(void)w, (void)round, (void)after;
	f->cand *= 1.05;
}

enum { NVERDICTS = INVALID, NDOUBTS = DOUBT_TREND + 1 };

/* What a row must show, in percent of the draws. */
enum bound { UNCHANGED_MOST_2, UNCHANGED_LEAST_90, REGRESSED_LEAST_95, TOLD };

static const struct row {
	const char *name;
	shape *of;
	noise *under; /* NULL: that of the recordings */
	double tick_s;
	bool phase; /* the clock's ticks are not in step with the runs */
	enum bound bound;
} rows[] = {
	{"same, lognormal 2 %", same, lognormal, 0, false, UNCHANGED_LEAST_90},
	{"same, lognormal 0.5 %", same, quiet, 0, false, UNCHANGED_LEAST_90},
	{"same, the machine drifts by 20 %", same, drifting, 0, false, UNCHANGED_LEAST_90},
	{"same, 4 % of all runs 1.3 times", same, spiky, 0, false, TOLD},
	{"same, both in two modes", same, bimodal, 0, false, TOLD},
	{"same, recorded", same, NULL, 0, false, UNCHANGED_LEAST_90},
	{"2 % slower, lognormal 2 %", shifted, lognormal, 0, false, REGRESSED_LEAST_95},
	{"2 % slower, the machine drifts", shifted, drifting, 0, false, REGRESSED_LEAST_95},
	{"2 % slower, recorded", shifted, NULL, 0, false, REGRESSED_LEAST_95},
	{"5 % of runs 5 times", fivefold, lognormal, 0, false, UNCHANGED_MOST_2},
	{"5 % of runs 5 times, recorded", fivefold, NULL, 0, false, UNCHANGED_MOST_2},
	{"5 % of runs 5 times, lognormal 0.5 %", fivefold, quiet, 0, false, UNCHANGED_MOST_2},
	{"10 % of runs 1.5 times", halfmore, lognormal, 0, false, UNCHANGED_MOST_2},
	{"10 % of runs 1.5 times, recorded", halfmore, NULL, 0, false, UNCHANGED_MOST_2},
	{"slow mode 55 % instead of 45 %", twomodes, lognormal, 0, false, UNCHANGED_MOST_2},
	{"slow mode 55 %, lognormal 0.5 %", twomodes, quiet, 0, false, UNCHANGED_MOST_2},
	{"slow mode 55 %, recorded", twomodes, NULL, 0, false, UNCHANGED_MOST_2},
	{"slow mode 15 instead of 5 %", rarermode, quiet, 0, false, TOLD},
	{"slow mode 15 instead of 5 %, recorded", rarermode, NULL, 0, false, TOLD},
	{"clock of 4 ms, 5 % slower", fiveslower, lognormal, .004, false, UNCHANGED_MOST_2},
	{"clock of 10 ms, 5 % slower", fiveslower, lognormal, .010, false, UNCHANGED_MOST_2},
	{"carry-over 3 %, 2 % slower", carriedover, lognormal, 0, false, UNCHANGED_MOST_2},
	{"carry-over 3 %, 2 % slower, recorded", carriedover, NULL, 0, false, UNCHANGED_MOST_2},
	{"cold in ten rounds by 30 %", cold, lognormal, 0, false, UNCHANGED_MOST_2},
	{"held out: 2 % of runs 10 times", tenfold, lognormal, 0, false, UNCHANGED_MOST_2},
	{"held out: three modes", threemodes, lognormal, 0, false, UNCHANGED_MOST_2},
	{"held out: candidate slows to 6 %", slowing, lognormal, 0, false, UNCHANGED_MOST_2},
	{"held out: 10 ms any phase, 5 % slower", fiveslower, lognormal, .010, true,
		UNCHANGED_MOST_2},
	{"held out: spells of 40 %", spells, lognormal, 0, false, UNCHANGED_MOST_2},
	{"held out: spells of 40 %, recorded", spells, NULL, 0, false, UNCHANGED_MOST_2},
	{"held out: exponential of 2 %", waiting, lognormal, 0, false, UNCHANGED_MOST_2},
	{"held out: exponential of 2 %, recorded", waiting, NULL, 0, false, UNCHANGED_MOST_2},
};

struct trial {
	size_t draws, rounds, planned;
	const struct recording *rec; /* of the noise, or NULL */
	int metric;
};

/* The samples of one draw. */
struct samples {
	double *base, *cand;
	signed char *follows;
};

static double
ticked(struct draw *w, double s, const struct row *r)
{
	if (r->tick_s <= 0)
		return s;
	s = floor(s / r->tick_s + (r->phase ? uniform(w) : .5)) * r->tick_s;
	return fmax(s, r->tick_s);
}

static void
take(struct samples *x, const struct row *r, const struct trial *t, uint64_t k)
{
	struct draw w = {.state = k * 0xd1342543de82ef95,
		.rec = t->rec,
		.metric = t->metric,
		.n = t->rounds};
	size_t before[2];

	if (t->rec)
		w.at = (size_t)(uniform(&w) * (double)(t->rec->rounds - t->rounds + 1));
	for (size_t i = 0; i < t->rounds; i++) {
		struct factors f = (r->under ? r->under : recorded)(&w, i);
		size_t order[2];
		bool after[2];

		roundorder(k, i, 2, order);
		after[order[0]] = i && before[1] == 1;
		after[order[1]] = order[0] == 1;
		r->of(&w, &f, i, after);
		x->base[i] = ticked(&w, f.base * usual_s, r);
		x->cand[i] = ticked(&w, f.cand * usual_s, r);
		x->follows[i] = (signed char)followings(i ? before : NULL, order, 2, 0, 1);
		memcpy(before, order, sizeof(before));
	}
}

static struct judgement
judge(const struct samples *x, const struct trial *t, const struct rules *r)
{
	double *d = xcalloc(t->rounds, sizeof(*d));
	struct judgement j;

	for (size_t i = 0; i < t->rounds; i++)
		d[i] = log(x->cand[i] / x->base[i]);
	j = judgelooks(
		&(struct pairs){.d = d, .base = x->base, .cand = x->cand, .follows = x->follows},
		t->rounds, t->planned, r);
	free(d);
	return j;
}

static int
bysize(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

/* Whether what ought to be at most so many percent is more than chance lets it be. */
static bool
beyond(double share, double most, size_t draws)
{
	return share > most + 3 * sqrt(most * (100 - most) / (double)draws);
}

static const char *
wordof(const struct row *r, const double share[], size_t draws)
{
	bool ok = true;

	switch (r->bound) {
	case UNCHANGED_MOST_2:
		ok = !beyond(share[UNCHANGED], 2, draws);
		break;
	case UNCHANGED_LEAST_90:
		ok = share[UNCHANGED] >= 90 && !beyond(share[REGRESSED], 1, draws);
		break;
	case REGRESSED_LEAST_95:
		ok = share[REGRESSED] >= 95;
		break;
	case TOLD:
		ok = r->of != same || !beyond(share[REGRESSED], 1, draws);
	}
	return ok ? "kept" : "NOT KEPT";
}

static bool
show(const struct row *r, struct trial t, const char *under, const struct rules *rules)
{
	struct samples x = {xcalloc(t.rounds, sizeof(double)), xcalloc(t.rounds, sizeof(double)),
		xcalloc(t.rounds, sizeof(signed char))};
	size_t *rounds = xcalloc(t.draws, sizeof(*rounds));
	bool kept = true;

	for (int looks = 0; looks < 2; looks++) {
		double share[NVERDICTS] = {0}, doubts[NDOUBTS] = {0};

		t.planned = looks ? t.rounds : 0;
		for (size_t k = 0; k < t.draws; k++) {
			struct judgement j;

			take(&x, r, &t, k + 1);
			j = judge(&x, &t, rules);
			doubts[j.doubt.kind] += 100 / (double)t.draws;

			share[j.verdict] += 100 / (double)t.draws;
			rounds[k] = j.rounds;
		}
		qsort(rounds, t.draws, sizeof(*rounds), bysize);
		printf("%-38s %-22s %-5s %6.2f %6.2f %6.2f %6.2f %5zu %5.1f %5.1f %5.1f %5.1f %5.1f %s\n",
			r->name, under, looks ? "looks" : "once", share[REGRESSED], share[IMPROVED],
			share[UNCHANGED], share[INCONCLUSIVE], rounds[t.draws / 2],
			doubts[DOUBT_MEAN], doubts[DOUBT_TAIL], doubts[DOUBT_CLOCK],
			doubts[DOUBT_FOLLOWS], doubts[DOUBT_TREND], wordof(r, share, t.draws));
		kept = kept && !strcmp(wordof(r, share, t.draws), "kept");
		fflush(stdout);
	}
	free(rounds);
	free(x.base);
	free(x.cand);
	free(x.follows);
	return kept;
}

int
main(int argc, char **argv)
{
	struct criteria q = criteriadefault();
	struct rules rules = criteriarules(&q, NAN, NAN);
	struct trial t = {.draws = 2000, .rounds = 200};
	const char *only = NULL;
	bool kept = true;
	int first = 1;

	progname = "shapes";
	if (argc > 1 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help")))
		showhelp(usage, help);
	for (; first + 1 < argc && argv[first][0] == '-'; first += 2) {
		if (!strcmp(argv[first], "--draws"))
			t.draws = (size_t)numint(argv[first], argv[first + 1], 10, 1000000);
		else if (!strcmp(argv[first], "--only"))
			only = argv[first + 1];
		else if (!strcmp(argv[first], "--rounds"))
			t.rounds = (size_t)numint(argv[first], argv[first + 1], 20, 100000);
		else
			usagefail(usage);
	}
	printf("%-38s %-22s %-5s %6s %6s %6s %6s %5s %5s %5s %5s %5s %5s\n", "candidate", "noise",
		"", "slower", "faster", "unchan", "unclr", "med", "mean", "tail", "clock", "carry",
		"trend");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (only && !strstr(rows[i].name, only))
			continue;
		if (rows[i].under) {
			kept = show(&rows[i], t, "", &rules) && kept;
			continue;
		}
		for (int f = first; f < argc; f++) {
			struct recording rec = recordingread(argv[f]);
			const char *slash = strrchr(argv[f], '/');
			struct trial on = t;

			on.rec = &rec;
			for (on.metric = 0; on.metric < METRICS; on.metric++) {
				char under[64];

				snprintf(under, sizeof(under), "%.18s %s",
					slash ? slash + 1 : argv[f], on.metric ? "cpu" : "wall");
				kept = show(&rows[i], on, under, &rules) && kept;
			}
			recordingrelease(&rec);
		}
	}
	closeout();
	return kept ? EXIT_YES : EXIT_NO;
}
