/* Tuning a model: its operations, in passes, until each knows its best target. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tune/message.h"
#include "tune/model.h"

void
keepmodel(struct tune *t, struct model *m, bool replace)
{
	struct model **at, *old;

	pthread_mutex_lock(&t->lock);
	for (at = &t->models; *at && strcmp((*at)->name, m->name); at = &(*at)->next)
		;
	old = *at;
	if (old && !replace) {
		old = m;
	} else {
		m->next = old ? old->next : NULL;
		*at = m;
	}
	pthread_mutex_unlock(&t->lock);
	free(old);
}

/* The mean seconds of a target; NAN: no sample. */
static double
seconds(struct tune_profile *p, int target)
{
	struct tune_stats s;

	if (target < 0 || target >= tune_targets(p->op) || tune_stats(p, target, &s))
		return NAN;
	return s.seconds.mean;
}

struct tune_model
modelresult(const struct model *m)
{
	struct tune_model r = {.confidence = 1, .converged = true};

	for (int i = 0; i < m->n; i++) {
		struct tune_profile *p = m->step[i].profile;
		double repeat = m->step[i].repeat;
		int baseline = atomic_load(&p->op->baseline);

		r.baseline += repeat * seconds(p, baseline < 0 ? 0 : baseline);
		r.best += repeat * seconds(p, tune_best(p));
		r.confidence = fmin(r.confidence, tune_confidence(p));
		r.converged = r.converged && tune_converged(p);
	}
	return r;
}

/* One pass over what has not converged; counts runs. The first error. */
static int
pass(const struct model *m, const struct tune_step steps[], uint64_t *operations)
{
	int first = 0;

	for (int i = 0; i < m->n; i++) {
		int status;

		if (tune_converged(m->step[i].profile))
			continue;
		status = tune_run_at(m->step[i].profile, steps[i].args);
		if (status != TUNE_NOTARGET)
			++*operations;
		first = first ? first : status;
	}
	return first;
}

static struct model *
mkmodel(const char *name, const struct tune_step steps[], int n)
{
	struct model *m = calloc(1, sizeof(*m) + (size_t)n * sizeof(*m->step));

	if (!m)
		return NULL;
	snprintf(m->name, sizeof(m->name), "%s", name);
	m->n = n;
	for (int i = 0; i < n; i++) {
		m->step[i].repeat = steps[i].repeat;
		m->step[i].profile = steps[i].repeat
					     ? tune_at(steps[i].op, steps[i].dims, steps[i].ndims)
					     : NULL;
		if (!m->step[i].profile) {
			free(m);
			return NULL;
		}
	}
	return m;
}

int
tune_model(struct tune *t, const char *name, const struct tune_step steps[], int n, unsigned limit,
	struct tune_model *result)
{
	uint64_t operations = 0, before;
	struct model *m;
	int status = 0;

	if (!validname(name) || n < 1 || !limit)
		return fail(t, TUNE_INVALID,
			"tune a model: it has no valid name, no steps, or a limit of 0");
	m = mkmodel(name, steps, n);
	if (!m)
		return fail(t, TUNE_INVALID,
			"tune model '%s': a step has no valid size or repetitions, or no memory",
			name);
	do {
		int error;

		before = operations;
		error = pass(m, steps, &operations);
		status = status ? status : error;
	} while (operations > before && --limit);
	if (result) {
		*result = modelresult(m);
		result->operations = operations;
	}
	keepmodel(t, m, true);
	return status;
}
