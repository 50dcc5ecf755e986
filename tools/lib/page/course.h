/* Plots of a history: how something went from commit to commit. */
#ifndef PAGE_COURSE_H
#define PAGE_COURSE_H

#include "base/buf.h"
#include "json/json.h"

/* A series of a trend (history/trend.h), with its changes; its colour is that of this number. */
void putcourse(struct buf *out, const json_t *series, size_t number);

/* Of the profiles of a trend: the share of functions hit, and the overlap with the one before. */
void putprofilecourse(struct buf *out, const json_t *profiles);

#endif
