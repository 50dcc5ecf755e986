/*
 * Waivers: regressions that somebody answers for, in a file that is committed. A JSON array of
 *   {"benchmark": its name, "max_pct": how much slower it may be, "reason": why,
 *    "expires": "YYYY-MM-DD", the last day on which it counts}
 */
#ifndef COMPARE_WAIVERS_H
#define COMPARE_WAIVERS_H

#include <stdbool.h>

#include "compare/comparison.h"

/* Reads the file, for the caller to decref; fatal when it is not of that shape. */
json_t *waiversread(const char *path);

/* Fatal, naming the file, unless the value is of that shape, and no benchmark is there twice. */
void waiverscheck(const json_t *waivers, const char *path);

/* Whether s is a day of the calendar as YYYY-MM-DD; such strings sort by date. */
bool isdate(const char *s);

/*
 * Marks those of the gated benchmarks that regressed by no more than their waiver allows on that
 * day. Returns the waivers, each with what became of it, as `state`: "used", "expired", "exceeded"
 * (it is slower than that), "unused" (it has not regressed) or "unknown" (no such benchmark is
 * gated).
 */
json_t *waiversapply(const json_t *waivers, const char *today, struct contests *all);

#endif
