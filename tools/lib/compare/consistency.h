/*
 * What the samples of a receipt must fit, since one bench-run wrote it all: its settings, and each
 * other. Who changes one of them alone is found; who makes up all of them is not.
 */
#ifndef COMPARE_CONSISTENCY_H
#define COMPARE_CONSISTENCY_H

#include "compare/comparison.h"

/*
 * Marks c unfit whose rounds or plan the settings do not ask for, or whose two sides have the same
 * times, every one: no clock gives that, a copy of the numbers does.
 */
void consistencycheck(struct comparison *c, const struct receipt *r, const struct receiptbench *b);

/*
 * Marks those of base and candidate unfit that end before their plan with nothing decided, where
 * the settings have no budget that could have been spent.
 */
void consistencyended(struct comparisons *all, const struct receipt *r);

#endif
