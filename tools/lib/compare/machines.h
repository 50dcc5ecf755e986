/* Whether two documents say that they were made on machines of one kind. */
#ifndef COMPARE_MACHINES_H
#define COMPARE_MACHINES_H

#include "compare/input.h"

/*
 * What differs of CPU, cores, system and compiler, where both documents say it, as text for the caller to
 * free; or NULL.
 */
char *machinesdiffer(const struct document *a, const struct document *b);

#endif
