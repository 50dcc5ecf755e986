/* When a gate measures what: simulated benchmarks, looks as in earnest. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "decision/sequential.h"
#include "measure/schedule.h"

enum { SLOTS = 6 };

/* A benchmark that is decided at the first look after `settles` rounds; INFINITY: never. */
struct simulated {
	double settles, cost_s;
	double growth; /* of the cost, from one look to the next */
};

static size_t
lookafter(size_t rounds, size_t planned)
{
	static const struct rules r = {.alpha = .01, .shares = 1, .beta = .05};
	struct look l = {0};

	do
		l = looknext(&l, planned, &r);
	while (l.rounds <= rounds);
	return l.rounds;
}

static void
start(struct slot *s, const struct simulated *m, size_t n, double budget_s)
{
	for (size_t i = 0; i < n; i++) {
		s[i].rounds = 0;
		s[i].done = false;
		s[i].round_s = m[i].cost_s;
		s[i].planned = scheduleplan(budget_s, n, m[i].cost_s);
		s[i].next = lookafter(0, s[i].planned);
		s[i].needed = m[i].settles;
	}
}

/* Measures slot i up to its next look; what it takes. */
static double
step(struct slot *s, struct simulated *m)
{
	double took = (double)(s->next - s->rounds) * m->cost_s;

	s->rounds = s->next;
	s->done = (double)s->rounds >= m->settles;
	s->needed = fmax(0, m->settles - (double)s->rounds);
	s->next = lookafter(s->rounds, s->planned);
	m->cost_s *= m->growth;
	s->round_s = m->cost_s;
	return took;
}

/* Runs to the end; what it takes. The order of the steps goes to trace, up to `room` of them. */
static double
play(struct slot *s, struct simulated *m, size_t n, double budget_s, char *trace, size_t room)
{
	double spent = 0;
	size_t i, steps = 0;

	start(s, m, n, budget_s);
	while ((i = schedulenext(s, n, budget_s, spent)) < n && steps < 100000) {
		CHECK(!s[i].done);
		spent += step(&s[i], &m[i]);
		if (++steps < room)
			*trace++ = (char)('a' + i);
	}
	*trace = '\0';
	CHECK(steps < 100000);
	return spent;
}

static void
testplan(void)
{
	/* Nine tenths of an even share, never fewer than 20 rounds and never more than 2000. */
	CHECKINT((long long)scheduleplan(60, 1, .1), 540);
	CHECKINT((long long)scheduleplan(60, 3, .1), 180);
	CHECKINT((long long)scheduleplan(60, 3, 5), 20);
	CHECKINT((long long)scheduleplan(60, 3, INFINITY), 20);
	CHECKINT((long long)scheduleplan(3600, 1, .001), 2000);
}

/* After a first look at each, all time goes to what is nearest its decision, by seconds. */
static void
testnearest(void)
{
	struct slot s[SLOTS] = {{.gated = true}, {.gated = true}, {.gated = true}};
	struct simulated m[] = {{300, .1, 1}, {100, .1, 1}, {200, .02, 1}};
	char trace[100];
	const char *p = trace;

	play(s, m, 3, 150, trace, sizeof(trace));
	CHECK(!strncmp(trace, "abc", 3));
	/* c needs 4 s, b 10 s, a 30 s. */
	p += 3;
	p += strspn(p, "c");
	p += strspn(p, "b");
	p += strspn(p, "a");
	CHECK(strlen(trace) > 8 && !*p);
	CHECK(s[0].done && s[1].done && s[2].done);
}

/* What is not gated comes after the plans, before overtime, and has no overtime itself. */
static void
teststages(void)
{
	struct slot s[SLOTS] = {{.gated = false}, {.gated = true}, {.gated = true}};
	struct simulated m[] = {{290, .1, 1}, {500, .1, 1}, {40, .1, 1}};
	char trace[100];
	const char *ungated;

	play(s, m, 3, 100, trace, sizeof(trace));
	CHECKINT((long long)s[0].planned, 300);
	CHECK(!strncmp(trace, "bc", 2));
	ungated = strchr(trace, 'a');
	CHECK(ungated && strspn(ungated, "a") + strlen("b") == strlen(ungated));
	CHECK(s[1].rounds == 450 && !s[1].done && s[2].done);
	CHECKINT((long long)s[0].rounds, 300);

	/* All gated ones are decided: the others still get their plan, and that is all. */
	m[1].settles = 30;
	play(s, m, 3, 100, trace, sizeof(trace));
	CHECK(s[1].done && s[2].done && s[0].rounds == 300);
}

/* The first rounds are measured whatever they cost. */
static void
testpoor(void)
{
	struct slot s[SLOTS] = {{.gated = true}, {.gated = true}, {.gated = false}};
	struct simulated m[] = {{INFINITY, 5, 1}, {INFINITY, 1, 1}, {INFINITY, 1, 1}};
	char trace[100];

	play(s, m, 3, 1, trace, sizeof(trace));
	for (size_t i = 0; i < 3; i++)
		CHECKINT((long long)s[i].rounds, ROUNDS_MIN);
}

static double
uniform(uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (double)(*state >> 11) / 9007199254740992.;
}

/* Of random benchmarks: what holds for all of them. */
static void
testrandom(void)
{
	uint64_t rng = 1;

	for (int k = 0; k < 2000; k++) {
		struct slot s[SLOTS] = {0};
		struct simulated m[SLOTS];
		size_t n = 1 + (size_t)(uniform(&rng) * (double)SLOTS);
		double budget = 5 + 100 * uniform(&rng), spent, mandatory = 0, plans = 0;
		bool steady = k % 2;
		char trace[2];

		for (size_t i = 0; i < n; i++) {
			s[i].gated = uniform(&rng) < .7;
			m[i] = (struct simulated){
				uniform(&rng) < .3 ? INFINITY : exp(8 * uniform(&rng)),
				.01 * exp(3 * uniform(&rng)), 1};
			m[i].growth = steady ? 1 : .8 + uniform(&rng);
			mandatory += m[i].cost_s * 2 * (double)ROUNDS_MIN;
		}
		for (size_t i = 0; i < n; i++)
			plans += (double)scheduleplan(budget, n, m[i].cost_s) * m[i].cost_s;
		spent = play(s, m, n, budget, trace, sizeof(trace));
		CHECK(!steady || spent <= fmax(budget * 1.1, mandatory));
		for (size_t i = 0; i < n; i++) {
			double cost = (double)(s[i].next - s[i].rounds) * s[i].round_s;

			CHECK(s[i].rounds >= ROUNDS_MIN || s[i].done);
			/* Nobody who could pay for a look was left undecided. */
			CHECK(s[i].done || s[i].next > ROUNDS_OVERTIME ||
				(!s[i].gated && s[i].next > s[i].planned) || spent + cost > budget);
			/* Where there is time for all plans, nobody was starved of one. */
			CHECK(!steady || plans > budget || s[i].done ||
				s[i].rounds >= s[i].planned);
			CHECK(s[i].gated || s[i].rounds <= s[i].planned);
		}
	}
}

int
main(void)
{
	testplan();
	testnearest();
	teststages();
	testpoor();
	testrandom();
	return checkdone();
}
