/* Which target runs next, which is the best, which samples count. */
#ifndef TUNE_CHOOSE_H
#define TUNE_CHOOSE_H

#include "tune/state.h"

/* After a sample: the best target, confidence, convergence. The profile's lock is held. */
void decide(struct tune_profile *p);

/* A number from 0 to below 1. */
double randomly(struct tune *t);

/* So many samples in a row may be distrusted before the next one counts all the same. */
enum { TRUSTED_AFTER = 3 };

/* Whether a sample of that target, which looks wrong, is to be left out: always, or a few times. */
bool distrust(struct tune_profile *p, int target, bool always);

#endif
