/* What the tuner costs: time of a decision, bytes of memory and of JSON, time to load. */
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pgokit-tune.h"

enum { PROFILES = 1000, TARGETS = 3, CALLS = 2000000, SAMPLES = 200000, TIMES = 15 };

static int missed;

static double
now(void)
{
	struct timespec ts;

	/* Of this process alone: other work on the machine has no part in it. */
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double x[TIMES])
{
	qsort(x, TIMES, sizeof(*x), ascending);
	return x[TIMES / 2];
}

/* One line; limit NAN: none was set. */
static void
line(const char *what, double value, const char *unit, double limit)
{
	printf("%-64s %10.1f %-6s", what, value, unit);
	if (!isnan(limit)) {
		missed += value > limit;
		printf("  at most %g: %s", limit, value > limit ? "missed" : "met");
	}
	putchar('\n');
}

static int
nothing(void *context, void *args)
{
	(void)context;
	(void)args;
	return 0;
}

static struct tune_op *
mkop(struct tune *t)
{
	static const char *const NAMES[TARGETS] = {"plain", "avx2", "avx512-2t"};
	struct tune_op *op = tune_operation(t, "GEMM");

	for (int i = 0; i < TARGETS; i++)
		tune_target(op, &(struct tune_target){.name = NAMES[i], .run = nothing});
	return op;
}

static struct tune *
mktune(void)
{
	struct tune_config c = tune_defaults();
	struct tune *t;

	c.powercap = NULL;
	c.seed = 1;
	t = tune_open(&c);
	if (!t)
		exit(2);
	return t;
}

/* Samples of three speeds, with a little noise, until it has converged. */
static void
teach(struct tune_profile *p, int samples, double watts)
{
	for (int i = 0; i < samples; i++) {
		int target = tune_choose(p, NULL);

		tune_record(p, target, (target + 1) * 1.234567e-4 * (1 + 0.001 * (i % 7)), watts);
	}
}

static void
decisions(void)
{
	struct tune *t = mktune();
	struct tune_op *op = mkop(t);
	const int64_t dims[] = {64, 64, 64};
	struct tune_profile *p = tune_at(op, dims, 3);
	double choose[TIMES], record[TIMES], run[TIMES], lookup[TIMES], start;
	volatile int sum = 0;

	teach(p, 50, NAN);
	for (int k = 0; k < TIMES; k++) {
		start = now();
		for (int i = 0; i < CALLS; i++)
			sum += tune_choose(p, NULL);
		choose[k] = (now() - start) / CALLS * 1e9;
		start = now();
		for (int i = 0; i < CALLS; i++)
			sum += tune_at(op, dims, 3) == p;
		lookup[k] = (now() - start) / CALLS * 1e9;
		start = now();
		for (int i = 0; i < CALLS; i++)
			sum += tune_run(op, dims, 3, NULL);
		run[k] = (now() - start) / CALLS * 1e9;
		start = now();
		teach(p, SAMPLES, NAN);
		record[k] = (now() - start) / SAMPLES * 1e9;
	}
	line("a decision: tune_choose, converged, every 100th measured", median(choose), "ns", 100);
	line("the look-up of a profile by size: tune_at", median(lookup), "ns", NAN);
	line("tune_run of a target that does nothing", median(run), "ns", NAN);
	line("a decision and a sample: tune_choose, tune_record", median(record), "ns", NAN);
	tune_close(t);
}

/* Many sizes of one operation. */
static struct tune_profile *
sized(struct tune_op *op, int i)
{
	return tune_at(op, (const int64_t[]){64 + i, 1024, 1024}, 3);
}

static void
memory(void)
{
	struct tune *t = mktune();
	struct tune_op *op = mkop(t);
	size_t before = mallinfo2().uordblks, profiles, all;

	for (int i = 0; i < PROFILES; i++)
		sized(op, i);
	profiles = mallinfo2().uordblks - before;
	for (int i = 0; i < PROFILES; i++)
		teach(sized(op, i), 20, 50);
	all = mallinfo2().uordblks - before;
	line("memory of a target", (double)(all - profiles) / PROFILES / TARGETS, "bytes", 110);
	line("memory of a profile beside its targets, its table included",
		(double)profiles / PROFILES, "bytes", NAN);
	tune_close(t);
}

/* Saves what was learned; bytes of the file. */
static double
saved(const char *path, double watts)
{
	struct tune *t = mktune();
	struct tune_op *op = mkop(t);
	struct stat st;

	unlink(path);
	for (int i = 0; i < PROFILES; i++)
		teach(sized(op, i), 2000, watts);
	if (tune_save(t, path) || stat(path, &st))
		exit(2);
	tune_close(t);
	return (double)st.st_size;
}

static void
files(const char *path, const char *with, double watts)
{
	double load[TIMES], save[TIMES], bytes = saved(path, watts);
	char what[80];

	for (int k = 0; k < TIMES; k++) {
		struct tune *t = mktune();
		double start;

		mkop(t);
		start = now();
		if (tune_load(t, path))
			exit(2);
		load[k] = (now() - start) * 1e3;
		if (tune_totals(t).profiles != PROFILES)
			exit(2);
		start = now();
		if (tune_save(t, path))
			exit(2);
		save[k] = (now() - start) * 1e3;
		tune_close(t);
	}
	snprintf(what, sizeof(what), "JSON of a target%s, its part of the profile included", with);
	line(what, bytes / PROFILES / TARGETS, "bytes", 200);
	snprintf(what, sizeof(what), "loading 1,000 profiles of 3 targets%s, CPU time", with);
	line(what, median(load), "ms", 40);
	line("saving them, CPU time", median(save), "ms", NAN);
}

int
main(int argc, char *argv[])
{
	if (argc != 2)
		return 2;
	decisions();
	memory();
	files(argv[1], "", NAN);
	files(argv[1], " with power", 51.2345);
	return fflush(stdout) ? 2 : missed > 0;
}
