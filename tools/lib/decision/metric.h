/* What of a benchmark is judged. */
#ifndef DECISION_METRIC_H
#define DECISION_METRIC_H

/* METRIC_OWN: as the benchmark itself says, or nobody. */
enum metric { METRIC_OWN, METRIC_WALL, METRIC_CPU, METRIC_INSTRUCTIONS, NMETRICS };

/* "wall", "cpu", "instructions"; NULL for METRIC_OWN. */
const char *metricname(enum metric m);

/* The metric of that name; METRIC_OWN when there is none, or name is NULL. */
enum metric metricnamed(const char *name);

#endif
