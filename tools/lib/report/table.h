/* A verdict (compare/verdict.h) for people. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "json/json.h"

/* The table on standard output: a line per benchmark, the mean of all, the outcome. */
void tableprint(const json_t *verdict);

/* Says on standard error why an outcome is not a pass, and what would settle it. */
void tableadvise(const json_t *verdict);

#endif
