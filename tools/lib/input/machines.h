/* Whether two documents say that they were made on machines of one kind. */
#ifndef INPUT_MACHINES_H
#define INPUT_MACHINES_H

#include "input/document.h"

/*
 * What differs of CPU, cores, system and compiler, where both documents say it, as text for the caller to
 * free; or NULL.
 */
char *machinesdiffer(const struct document *a, const struct document *b);

#endif
