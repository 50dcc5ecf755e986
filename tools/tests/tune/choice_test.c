/* Choice: thresholds, objectives, confidence, changes of speed, shares, models, what is told. */
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "told.h"

/* Operations as the tuner wants them; the seconds of each target alternate by 1 % up and down. */
static int
operate(struct tune_profile *p, int n, const double *seconds, int target)
{
	int chosen = 0;

	for (int i = 0; i < n; i++) {
		bool measure;
		int k = tune_choose(p, &measure);

		chosen += k == target;
		if (measure)
			(void)tune_record(p, k, seconds[k] * (i & 1 ? 1.01 : 0.99), NAN);
	}
	return chosen;
}

static void
record(struct tune_profile *p, int target, int n, double seconds, double watts)
{
	for (int i = 0; i < n; i++)
		CHECKINT(tune_record(p, target, seconds * (i & 1 ? 1.01 : 0.99), watts), 0);
}

/* All targets in turn; then the best, and one in ten another until it has converged. */
static void
warmup(void)
{
	struct tune_config c = plainly();
	struct tune *t;
	struct tune_profile *p;
	int turn[9];

	c.confidence = 1;
	t = tune_open(&c);
	p = gemm(t, 3);
	for (int i = 0; i < 9; i++) {
		turn[i] = tune_choose(p, NULL);
		(void)tune_record(
			p, turn[i], 1e-3 * (1 + 0.3 * turn[i]) * (1 + 0.08 * (i & 1)), NAN);
	}
	for (int i = 0; i < 9; i++)
		CHECKINT(turn[i], i % 3);
	tune_close(t);
}

static void
exploring(void)
{
	struct tune_config c = plainly();
	const double even[] = {1e-3, 1.001e-3, 1.001e-3};
	struct tune *t;
	struct tune_profile *p;
	int chosen;

	c.sample_rate = 1;
	t = tune_open(&c);
	p = gemm(t, 3);
	operate(p, 20, even, 0);
	chosen = operate(p, 10000, even, tune_best(p));
	CHECK(chosen > 8700 && chosen < 9300);
	c.exploration = 0;
	(void)tune_configure(t, &c);
	CHECKINT(operate(p, 1000, even, tune_best(p)), 1000);
	tune_close(t);
}

/* One slow target of six gets one look, not three. */
static void
hopeless(void)
{
	struct tune_config c = plainly();
	const double seconds[] = {1e-3, 9e-3, 1.1e-3, 1.2e-3, 1.3e-3, 1.4e-3};
	struct tune *t = tune_open(&c);
	struct tune_profile *p = gemm(t, 6);

	operate(p, 18, seconds, 0);
	CHECKINT((int)statsof(p, 1).count, 1);
	CHECKINT(tune_best(p), 0);
	tune_close(t);
}

/* A first sample that was cold is forgotten; an outlier later hardly moves the mean. */
static void
outliers(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = gemm(t, 2);

	record(p, 0, 1, 50e-3, NAN);
	record(p, 0, 9, 1e-3, NAN);
	CHECKNEAR(statsof(p, 0).seconds.mean, 1e-3, 0.01);
	CHECKINT((int)statsof(p, 0).count, 10);
	CHECKNEAR(statsof(p, 0).seconds.max, 50e-3, 0.02);
	record(p, 0, 1, 100e-3, NAN);
	CHECKNEAR(statsof(p, 0).log_mean, log(1e-3), 0.01);
	CHECKINT((int)tune_totals(t).changes, 0);
	tune_close(t);
}

/* An advantage below the threshold needs near certainty, one above it the confidence. */
static void
threshold(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = gemm(t, 2);

	operate(p, 12, (const double[]){1e-3, 1.1e-3}, 0);
	CHECKINT(tune_best(p), 0);
	/* The second one turns out to be 1.5 times as fast as it was: a change, then the best. */
	for (int i = 0; i < 400 && tune_best(p) == 0; i++)
		operate(p, 1, (const double[]){1e-3, 0.7e-3}, 0);
	record(p, 1, 6, 0.7e-3, NAN);
	operate(p, 20, (const double[]){1e-3, 0.7e-3}, 0);
	CHECKINT(tune_best(p), 1);
	tune_close(t);
}

/* The best becomes three times as slow: noticed within the next look, all tried again. */
static void
slower(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = gemm(t, 3);
	const double before[] = {1e-3, 2e-3, 1.5e-3}, after[] = {3e-3, 2e-3, 1.5e-3};

	operate(p, 2000, before, 0);
	CHECKINT(tune_best(p), 0);
	CHECKINT((int)tune_totals(t).changes, 0);
	operate(p, 130, after, 0);
	CHECKINT((int)tune_totals(t).changes, 1);
	CHECKINT(tune_best(p), 2);
	CHECKINT(operate(p, 98, after, 2), 98);
	tune_close(t);
}

/* An objective of its own for each: fast and hungry, slow and frugal. */
static void
objectives(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = gemm(t, 2);
	bool without;

	record(p, 0, 5, 1e-3, 100);
	record(p, 1, 5, 2e-3, 20);
	CHECKINT(tune_best(p), 0);
	c.objective = TUNE_BATTERY;
	(void)tune_configure(t, &c);
	record(p, 1, 1, 2e-3, 20);
	operate(p, 30, (const double[]){1e-3, 2e-3}, 0);
	CHECKINT(tune_best(p), 1);
	/* 0.5 P + 0.3 P / watts + 0.2 S by hand. */
	CHECKNEAR(tune_score(p, 0, &without),
		0.5 * 1000 / (statsof(p, 0).seconds.mean * 1e3 + 1) +
			0.3 * 1000 / (statsof(p, 0).seconds.mean * 1e3 + 1) / 100 +
			0.2 / (1 + sqrt(statsof(p, 0).seconds.variance) * 1e3),
		1e-6);
	CHECK(!without);
	tune_close(t);
}

static void
nopower(void)
{
	struct tune_config c = plainly();
	struct tune *t;
	struct tune_profile *p;
	bool without = false;

	c.objective = TUNE_EFFICIENCY;
	t = tune_open(&c);
	p = gemm(t, 2);
	operate(p, 30, (const double[]){2e-3, 1e-3}, 0);
	CHECKINT(tune_best(p), 1);
	CHECKSTR(told, "tune 'GEMM 64x64x64': power is not known of every target: time decides\n");
	CHECKNEAR(tune_score(p, 1, &without), 0.5 * 1000 / 2 + 0.2, 1e-2);
	CHECK(without);
	tune_close(t);
}

/* Scores are comparable only with power of all, or of none; that it is left out is said. */
static void
mixedpower(void)
{
	struct tune_config c = plainly();
	struct tune *t;
	struct tune_profile *p;
	bool without = true;

	c.objective = TUNE_SCORE;
	t = tune_open(&c);
	p = gemm(t, 2);
	for (int i = 0; i < 20; i++) {
		CHECKINT(tune_record(p, 0, 2e-3, 0.5), 0);
		CHECKINT(tune_record(p, 1, 1e-3, NAN), 0);
	}
	CHECKINT(tune_best(p), 1);
	CHECKSTR(told, "tune 'GEMM 64x64x64': power is not known of every target: "
		       "scores are compared without it\n");
	CHECKNEAR(tune_score(p, 0, &without), 1000.0 / 3 * (0.5 + 0.3 / 0.5) + 0.2, 1e-6);
	CHECK(!without);
	tune_close(t);
}

/* Of long operations stability is most of the score: one sample must not look worse than two. */
static void
onescore(void)
{
	struct tune_config c = plainly();
	struct tune *t;
	struct tune_profile *p;

	c.objective = TUNE_SCORE;
	t = tune_open(&c);
	p = gemm(t, 2);
	CHECKINT(tune_record(p, 0, 60, NAN), 0);
	CHECKINT(tune_record(p, 0, 60, NAN), 0);
	CHECKINT(tune_record(p, 1, 50, NAN), 0);
	CHECKINT(tune_best(p), 1);
	tune_close(t);
}

/* By Student's distribution: two targets, three samples each, t = 2.0 with 4 degrees of freedom. */
static void
student(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = gemm(t, 2);
	const double step = 0.05, apart = 2.0 * step * sqrt(2.0 / 3);

	CHECKNEAR(tune_confidence(p), 0, 0);
	for (int i = -1; i <= 1; i++) {
		(void)tune_record(p, 0, 1e-3 * exp(i * step), NAN);
		(void)tune_record(p, 1, 1e-3 * exp(apart + i * step), NAN);
	}
	CHECKINT(tune_best(p), 0);
	/* P(t4 < 2.0) = 0.9419; the approximation is good to 0.01 there. */
	CHECK(fabs(tune_confidence(p) - 0.9419) < 0.01);
	tune_close(t);
}

struct pieces {
	int64_t done[64];
};

static int
part(void *context, void *args, int64_t first, int64_t count)
{
	struct pieces *p = args;

	for (int64_t i = first; i < first + count; i++) {
		struct timespec us = {.tv_nsec = *(const long *)context};

		nanosleep(&us, NULL);
		p->done[i]++;
	}
	return 0;
}

static int
nopart(void *context, void *args, int64_t first, int64_t count)
{
	(void)context;
	(void)args;
	(void)first;
	(void)count;
	return 5;
}

/* Every piece once, and three times as many to the target that is three times as fast. */
static void
shares(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_op *op = tune_operation(t, "rows");
	struct tune_profile *p = tune_at(op, (const int64_t[]){64}, 1);
	struct pieces done = {{0}};
	long quick = 1000000, slow = 3000000;
	int wrong = 0;

	CHECKINT(tune_split(p, 64, &done), TUNE_NOTARGET);
	tune_target(op, &(struct tune_target){.name = "quick", .part = part, .context = &quick});
	tune_target(op, &(struct tune_target){.name = "slow", .part = part, .context = &slow});
	CHECK(isnan(tune_share(p, 0)));
	for (int i = 0; i < 4; i++)
		CHECKINT(tune_split(p, 64, &done), 0);
	for (int i = 0; i < 64; i++)
		wrong += done.done[i] != 4;
	CHECKINT(wrong, 0);
	/* nanosleep takes a little longer than asked, and more on a busy machine. */
	CHECK(tune_share(p, 0) > 0.6 && tune_share(p, 0) < 0.85);
	CHECKNEAR(tune_share(p, 0) + tune_share(p, 1), 1, 1e-9);
	CHECKINT(tune_split(p, 0, &done), TUNE_INVALID);
	tune_target(op, &(struct tune_target){.name = "bad", .part = nopart});
	CHECKINT(tune_split(p, 64, &done), 5);
	CHECKINT(tune_split(p, 64, &done), 0);
	tune_close(t);
}

/* The first call takes 300 ms longer. */
static int
coldpart(void *context, void *args, int64_t first, int64_t count)
{
	struct timespec start = {.tv_nsec = 300000000};
	bool *warm = context;
	long us = 1000;

	if (!*warm)
		nanosleep(&start, NULL);
	*warm = true;
	return part(&us, args, first, count);
}

/* What a target pays once does not keep it from getting work for ever. */
static void
coldshares(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_op *op = tune_operation(t, "rows");
	struct tune_profile *p = tune_at(op, (const int64_t[]){64}, 1);
	struct pieces done = {{0}};
	bool warm = false;
	long us = 1000;

	tune_target(op, &(struct tune_target){.name = "ready", .part = part, .context = &us});
	tune_target(op, &(struct tune_target){.name = "cold", .part = coldpart, .context = &warm});
	CHECKINT(tune_split(p, 64, &done), 0);
	CHECK(isnan(tune_share(p, 0)) && isnan(tune_share(p, 1)));
	CHECKINT(tune_split(p, 64, &done), 0);
	/* 32 rows in 332 ms would have been a share of 0.0002. */
	CHECK(tune_share(p, 1) > 0.1);
	tune_close(t);
}

static int
counted(void *context, void *args, int64_t first, int64_t count)
{
	(void)first;
	atomic_fetch_add((_Atomic int64_t *)args, count);
	return *(int *)context;
}

/* Numbers of units that a double does not hold are divided to the last one. */
static void
hugeshares(void)
{
	static const int64_t UNITS[] = {1, 2, ((int64_t)1 << 53) + 1, INT64_MAX - 1, INT64_MAX};
	struct tune_config c = plainly();
	int fine = 0;

	for (int i = 0; i < 15; i++) {
		struct tune *t = tune_open(&c);
		struct tune_op *op = tune_operation(t, "rows");
		struct tune_profile *p = tune_at(op, (const int64_t[]){64}, 1);
		_Atomic int64_t done = 0;

		for (int n = 0; n <= i / 5; n++) {
			char name[] = {(char)('a' + n), '\0'};

			tune_target(op, &(struct tune_target){
						.name = name, .part = counted, .context = &fine});
		}
		CHECKINT(tune_split(p, UNITS[i % 5], (void *)&done), 0);
		CHECKINT(done, UNITS[i % 5]);
		tune_close(t);
	}
}

static int
doze(void *context, void *args)
{
	struct timespec us = {.tv_nsec = *(const long *)context};

	(void)args;
	return nanosleep(&us, NULL);
}

static int
fails(void *context, void *args)
{
	(void)context;
	(void)args;
	return 9;
}

/* Three operations in two steps; what a pass takes, by the targets' means. */
static void
model(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_op *op = tune_operation(t, "layer");
	long slow = 2000000, quick = 200000;
	struct tune_step steps[] = {{.op = op, .dims = {1}, .ndims = 1, .repeat = 12},
		{.op = op, .dims = {2}, .ndims = 1, .repeat = 1}};
	struct tune_model r;
	char *text = NULL;
	size_t size;
	FILE *f;

	tune_target(op, &(struct tune_target){.name = "slow", .run = doze, .context = &slow});
	tune_target(op, &(struct tune_target){.name = "quick", .run = doze, .context = &quick});
	CHECKINT(tune_model(t, "net", steps, 2, 100, &r), 0);
	CHECK(r.converged);
	CHECK(r.operations >= 20 && r.operations < 200);
	CHECK(r.baseline > 13 * 2e-3 && r.best > 13 * 2e-4 && r.best < r.baseline);
	CHECKINT(tune_model(t, "net", steps, 2, 0, &r), TUNE_INVALID);
	/* One step has only a target that fails: the other one is tuned all the same. */
	CHECKINT(tune_reset(t, NULL), 0);
	steps[0].op = tune_operation(t, "broken");
	tune_target(steps[0].op, &(struct tune_target){.name = "fails", .run = fails});
	CHECKINT(tune_model(t, "half", steps, 2, 100, &r), 9);
	CHECK(!r.converged && r.operations >= 11);
	CHECK(tune_converged(tune_at(op, steps[1].dims, 1)));
	CHECKINT(tune_best(tune_at(steps[0].op, steps[0].dims, 1)), TUNE_NOTARGET);
	steps[1].repeat = 0;
	CHECKINT(tune_model(t, "net", steps, 2, 100, &r), TUNE_INVALID);
	f = open_memstream(&text, &size);
	CHECKINT(tune_summary(t, f), 0);
	fclose(f);
	CHECK(strstr(text, "\nlayer 1 "));
	CHECK(strstr(text, "\nnet "));
	free(text);
	tune_close(t);
}

static int
recommended(void *arg, const struct tune_recommendation *r)
{
	++*(int *)arg;
	CHECKSTR(r->operation, "GEMM");
	CHECKSTR(r->target, "b");
	CHECKSTR(r->baseline, "a");
	CHECKNEAR(r->speedup, 4, 0.02);
	CHECKNEAR(r->flops, 2.0 * 64 * 64 * 64 / 1e-3, 0.02);
	CHECK(r->converged && r->confidence > 0.99);
	return 17;
}

static void
reports(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = gemm(t, 2);
	char *text = NULL;
	size_t size;
	int n = 0;
	FILE *f;

	operate(p, 50, (const double[]){4e-3, 1e-3}, 0);
	CHECKINT(tune_recommend(t, recommended, &n), 17);
	CHECKINT(n, 1);
	f = open_memstream(&text, &size);
	CHECKINT(tune_export(t, f, TUNE_CSV), 0);
	fclose(f);
	CHECK(strstr(text, "operation,dims,target,best,runs,samples,"));
	CHECK(strstr(text, "\n\"GEMM\",64x64x64,\"a\",0,"));
	CHECK(strstr(text, "\n\"GEMM\",64x64x64,\"b\",1,"));
	free(text);
	f = open_memstream(&text, &size);
	CHECKINT(tune_export(t, f, TUNE_JSON), 0);
	fclose(f);
	CHECK(strstr(text, "\"target\": \"b\""));
	CHECK(strstr(text, "\"watts_mean\": null"));
	free(text);
	f = fopen("/dev/full", "we");
	CHECKINT(tune_export(t, f, TUNE_CSV), TUNE_IO);
	fclose(f);
	CHECKINT(tune_reset(t, "other"), 0);
	CHECK(statsof(p, 1).count > 0);
	CHECKINT(tune_reset(t, "GEMM"), 0);
	CHECKINT((int)statsof(p, 1).count, 0);
	CHECKINT(tune_best(p), TUNE_NOTARGET);
	tune_close(t);
}

/* A made accelerator, with words for its errors. */
struct device {
	int started, released, status;
	int64_t seen;
};

static int
start(void *context)
{
	return ((struct device *)context)->started++ ? 3 : 0;
}

static int
launch(void *context, const char *operation, const int64_t dims[], int ndims, void *args)
{
	struct device *d = context;

	(void)args;
	CHECKSTR(operation, "GEMM");
	d->seen = dims[ndims - 1];
	return d->status;
}

static const char *
means(void *context, int status)
{
	(void)context;
	return status == 3 ? "out of memory" : "other";
}

static void
stop(void *context)
{
	((struct device *)context)->released++;
}

static void
adapters(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_op *op = tune_operation(t, "GEMM");
	struct device d = {0};
	struct tune_adapter a = {.name = "gpu",
		.init = start,
		.run = launch,
		.error = means,
		.release = stop,
		.context = &d};

	CHECKINT(tune_adapt(op, &a), 0);
	/* A second time with the same device: it stays as it is. */
	CHECKINT(tune_adapt(op, &a), TUNE_EXISTS);
	CHECKSTR(told, "register 'gpu': 'GEMM' has a target of that name\n");
	CHECKINT(d.released, 0);
	told[0] = '\0';
	CHECKINT(tune_run(op, (const int64_t[]){2, 3, 4}, 3, NULL), 0);
	CHECKINT(d.seen, 4);
	d.status = 3;
	CHECKINT(tune_run(op, (const int64_t[]){2, 3, 4}, 3, NULL), 3);
	CHECKINT(tune_run(op, (const int64_t[]){2, 3, 4}, 3, NULL), TUNE_NOTARGET);
	a.name = "second";
	CHECKINT(tune_adapt(op, &a), TUNE_NOTARGET);
	CHECKSTR(told, "drop 'gpu' of 'GEMM 2x3x4': it failed with 3: out of memory\n"
		       "start 'second': out of memory\n");
	CHECKINT(d.released, 0);
	tune_close(t);
	CHECKINT(d.released, 1);
}

int
main(void)
{
	warmup();
	exploring();
	hopeless();
	outliers();
	threshold();
	slower();
	objectives();
	nopower();
	mixedpower();
	onescore();
	student();
	shares();
	coldshares();
	hugeshares();
	model();
	reports();
	adapters();
	return checkdone();
}
