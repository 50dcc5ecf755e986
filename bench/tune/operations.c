/*
 * Measures every target of every operation in turns, has pgokit-tune find out the best by itself,
 * and prints both; or the rate of one target of GEMM in one thread. See the script beside it.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "problems.h"
#include "stats/shuffle.h"
#include "stats/stats.h"
#include "tune/kernels/gemm.h"
#include "tune/kernels/openblas.h"
#include "tune/pgokit-tune.h"

static const char usage[] = "usage: operations [-h] [-r ROUNDS] [-s SEED] [-o TEXT] [-p FOLDER]\n"
			    "       operations -g TARGET\n";

static const char help[] =
	"  -r ROUNDS  rounds of all targets, after two to warm up (default 15); more\n"
	"             where they take less than half a second\n"
	"  -s SEED    of the orders, and of the tuner's choices (default 1)\n"
	"  -o TEXT    only operations and sizes with TEXT in them\n"
	"  -p FOLDER  the kernel's energy counters (default /sys/class/powercap)\n"
	"  -g TARGET  the rate of GEMM 1024 on that target, in CPU time of this thread: a line\n"
	"             'core type of OpenBLAS TAB GFLOP/s', the median of 5 runs after one more\n";

enum { TARGETS_MAX = 8, ROUNDS_MAX = 1000 };
/* The tuner is undecided after so many runs or seconds. */
enum { LEARN_RUNS = 400, LEARN_SECONDS = 180 };
static const double ENOUGH = .5; /* seconds for the rounds of a problem, at least */

/* One problem: what was measured. */
struct result {
	const struct kernel_target *targets[TARGETS_MAX]; /* those that run here */
	double ms[TARGETS_MAX];				  /* medians */
	size_t count;
	size_t best;
	const char *learned;
	uint64_t runs; /* until then */
	bool converged;
	double joules; /* of what was learned; NAN: unknown */
};

static void
run(const struct kernel_target *t, void *args)
{
	if (t->run(NULL, args))
		fatal("run target '%s':", t->name);
}

static void
measure(struct result *r, void *args, size_t rounds, uint64_t seed)
{
	size_t order[TARGETS_MAX];
	double start, round_seconds, *ms;

	for (size_t i = 0; i < r->count; i++)
		run(r->targets[i], args);
	start = clocknow();
	for (size_t i = 0; i < r->count; i++)
		run(r->targets[i], args);
	round_seconds = clocknow() - start;
	while (rounds < ROUNDS_MAX && (double)rounds * round_seconds < ENOUGH)
		rounds++;
	ms = xcalloc(r->count * rounds, sizeof(*ms));
	for (size_t round = 0; round < rounds; round++) {
		roundorder(seed, round, r->count, order);
		for (size_t i = 0; i < r->count; i++) {
			start = clocknow();
			run(r->targets[order[i]], args);
			ms[order[i] * rounds + round] = 1000 * (clocknow() - start);
		}
	}
	for (size_t i = 0; i < r->count; i++) {
		r->ms[i] = medianof(ms + i * rounds, rounds);
		if (r->ms[i] < r->ms[r->best])
			r->best = i;
	}
	free(ms);
}

/* The tuner knows nothing of the above: it runs the operation as a program would. */
static void
learn(struct result *r, const struct problem *p, void *args, uint64_t seed, const char *powercap)
{
	struct tune_config config = tune_defaults();
	struct tune *t;
	struct tune_op *op;
	struct tune_profile *profile;
	struct tune_stats stats;
	double until;
	int best;

	config.seed = seed;
	if (powercap)
		config.powercap = powercap;
	t = tune_open(&config);
	op = t ? tune_operation(t, p->operation->name) : NULL;
	for (size_t i = 0; op && i < r->count; i++)
		tune_target(op, &(struct tune_target){
					.name = r->targets[i]->name, .run = r->targets[i]->run});
	profile = op ? tune_at(op, p->dims, p->ndims) : NULL;
	if (!profile)
		fatal("tune %s %s: there is no memory", p->operation->name, p->size);
	until = clocknow() + LEARN_SECONDS;
	for (r->runs = 0; r->runs < LEARN_RUNS && clocknow() < until && !tune_converged(profile);
		r->runs++)
		if (tune_run(op, p->dims, p->ndims, args))
			fatal("tune %s %s: a target failed", p->operation->name, p->size);
	r->converged = tune_converged(profile);
	best = tune_best(profile);
	if (best < 0 || tune_stats(profile, best, &stats))
		fatal("tune %s %s: nothing was learned", p->operation->name, p->size);
	r->learned = r->targets[best]->name;
	r->joules = stats.joules.mean;
	tune_close(t);
}

static void
line(const struct problem *p, const struct result *r)
{
	char energy[32] = "unknown";

	if (!isnan(r->joules))
		snprintf(energy, sizeof(energy), "%.3g J", r->joules);
	printf("| %s | %s | %.3f | %s | %.3f | %.1fx | %s, %" PRIu64 " runs%s | %s |",
		p->operation->name, p->size, r->ms[0], r->targets[r->best]->name, r->ms[r->best],
		r->ms[0] / r->ms[r->best], r->learned, r->runs, r->converged ? "" : ", undecided",
		energy);
	for (size_t i = 1; i < r->count; i++)
		printf(" %s %.3f%s", r->targets[i]->name, r->ms[i], i + 1 < r->count ? "," : " |");
	printf("\n");
	fflush(stdout);
}

static bool
matches(const struct problem *p, const char *only)
{
	return strstr(p->operation->name, only) || strstr(p->size, only);
}

static void
table(size_t rounds, uint64_t seed, const char *only, const char *powercap)
{
	size_t found = 0;

	for (const struct problem *p = problems; p < problems + PROBLEMS; p++)
		found += matches(p, only);
	if (!found)
		fatal("find '%s': no operation or size has it in it", only);
	printf("| operation | size | plain ms | best target | best ms | speedup | learned | energy | "
	       "all others, ms |\n| --- | --- | ---: | --- | ---: | ---: | --- | --- | --- |\n");
	for (const struct problem *p = problems; p < problems + PROBLEMS; p++) {
		struct result r = {.count = 0};
		void *args;

		if (!matches(p, only))
			continue;
		args = problem_args(p);
		for (size_t i = 0; i < p->operation->count; i++)
			if (!p->operation->targets[i].missing())
				r.targets[r.count++] = &p->operation->targets[i];
		measure(&r, args, rounds, seed);
		learn(&r, p, args, seed, powercap);
		line(p, &r);
	}
	printf("\n");
	for (size_t i = 0; i < kernel_operations[0].count; i++) {
		const struct kernel_target *t = &kernel_operations[0].targets[i];

		bool blas = !strcmp(t->name, "openblas") && !t->missing();

		printf("%s: %s%s%s\n", t->name, t->missing() ? t->missing() : "runs here",
			blas ? ", core type " : "", blas ? openblas_core() : "");
	}
}

static double
threadseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
rate(const char *name)
{
	enum { RUNS = 5 };
	void *args = problem_args(&problems[1]);
	const struct gemm *g = args;
	double seconds[RUNS];
	size_t i;

	for (i = 0; i < kernel_operations[0].count; i++)
		if (!strcmp(kernel_operations[0].targets[i].name, name))
			break;
	if (i == kernel_operations[0].count)
		fatal("find target '%s': GEMM has none of that name", name);
	if (kernel_operations[0].targets[i].missing())
		fatal("run target '%s': %s", name, kernel_operations[0].targets[i].missing());
	run(&kernel_operations[0].targets[i], args);
	for (size_t k = 0; k < RUNS; k++) {
		double start = threadseconds();

		run(&kernel_operations[0].targets[i], args);
		seconds[k] = threadseconds() - start;
	}
	printf("%s\t%.2f\n", openblas_core(),
		2e-9 * (double)(g->m * g->n * g->k) / medianof(seconds, RUNS));
}

int
main(int argc, char *argv[])
{
	size_t rounds = 15;
	uint64_t seed = 1;
	const char *only = "", *target = NULL, *powercap = NULL;
	int opt;

	progname = "operations";
	while ((opt = getopt(argc, argv, "hr:s:o:p:g:")) != -1)
		switch (opt) {
		case 'h':
			showhelp(usage, help);
		case 'r':
			rounds = (size_t)numint("-r", optarg, 1, 1000);
			break;
		case 's':
			seed = (uint64_t)numint("-s", optarg, 1, INT64_MAX);
			break;
		case 'o':
			only = optarg;
			break;
		case 'p':
			powercap = optarg;
			break;
		case 'g':
			target = optarg;
			break;
		default:
			usagefail(usage);
		}
	if (optind < argc)
		usagefail(usage);
	if (target)
		rate(target);
	else
		table(rounds, seed, only, powercap);
	closeout();
	return EXIT_YES;
}
