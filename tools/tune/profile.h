/* Operations' profiles: the table that finds them by size, what each holds. */
#ifndef TUNE_PROFILE_H
#define TUNE_PROFILE_H

#include "tune/state.h"

void delop(struct tune_op *op);
void delprofiles(struct tune_op *op);

/* The slot of that name, made if it may be; -1: none. The tuner's lock is held. */
int slotof(struct tune_op *op, const char *name, bool make);

/* A target was added: profiles that had converged have to look at it. */
void reconsider(struct tune_op *op);

/* Room for what is known of `target`; false without memory. The profile's lock is held. */
bool knownroom(struct tune_profile *p, int target);

/* Targets that can be chosen, as bits. The profile's lock is held. */
uint32_t candidates(const struct tune_profile *p);

/* Counts the runs that happened without a look. The profile's lock is held. */
void countruns(struct tune_profile *p);

/* Adds what the profile holds to the totals. */
void addtotals(struct tune_profile *p, struct tune_totals *all);

/* All profiles that are there, sorted by operation and size; NULL without memory. For free(). */
struct tune_profile **allprofiles(struct tune *t, size_t *n);

#endif
