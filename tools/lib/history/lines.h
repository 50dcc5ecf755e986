/*
 * The lines of a history: what each run of a project measured, one JSON object a line, the oldest
 * first. Whoever can push to the branch wrote them, so each is checked, and one that is not of this
 * shape is left out, with a warning.
 *
 *   {"format": "pgokit-history-1", "id": text of at most 200 bytes; of two lines the first counts,
 *    "kind": "gate", "value" or "profile", "date": when it ran, as 2026-01-31T12:00:00Z,
 *    "commit": hexadecimal, 7 to 64, "committed": its date}
 * gate: two commits, measured in turns on one machine
 *    "base", "base_committed": as commit; "confidence": of the intervals, within 0 and 1;
 *    "machine": {"cpu": text};
 *    "benches": [{"name", "metric", "unit": texts, "better": "lower", "higher" or null,
 *                 "base", "head": medians, above 0 to 1e18; of time in seconds, with unit "";
 *                 "change_pct" above -100 to 1e8, "low_pct", "high_pct": null where it is exact}]
 * value: numbers of one commit, as others measure; the machine is not known
 *    "benches": [{"name", "unit", "better", "value": above 0 to 1e18}]
 * profile: a weekly profile
 *    "status": text; "counts", "functions", "functions_hit" and, beside the last profile,
 *    "total_pct", "overlap_pct", "match_pct": numbers or null
 */
#ifndef HISTORY_LINES_H
#define HISTORY_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "json/json.h"

enum { HISTORY_MAX = 64 << 20 };   /* bytes of a history */
enum { LINES_MAX = 100000 };	   /* lines of it */
enum { LINE_BENCHES_MAX = 10000 }; /* benchmarks of a line */
enum { HISTORY_NAME_MAX = 500 };   /* bytes of a text in it */

struct lines {
	json_t **of; /* in the order of the file */
	size_t n;
	size_t left_out;
};

/* "-" is standard input. Fatal when it cannot be read, or is larger. */
void linesread(struct lines *l, const char *path);
void linesrelease(struct lines *l);

#endif
