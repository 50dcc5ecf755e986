/* What a comparison of profiles found, on standard output. */
#ifndef DRIFT_REPORT_H
#define DRIFT_REPORT_H

#include "drift/health.h"
#include "drift/warnings.h"

/* The operands of one side. */
struct driftside {
	char **path;
	uint64_t *weight;
	size_t n;
};

struct driftreport {
	struct driftside old, new;
	const struct drift *d;
	const struct driftmoves *m;
	const struct driftcaveats *c;
	const struct drifthealth *health; /* NULL: not asked for */
	size_t top;			  /* how many of the hottest functions to name */
	double min, mintotal, minoverlap; /* percent, negative: none */
	bool pass;
};

/* Tab-separated lines, after one with the names of the columns if `header` is set. */
void driftprint(const struct driftreport *r, bool header);

/* One JSON object. */
void driftprintjson(const struct driftreport *r);

#endif
