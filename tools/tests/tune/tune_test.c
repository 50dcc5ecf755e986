/* A tuner as its users see it: targets, choice, samples that do not count, failing targets. */
#include <stdlib.h>
#include <unistd.h>

#include "tune/told.h"

static const int64_t DIMS[] = {64, 64, 64};

static int
count(void *context, void *args)
{
	(void)args;
	++*(int *)context;
	return 0;
}

static bool
never(void *context)
{
	(void)context;
	return false;
}

/* A profile whose targets are named a, b and so on. */
static struct tune_profile *
mkprofile(struct tune *t, int n)
{
	struct tune_op *op = tune_operation(t, "GEMM");

	for (int i = 0; i < n; i++) {
		char name[] = {(char)('a' + i), '\0'};

		CHECKINT(tune_target(op, &(struct tune_target){.name = name}), i);
	}
	return tune_at(op, DIMS, 3);
}

/* Runs n operations whose target i takes seconds[i], exactly. */
static void
steps(struct tune_profile *p, int n, const double *seconds)
{
	while (n--) {
		bool measure;
		int i = tune_choose(p, &measure);

		if (measure)
			CHECKINT(tune_record(p, i, seconds[i], NAN), 0);
	}
}

static void
registration(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_op *op = tune_operation(t, "GEMM");
	int runs = 0;

	CHECK(op == tune_operation(t, "GEMM"));
	CHECK(op != tune_operation(t, "Conv2D"));
	CHECK(!tune_operation(t, ""));
	CHECK(!tune_operation(t, "a\nb"));
	CHECK(!tune_operation(t, "\xff"));
	CHECKINT(tune_run(op, DIMS, 3, NULL), TUNE_NOTARGET);
	CHECKINT(tune_target(op, &(struct tune_target){.name = "no", .available = never}),
		TUNE_NOTARGET);
	CHECKINT(
		tune_target(op, &(struct tune_target){.name = "a", .run = count, .context = &runs}),
		0);
	told[0] = '\0';
	CHECKINT(tune_target(op, &(struct tune_target){.name = "a"}), TUNE_EXISTS);
	CHECKSTR(told, "register 'a': 'GEMM' has a target of that name\n");
	CHECKINT(tune_targets(op), 1);
	CHECKSTR(tune_target_name(op, 0), "a");
	CHECK(!tune_target_name(op, 1));
	CHECKINT(tune_run(op, DIMS, 3, NULL), 0);
	CHECKINT(runs, 1);
	CHECK(!tune_at(op, DIMS, 0));
	CHECK(!tune_at(op, DIMS, TUNE_MAX_DIMS + 1));
	CHECK(!tune_at(op, (const int64_t[]){-1}, 1));
	CHECK(tune_at(op, DIMS, 3) == tune_at(op, DIMS, 3));
	CHECK(tune_at(op, DIMS, 3) != tune_at(op, DIMS, 2));
	for (int i = 1; i < TUNE_MAX_TARGETS; i++) {
		char name[8];

		snprintf(name, sizeof(name), "t%d", i);
		CHECKINT(tune_target(op, &(struct tune_target){.name = name}), i);
	}
	CHECKINT(tune_target(op, &(struct tune_target){.name = "more"}), TUNE_INVALID);
	CHECKINT(tune_close(t), 0);
}

static void
ranges(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);

	c.exploration = NAN;
	CHECKINT(tune_configure(t, &c), TUNE_INVALID);
	CHECKSTR(told, "configure 'exploration': out of range\n");
	c.exploration = 0.5;
	c.warmup = 0;
	CHECKINT(tune_configure(t, &c), TUNE_INVALID);
	CHECKNEAR(tune_configuration(t).exploration, 0.1, 1e-12);
	c.warmup = 20;
	CHECKINT(tune_configure(t, &c), 0);
	CHECKINT(tune_configuration(t).warmup, 20);
	tune_close(t);
	/* Before there is a tuner, too, it is the caller's function that is told. */
	c.sample_rate = 0;
	told[0] = '\0';
	CHECK(!tune_open(&c));
	CHECKSTR(told, "configure 'sample_rate': out of range\n");
}

static void
flops(void)
{
	CHECKNEAR(tune_flops("GEMM", DIMS, 3), 2.0 * 64 * 64 * 64, 1e-12);
	CHECKNEAR(tune_flops("Conv2D", (const int64_t[]){1, 224, 224, 3, 64}, 5),
		2.0 * 224 * 224 * 3 * 64 * 9, 1e-12);
	CHECKNEAR(tune_flops("Transformer", (const int64_t[]){1, 128, 768}, 3),
		24.0 * 128 * 768 * 768 + 4.0 * 128 * 128 * 768, 1e-12);
	CHECK(isnan(tune_flops("GEMM", DIMS, 2)));
	CHECK(isnan(tune_flops("other", DIMS, 3)));
}

static void
learning(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = mkprofile(t, 3);
	struct tune_totals sum;
	const double seconds[] = {3e-3, 1e-3, 2e-3};

	CHECKINT(tune_best(p), TUNE_NOTARGET);
	CHECKNEAR(tune_confidence(p), 0, 0);
	steps(p, 10, seconds);
	CHECKINT(tune_best(p), 1);
	CHECK(tune_confidence(p) > 0.99);
	CHECK(tune_converged(p));
	steps(p, 1000, seconds);
	sum = tune_totals(t);
	CHECKINT((int)sum.operations, 1010);
	CHECKINT((int)sum.samples, 20);
	/* Most runs on the target of 1 ms instead of the baseline's 3 ms. */
	CHECK(sum.saved > 1.9 && sum.saved < 2.02);
	CHECKNEAR(sum.seconds + sum.saved, 1010 * 3e-3, 1e-6);
	tune_close(t);
}

/* What is no time does not count, and says so. */
static void
badsamples(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = mkprofile(t, 2);
	static const double bad[] = {NAN, INFINITY, -INFINITY, 0, -1e-9};
	struct tune_stats s;

	for (int i = 0; i < 5; i++)
		CHECKINT(tune_record(p, 0, bad[i], NAN), TUNE_INVALID);
	CHECKINT(tune_record(p, 0, 1e-3, 0), TUNE_INVALID);
	CHECKINT(tune_record(p, 0, 1e-3, -5), TUNE_INVALID);
	CHECKINT(tune_record(p, 0, 1e-3, INFINITY), TUNE_INVALID);
	CHECKINT(tune_record(p, 2, 1e-3, NAN), TUNE_INVALID);
	CHECKINT(tune_record(p, -1, 1e-3, NAN), TUNE_INVALID);
	CHECKINT(tune_stats(p, 0, &s), 0);
	CHECKINT((int)s.count, 0);
	CHECK(isnan(s.seconds.mean));
	CHECKINT((int)tune_totals(t).distrusted, 8);
	CHECKINT(tune_best(p), TUNE_NOTARGET);
	tune_close(t);
}

static void
switchedoff(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = mkprofile(t, 2);
	const double seconds[] = {2e-3, 1e-3};
	bool measure = true;

	steps(p, 20, seconds);
	CHECKINT(tune_choose(p, NULL), 1);
	c.enabled = false;
	CHECKINT(tune_configure(t, &c), 0);
	CHECKINT(tune_choose(p, &measure), 0);
	CHECK(!measure);
	c.enabled = true;
	c.auto_tune = false;
	CHECKINT(tune_configure(t, &c), 0);
	for (int i = 0; i < 500; i++) {
		CHECKINT(tune_choose(p, &measure), 1);
		CHECK(!measure);
	}
	/* They are counted all the same: 20, the 2 before, 500. */
	CHECKINT((int)tune_totals(t).operations, 522);
	tune_close(t);
}

static int
broken(void *context, void *args)
{
	(void)args;
	return *(int *)context;
}

static int
crash(void *context, void *args)
{
	(void)context;
	(void)args;
	abort();
}

static int
hang(void *context, void *args)
{
	(void)context;
	(void)args;
	/* Longer than its child may run. */
	return (int)sleep(60);
}

static void
failing(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_op *op = tune_operation(t, "op");
	int runs = 0, status = 7, failures = 0;

	tune_target(op, &(struct tune_target){.name = "good", .run = count, .context = &runs});
	tune_target(op, &(struct tune_target){.name = "bad", .run = broken, .context = &status});
	for (int i = 0; i < 50; i++)
		failures += tune_run(op, DIMS, 1, NULL) == 7;
	CHECKINT(failures, 1);
	CHECKINT(runs, 49);
	CHECKSTR(told, "drop 'bad' of 'op 64': it failed with 7\n");
	CHECKINT((int)tune_totals(t).failures, 1);
	CHECKINT((int)tune_totals(t).dropped, 1);
	/* At another size it has its own chance. */
	CHECKINT(tune_run(op, DIMS, 2, NULL), 0);
	CHECKINT(tune_run(op, DIMS, 2, NULL), 7);
	tune_close(t);
}

static void
crashing(void)
{
	struct tune_config c = plainly();
	struct tune *t;
	struct tune_op *op;
	int runs = 0;

	c.try_in_child = true;
	c.child_limit_s = 1;
	t = tune_open(&c);
	op = tune_operation(t, "op");
	tune_target(op, &(struct tune_target){.name = "crash", .run = crash});
	tune_target(op, &(struct tune_target){.name = "hang", .run = hang});
	tune_target(op, &(struct tune_target){.name = "good", .run = count, .context = &runs});
	for (int i = 0; i < 5; i++)
		CHECKINT(tune_run(op, DIMS, 1, NULL), 0);
	/* The child counts in its own memory. */
	CHECKINT(runs, 5);
	CHECKSTR(told, "drop 'crash' of 'op 64': its child ended by signal 6 (Aborted)\n"
		       "drop 'hang' of 'op 64': its child ran for more than 1 s\n");
	tune_close(t);
}

int
main(void)
{
	registration();
	ranges();
	flops();
	learning();
	badsamples();
	switchedoff();
	failing();
	crashing();
	return checkdone();
}
