/* The metrics and their names. */
#include <stddef.h>
#include <string.h>

#include "decision/metric.h"

static const char *const names[NMETRICS] = {[METRIC_WALL] = "wall",
	[METRIC_CPU] = "cpu",
	[METRIC_INSTRUCTIONS] = "instructions",
	[METRIC_PEAK_RSS] = "peak_rss",
	[METRIC_NUMBER] = "number"};

const char *
metricname(enum metric m)
{
	return names[m];
}

enum metric
metricnamed(const char *name)
{
	for (enum metric m = METRIC_OWN + 1; name && m < NMETRICS; m++)
		if (!strcmp(names[m], name))
			return m;
	return METRIC_OWN;
}
