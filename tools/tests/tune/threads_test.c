/* Sixteen threads on one tuner: nothing is lost, nothing is run twice, the best is found. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "told.h"

enum { THREADS = 16, RUNS = 3000, SIZES = 40 };

static struct tune *tuner;
static _Atomic uint64_t ran;

static int
work(void *context, void *args)
{
	volatile int n = *(const int *)context;

	(void)args;
	while (n)
		n--;
	atomic_fetch_add(&ran, 1);
	return 0;
}

static void *
run(void *arg)
{
	static int quick = 200, slow = 4000;
	struct tune_op *op = tune_operation(tuner, "op");
	int64_t dims[2] = {0, 0};

	(void)tune_target(op, &(struct tune_target){"slow", work, NULL, NULL, NULL, &slow});
	(void)tune_target(op, &(struct tune_target){"quick", work, NULL, NULL, NULL, &quick});
	for (int i = 0; i < RUNS; i++) {
		dims[0] = i % SIZES;
		if (tune_run(op, dims, 2, NULL))
			return arg;
		if (i % 500 == 0) {
			struct tune_config c = tune_configuration(tuner);

			c.sample_rate = 50 + (unsigned)(i % 3);
			if (tune_configure(tuner, &c))
				return arg;
		}
		if (i % 1000 == 999 && tune_save(tuner, NULL))
			return arg;
	}
	return NULL;
}

int
main(void)
{
	struct tune_config c = plainly();
	char folder[] = "/tmp/tune-threads.XXXXXX", path[64], clean[80];
	pthread_t thread[THREADS];
	struct tune_totals sum;
	void *failed;
	int best = 0;

	if (!mkdtemp(folder))
		return 2;
	snprintf(path, sizeof(path), "%s/p.json", folder);
	c.path = path;
	tuner = tune_open(&c);
	for (int i = 0; i < THREADS; i++)
		CHECKINT(pthread_create(&thread[i], NULL, run, folder), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &failed);
		CHECK(!failed);
	}
	CHECKINT((int)ran, THREADS * RUNS);
	sum = tune_totals(tuner);
	CHECKINT((int)sum.profiles, SIZES);
	CHECKINT((int)sum.operations, THREADS * RUNS);
	CHECK(sum.samples > 0 && sum.samples < sum.operations);
	CHECKINT(tune_targets(tune_operation(tuner, "op")), 2);
	for (int64_t i = 0; i < SIZES; i++) {
		struct tune_profile *p =
			tune_at(tune_operation(tuner, "op"), (const int64_t[]){i, 0}, 2);

		best += !strcmp(
			tune_target_name(tune_operation(tuner, "op"), tune_best(p)), "quick");
	}
	/* Twenty times as fast: no noise of a busy machine hides that everywhere. */
	CHECK(best > SIZES * 3 / 4);
	CHECKINT(tune_close(tuner), 0);
	snprintf(clean, sizeof(clean), "rm -r -- %s", folder);
	CHECKINT(system(clean), 0);
	return checkdone();
}
