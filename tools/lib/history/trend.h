/*
 * A project's history as one series for each benchmark and CPU model, with the level of each commit
 * and the changes of that level (changes/changes.h). Numbers of different CPU models are never in
 * one series, nor are those that were measured beside a base and those that were not.
 */
#ifndef HISTORY_TREND_H
#define HISTORY_TREND_H

#include "history/lines.h"

/*
 *   {"format": "pgokit-history-report-1", "runs": lines that count, "left_out", "first", "last": dates,
 *    "series": [{"name", "metric", "unit", "better", "cpu": null for numbers without a base, "runs",
 *       "left_out": runs of the oldest that are too many for one series,
 *       "change_pct": of the last commit against the first, by the level,
 *       "places": commits, "first", "last": their dates,
 *       "points": [{"commit", "date", "place": index of the commit,
 *                   "pct", "low_pct", "high_pct": against the first commit; 99 %, null where not known}],
 *       "levels": [{"place": the first one of it, "pct"}],
 *       "changes": [{"place", "commit", "date", "over": commits over which it came,
 *                    "pct", "low_pct", "high_pct": 99 %, "p", "worse": bool, null without direction}]}],
 *    "profiles": [{"date", "commit", "status", "counts", "functions", "functions_hit",
 *                  "total_pct", "overlap_pct", "match_pct"}]}
 * Points are in the order of their commits' dates. The series that changed most come first. The
 * caller's to release.
 */
json_t *trend(const struct lines *l);

#endif
