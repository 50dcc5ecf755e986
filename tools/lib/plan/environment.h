/* What the command of an arm finds in its environment. */
#ifndef PLAN_ENVIRONMENT_H
#define PLAN_ENVIRONMENT_H

#include "plan/plan.h"

/* Exports PGOKIT_BINARY for the arm, or removes it; moves its tree to where commands run. */
void armenter(const struct arm *a);

/*
 * The same, HOME and TMPDIR of its own if it has them, and PGOKIT_PAD: as many bytes as it takes
 * for arguments, environment and file name of the command, which the kernel puts at the start of
 * its stack, to be as long for each arm of the benchmark, and whole pages. Otherwise an arm whose
 * path is longer runs on another alignment of the stack, which alone can make some percent
 * (Mytkowicz, Diwan, Hauswirth, Sweeney, ASPLOS 2009). Elsewhere (measure/places.h) it is more.
 */
void laneenter(const struct plan *p, const struct bench *b, size_t arm, unsigned place);

#endif
