/* What of a benchmark is judged. */
#ifndef DECISION_METRIC_H
#define DECISION_METRIC_H

/* METRIC_OWN: as the benchmark itself says, or nobody. */
enum metric {
	METRIC_OWN,
	METRIC_WALL,
	METRIC_CPU,
	METRIC_INSTRUCTIONS,
	METRIC_PEAK_RSS, /* the largest resident set of one of its processes */
	METRIC_NUMBER,	 /* one that it prints */
	NMETRICS
};

/* "wall", "cpu", "instructions", "peak_rss", "number"; NULL for METRIC_OWN. */
const char *metricname(enum metric m);

/* The metric of that name; METRIC_OWN when there is none, or name is NULL. */
enum metric metricnamed(const char *name);

#endif
