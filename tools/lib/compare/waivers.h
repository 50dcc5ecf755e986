/* What becomes of a regression that a waiver (decision/waiver_file.h) is for. */
#ifndef COMPARE_WAIVERS_H
#define COMPARE_WAIVERS_H

#include <stdbool.h>

#include "compare/comparison.h"

/*
 * Marks those of the gated benchmarks that regressed by no more than their waiver allows on that
 * day. Returns the waivers, each with what became of it, as `state`: "used", "expired", "exceeded"
 * (it is slower than that), "unused" (it has not regressed) or "unknown" (no such benchmark is
 * gated).
 */
json_t *waiversapply(const json_t *waivers, const char *today, struct comparisons *all);

#endif
