/* Units of time. */
#ifndef DECISION_UNIT_H
#define DECISION_UNIT_H

/* The seconds in one of "s", "ms", "us", "ns"; NAN for any other unit. */
double unitseconds(const char *unit);

#endif
