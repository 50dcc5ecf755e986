/* Folders of each arm's own, so that none finds what another has left. */
#ifndef PLAN_ARM_FOLDERS_H
#define PLAN_ARM_FOLDERS_H

#include "plan/plan.h"

/*
 * Makes a HOME and a TMPDIR for each arm, in one folder in TMPDIR that is removed at the end,
 * however that comes. Fatal when it cannot.
 */
void ownmake(struct plan *p);

/*
 * Makes a slowed copy of the program of each arm that is to be slower, in its folder; what cannot
 * be slowed so has the reason in .unslowed.
 */
void ownslow(struct plan *p);

/* Sets HOME, TMPDIR and what goes with them to those of the arm. Their paths are of one length. */
void ownenter(const struct arm *a);

/*
 * Copies the present folder for each arm, below `under`, which is made if need be: each arm works
 * in its own from now on, which is the caller's to remove. NULL, or why that cannot be.
 */
const char *ownfolders(struct plan *p, const char *under);

#endif
