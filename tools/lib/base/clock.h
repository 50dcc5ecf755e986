/* Times and days. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>

/* Monotonic seconds. */
double clocknow(void);

/* The time now as RFC 3339 in UTC, to the second (static storage). */
const char *utcnow(void);

/* Whether s is a day of the calendar as YYYY-MM-DD; such strings sort by date. */
bool isdate(const char *s);

#endif
