/* What bench-run is asked: its command line. */
#ifndef MEASURE_OPTIONS_H
#define MEASURE_OPTIONS_H

#include <stdbool.h>

#include "measure/measure.h"
#include "plan/plan.h"

struct request {
	const char *receipt, *export; /* absolute or "-"; NULL: not wanted */
	struct settings set;
	bool seeded;	       /* set.seed was asked for */
	struct criteria rules; /* of set.decide */
	struct plan plan;
};

/*
 * Reads options and plan into q, which is zeroed, and goes to the folder where the commands run.
 * Does not return for -h, and is fatal for what makes no sense.
 */
void requestread(struct request *q, int argc, char **argv);

#endif
