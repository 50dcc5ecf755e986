#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "machine.h"
#include "mem.h"
#include "order.h"
#include "progress.h"
#include "rounds.h"

enum { ROUNDS_MIN = 20, ROUNDS_MAX = 2000 }; /* of a benchmark that is measured by budget */
static const double sample_min_s = .002;     /* below it the clock's and launcher's share grows */

/* Descriptors of the unlinked files that catch what the command under test prints. */
struct capture {
	int out;
	int err;
};

/* No command sees it: above the standard three, closed on exec. */
static int
scratch(void)
{
	const char *dir = getenv("TMPDIR");
	struct buf b = {0};
	int fd, high;

	bufprintf(&b, "%s/bench-run.XXXXXX", dir && *dir ? dir : "/tmp");
	fd = mkstemp(bufstr(&b));
	high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (high < 0)
		fatal("create '%s':", b.p);
	close(fd);
	unlink(b.p);
	bufrelease(&b);
	return high;
}

static void
rewound(int fd)
{
	if (ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET) < 0)
		fatal("empty the output file:");
}

/* Prints the last lines of what the command said on standard error: usually the reason. */
static void
showerror(int fd)
{
	char text[2049], *from;
	off_t end = lseek(fd, 0, SEEK_END), start = end > 2048 ? end - 2048 : 0;
	ssize_t n = pread(fd, text, sizeof(text) - 1, start);
	int lines = 10;

	if (n <= 0)
		return;
	for (ssize_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = '?';
	text[n] = '\0';
	for (from = text + n - 1; from > text; from--)
		if (from[-1] == '\n' && !--lines)
			break;
	for (char *line = strtok(from, "\n"); line; line = strtok(NULL, "\n"))
		warn("  it said: %s", line);
}

static bool
prepare(const struct bench *b, const struct settings *set, const struct capture *cap)
{
	struct run r = {.out = cap->err, .err = cap->err, .timeout_s = set->timeout_s};
	struct command c;
	struct outcome o;
	const char *why;
	bool ok;

	if (!b->prepare)
		return true;
	rewound(cap->err);
	commandparse(&c, b->prepare, true, &why);
	r.command = &c;
	if (!procrun(&r, &o))
		fatal("start a process:");
	ok = !*outcometext(&o);
	if (!ok) {
		warn("prepare benchmark '%s': %s", b->name, outcometext(&o));
		showerror(cap->err);
	}
	commandrelease(&c);
	return ok;
}

/* One sample: `times` executions of one arm, their mean. False after a message when one failed. */
static bool
sample(const struct plan *p, const struct bench *b, size_t arm, const struct settings *set,
	unsigned times, const struct capture *cap, struct sample *s)
{
	const struct lane *l = &b->lanes[arm];
	struct run r = {&l->command, cap->out, cap->err, set->timeout_s};

	*s = (struct sample){0};
	armenter(&p->arms[arm]);
	for (unsigned i = 0; i < times; i++) {
		struct outcome o;

		if (!prepare(b, set, cap))
			return false;
		rewound(cap->out);
		rewound(cap->err);
		if (!procrun(&r, &o))
			fatal("start a process:");
		if (*outcometext(&o)) {
			warn("run '%s' of benchmark '%s', arm '%s': %s", l->text, b->name,
				p->arms[arm].name, outcometext(&o));
			showerror(cap->err);
			return false;
		}
		sampleadd(s, &o);
	}
	samplemean(s, times);
	if (lseek(cap->out, 0, SEEK_SET) < 0 || sha256fd(cap->out, s->output))
		fatal("read back the output of '%s':", l->text);
	return true;
}

/*
 * Runs one round of one benchmark and appends it to its series; a round of the warm-up, which has
 * `shortest`, only lowers the shortest time of each arm.
 */
static bool
oneround(const struct plan *p, size_t bench, const struct settings *set, struct series *ser,
	const struct capture *cap, double *shortest)
{
	size_t *order = xcalloc(p->narms, sizeof(*order));
	struct sample *got = xcalloc(p->narms, sizeof(*got));
	long long steal = stealticks();
	bool ok = true;

	roundorder(set->seed, ser->rounds, p->narms, order);
	for (size_t i = 0; ok && i < p->narms; i++)
		ok = sample(
			p, &p->benches[bench], order[i], set, ser->executions, cap, &got[order[i]]);
	for (size_t i = 0; ok && shortest && i < p->narms; i++)
		shortest[i] = fmin(shortest[i], got[i].wall_s);
	if (ok && !shortest)
		seriesadd(ser, p->narms, order, got, stealticks() - steal);
	free(got);
	free(order);
	return ok;
}

static double
clocknow(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/*
 * Warm-up: also finds how many executions a sample needs to be long enough to time, from the
 * shortest time of the slowest arm. The shortest, since a busy machine only ever adds time.
 */
static bool
warm(const struct plan *p, const struct settings *set, struct series *ser,
	const struct capture *cap)
{
	double *shortest = xcalloc(p->narms, sizeof(*shortest));
	bool ok = true;

	for (size_t b = 0; ok && b < p->nbenches; b++) {
		double longest = 0;

		for (size_t i = 0; i < p->narms; i++)
			shortest[i] = INFINITY;
		for (long long i = 0; ok && i < set->warmup; i++)
			ok = oneround(p, b, set, &ser[b], cap, shortest);
		for (size_t i = 0; i < p->narms; i++)
			longest = fmax(longest, shortest[i]);
		if (longest < sample_min_s)
			ser[b].executions = (unsigned)ceil(sample_min_s / fmax(longest, 1e-5));
	}
	free(shortest);
	return ok;
}

/* The benchmark that has had the least of its share so far, or nbenches when all are done. */
static size_t
nextbench(const struct plan *p, const struct settings *set, const struct series *ser,
	const double *spent)
{
	double share = set->budget_s / (double)p->nbenches;
	size_t best = p->nbenches;

	for (size_t b = 0; b < p->nbenches; b++) {
		bool done = ser[b].rounds >= ROUNDS_MAX ||
			    (ser[b].rounds >= ROUNDS_MIN && spent[b] >= share);

		if (set->rounds)
			done = ser[b].rounds >= (size_t)set->rounds;
		if (!done && (best == p->nbenches || spent[b] < spent[best]))
			best = b;
	}
	return best;
}

/* Seconds of measuring that are still to come. */
static double
remaining(const struct plan *p, const struct settings *set, const struct series *ser,
	const double *spent)
{
	double share = set->budget_s / (double)p->nbenches, left = 0;

	for (size_t b = 0; b < p->nbenches; b++) {
		double each = ser[b].rounds ? spent[b] / (double)ser[b].rounds : 0;

		if (set->rounds)
			left += each * (double)((size_t)set->rounds - ser[b].rounds);
		else
			left += fmin(fmax(0, share - spent[b]),
				each * (double)(ROUNDS_MAX - ser[b].rounds));
	}
	return left;
}

static bool
measureall(const struct plan *p, const struct settings *set, struct series *ser,
	const struct capture *cap)
{
	double *spent = xcalloc(p->nbenches, sizeof(*spent));
	struct progress shown = {0};
	bool ok = true;
	size_t b;

	while (ok && (b = nextbench(p, set, ser, spent)) < p->nbenches) {
		double begin = clocknow();

		ok = oneround(p, b, set, &ser[b], cap, NULL);
		spent[b] += clocknow() - begin;
		progressline(&shown, "round %zu, %s, %.0f s left", ser[b].rounds,
			p->benches[b].name, remaining(p, set, ser, spent));
	}
	progressend(&shown);
	free(spent);
	return ok;
}

bool
measure(const struct plan *p, const struct settings *set, struct series *ser)
{
	struct capture cap = {scratch(), scratch()};
	bool ok;

	for (size_t b = 0; b < p->nbenches; b++)
		ser[b].executions = 1;
	ok = warm(p, set, ser, &cap) && measureall(p, set, ser, &cap);
	close(cap.out);
	close(cap.err);
	return ok;
}
