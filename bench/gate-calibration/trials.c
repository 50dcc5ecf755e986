#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "blocks.h"
#include "decision/sequential.h"
#include "stats/stats.h"
#include "trials.h"

static const double factors[EFFECTS] = {[SAME] = 1, [SLOWER] = 1.02, [MARGIN] = 1.01, [WORK] = 1};

/* Numbers that are the same in every run: splitmix64 of draw and place. */
static uint64_t
noise(uint64_t draw, uint64_t place)
{
	uint64_t z = (draw << 32) + place;

	for (int i = 0; i < 2; i++) {
		z += 0x9e3779b97f4a7c15;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
		z = (z ^ z >> 27) * 0x94d049bb133111eb;
		z ^= z >> 31;
	}
	return z;
}

/* Places of noise() besides the coins of rounds. */
enum { START = 1 << 30, SIDE };

static void
window(const struct trials *t, uint64_t draw, enum effect e, double *d)
{
	size_t at = noise(draw, START) % (t->rec->rounds - t->rounds + 1);

	for (size_t i = 0; i < t->rounds; i++) {
		const double *x = t->rec->log[at + i][t->metric];
		bool swap = noise(draw, i) & 1;

		if (e == WORK)
			d[i] = x[B2] - x[A];
		else
			d[i] = (swap ? x[A] - x[A2] : x[A2] - x[A]) + log(factors[e]);
	}
}

static int
bysize(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

static void
gate(struct trials *t, enum effect e, const struct rules *r)
{
	double *d = xcalloc(t->rounds, sizeof(*d)), *sees = xcalloc(t->draws, sizeof(*sees));
	struct tally *y = &t->tally[e];
	size_t unsure = 0;

	y->rounds = xcalloc(t->draws, sizeof(*y->rounds));
	for (size_t k = 0; k < t->draws; k++) {
		struct judgement j;

		window(t, k, e, d);
		j = judgelooks(&(struct pairs){.d = d}, t->rounds, t->rounds, r);
		y->verdicts[j.verdict]++;
		y->rounds[k] = j.rounds;
		y->mean += (double)j.rounds / (double)t->draws;
		if (j.verdict == INCONCLUSIVE)
			sees[unsure++] = 100 * expm1(j.detectable);
	}
	qsort(y->rounds, t->draws, sizeof(*y->rounds), bysize);
	sortreal(sees, unsure);
	y->sees = unsure ? median(sees, unsure) : 0;
	free(sees);
	free(d);
}

/* The two blocks of a draw: from a random run on; a coin says which of them is the candidate. */
static struct blocks
blocksof(const struct trials *t, uint64_t draw, size_t n)
{
	size_t places = t->rec->nruns - 2 * n + 1;

	return (struct blocks){noise(draw, START) % places, n, noise(draw, SIDE) & 1};
}

static bool
mannwhitney(const double *logs, const struct blocks *b, double factor, double alpha)
{
	double *cand = xcalloc(b->n, sizeof(*cand));
	const double *base = logs + b->at + (b->reversed ? b->n : 0);
	bool slower;

	for (size_t i = 0; i < b->n; i++)
		cand[i] = logs[b->at + (b->reversed ? 0 : b->n) + i] + log(factor);
	slower = ranksum(base, b->n, cand, b->n).greater <= alpha;
	free(cand);
	return slower;
}

static void
judgeusual(struct trials *t, const struct sums *s, double alpha)
{
	static const char *const names[] = {"Welch", "Mann-Whitney", "mean 5 % slower"};
	const size_t few[] = {10, 20, 10}; /* what hyperfine, benchstat's users and others take */

	for (size_t u = 0; u < USUALS; u++) {
		struct usual *y = &t->usual[u];
		size_t kind = u / 2;

		*y = (struct usual){.name = names[kind], .n = u % 2 ? t->rounds : few[kind]};
		for (size_t k = 0; k < t->draws; k++) {
			struct blocks b = blocksof(t, k, y->n);

			for (int slower = 0; slower < 2; slower++) {
				double f = factors[slower ? SLOWER : SAME], p = 1;
				bool called;

				if (kind == 0)
					called = (welcht(s, &b, f, &p), p <= alpha);
				else if (kind == 1)
					called = mannwhitney(t->rec->runs[t->metric], &b, f, alpha);
				else
					called = meanratio(s, &b, f) > .05;
				*(slower ? &y->found : &y->alarms) += called;
			}
		}
	}
}

void
trialsrun(struct trials *t, const struct rules *r)
{
	struct sums s = sumsof(t->rec->runs[t->metric], t->rec->nruns);

	for (enum effect e = 0; e < EFFECTS; e++)
		gate(t, e, r);
	judgeusual(t, &s, r->alpha);
	sumsrelease(&s);
}

void
trialsrelease(struct trials *t)
{
	for (enum effect e = 0; e < EFFECTS; e++)
		free(t->tally[e].rounds);
}

/* How often Welch's test finds 2 % with n runs a side, and as many false alarms as allowed. */
static size_t
welchfinds(const struct trials *t, const struct sums *s, size_t n, size_t alarms)
{
	double *same = xcalloc(t->draws, sizeof(*same)), threshold;
	size_t found = 0;

	for (size_t k = 0; k < t->draws; k++) {
		struct blocks b = blocksof(t, k, n);

		same[k] = welcht(s, &b, 1, NULL);
	}
	sortreal(same, t->draws);
	threshold = same[t->draws - 1 - alarms];
	for (size_t k = 0; k < t->draws; k++) {
		struct blocks b = blocksof(t, k, n);

		found += welcht(s, &b, factors[SLOWER], NULL) > threshold;
	}
	free(same);
	return found;
}

size_t
welchneeds(const struct trials *t, size_t *found)
{
	struct sums s = sumsof(t->rec->runs[t->metric], t->rec->nruns);
	size_t alarms = t->tally[SAME].verdicts[REGRESSED], most = t->rec->nruns / 4, n, at = 0;
	size_t wanted = t->tally[SLOWER].verdicts[REGRESSED];

	for (n = 10; !at; n = n * 11 / 10 < most ? n * 11 / 10 : most) {
		*found = welchfinds(t, &s, n, alarms);
		if (*found >= wanted)
			at = n;
		else if (n == most)
			break;
	}
	sumsrelease(&s);
	return at;
}
