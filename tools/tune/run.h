/* Running one target, and trying it in a child before. */
#ifndef TUNE_RUN_H
#define TUNE_RUN_H

#include "tune/state.h"

/* Runs a target, without measuring; what it returns. */
int runtarget(struct tune_profile *p, int target, void *args);

/* Counts and drops a target that failed with that status. */
void failed(struct tune_profile *p, int target, int status);

/*
 * Whether that target may run in this process at this size: it has come back from a forked child
 * without failing, now or before. One that has not is dropped.
 */
bool survives(struct tune_profile *p, int target, void *args);

#endif
