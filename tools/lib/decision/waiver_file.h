/*
 * Waivers: regressions that somebody answers for, in a file that is committed. A JSON array of
 *   {"benchmark": its name, "max_pct": how much slower it may be, "reason": why,
 *    "expires": "YYYY-MM-DD", the last day on which it counts}
 */
#ifndef DECISION_WAIVER_FILE_H
#define DECISION_WAIVER_FILE_H

#include "json/json.h"

/* Reads the file, for the caller to decref; fatal when it is not of that shape. */
json_t *waiversread(const char *path);

/* Fatal, naming the file, unless the value is of that shape, and no benchmark is there twice. */
void waiverscheck(const json_t *waivers, const char *path);

#endif
