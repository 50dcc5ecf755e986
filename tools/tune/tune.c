/* A tuner: open, close, reset, totals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tune/machine.h"
#include "tune/message.h"
#include "tune/profile.h"
#include "tune/store.h"
#include "tune/tune.h"

struct tune *
mktune(const struct tune_config *c)
{
	struct tune *t = calloc(1, sizeof(*t));
	struct settings *s = t ? mksettings(c) : NULL;
	struct timespec now;

	if (!s) {
		free(t);
		return NULL;
	}
	pthread_mutex_init(&t->lock, NULL);
	pthread_mutex_init(&t->file_lock, NULL);
	pthread_mutex_init(&t->power_lock, NULL);
	atomic_init(&t->settings, s);
	clock_gettime(CLOCK_REALTIME, &now);
	atomic_init(&t->random, c->seed ? c->seed
					: (uint64_t)now.tv_sec * 1000000007U +
						  (uint64_t)now.tv_nsec + (uint64_t)getpid());
	machine(t->machine, sizeof(t->machine), "/proc/cpuinfo");
	return t;
}

void
deltune(struct tune *t)
{
	struct tune_op *op = atomic_load(&t->ops);

	while (op) {
		struct tune_op *next = op->next;

		delop(op);
		op = next;
	}
	while (t->models) {
		struct model *m = t->models;

		t->models = m->next;
		free(m);
	}
	forgetfiles(t);
	freesettings(atomic_load(&t->settings));
	pthread_mutex_destroy(&t->power_lock);
	pthread_mutex_destroy(&t->file_lock);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

struct tune *
tune_open(const struct tune_config *c)
{
	struct tune_config defaults = tune_defaults();
	struct tune *t = mktune(c ? c : &defaults);

	/* What is wrong with the file has been said; learning starts anew. */
	if (t && config(t)->persistent)
		(void)tune_load(t, NULL);
	return t;
}

int
tune_close(struct tune *t)
{
	int result;

	if (!t)
		return 0;
	result = config(t)->persistent ? tune_save(t, NULL) : 0;
	deltune(t);
	return result;
}

const char *
tune_machine(struct tune *t)
{
	return t->machine;
}

struct tune_totals
tune_totals(struct tune *t)
{
	struct tune_totals all = {
		.distrusted = atomic_load(&t->distrusted),
		.failures = atomic_load(&t->failures),
		.dropped = atomic_load(&t->dropped),
		.changes = atomic_load(&t->changes),
	};

	for (struct tune_op *op = atomic_load(&t->ops); op; op = op->next) {
		struct table *table = atomic_load(&op->table);

		for (size_t i = 0; table && i < table->size; i++) {
			struct tune_profile *p = atomic_load(&table->at[i]);

			if (p)
				addtotals(p, &all);
		}
	}
	return all;
}
