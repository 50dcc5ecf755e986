/* A tuner for tests that says what it has to say into `told`, and two-target profiles. */
#ifndef TOLD_H
#define TOLD_H

#include "check.h"
#include "tune/pgokit-tune.h"

static char told[8192];

static inline void
tell(void *arg, const char *message)
{
	size_t n = strlen(told);

	(void)arg;
	snprintf(told + n, sizeof(told) - n, "%s\n", message);
}

/* Nothing of the machine has a part in it; random choices are the same each time. */
static inline struct tune_config
plainly(void)
{
	struct tune_config c = tune_defaults();

	c.report = tell;
	c.seed = 1;
	c.distrust = false;
	c.powercap = NULL;
	told[0] = '\0';
	return c;
}

/* The profile 64x64x64 of GEMM with n targets called a, b and so on. */
static inline struct tune_profile *
gemm(struct tune *t, int n)
{
	struct tune_op *op = tune_operation(t, "GEMM");

	for (int i = 0; i < n; i++) {
		char name[] = {(char)('a' + i), '\0'};

		(void)tune_target(op, &(struct tune_target){.name = name});
	}
	return tune_at(op, (const int64_t[]){64, 64, 64}, 3);
}

static inline struct tune_stats
statsof(struct tune_profile *p, int target)
{
	struct tune_stats s = {0};

	CHECKINT(tune_stats(p, target, &s), 0);
	return s;
}

#endif
