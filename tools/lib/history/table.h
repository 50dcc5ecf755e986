/* A trend (history/trend.h) as text: a line for each series, and one for each change below it. */
#ifndef HISTORY_TABLE_H
#define HISTORY_TABLE_H

#include "base/buf.h"
#include "json/json.h"

void trendtable(struct buf *out, const json_t *trend);

#endif
