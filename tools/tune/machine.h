/* What the machine tells: which it is, energy, what it did while a target ran. */
#ifndef TUNE_MACHINE_H
#define TUNE_MACHINE_H

#include "tune/state.h"

/*
 * The CPU model by a file like /proc/cpuinfo, "NAME family F model M" on x86, implementer and part
 * elsewhere; the kernel's name of the architecture when it says neither.
 */
void machine(char *to, size_t size, const char *cpuinfo);

/* The first line of a file, without its end; false, and an empty one, when it cannot be read. */
bool linein(const char *path, char *line, int size);

/* The whole number that is that word, from 0 on, of a file's first line; false: there is none. */
bool numberin(const char *path, int word, int64_t *n);

/*
 * Joules that the packages have used since the tuner first looked; NAN when powercap has no counter
 * that this user may read. A counter that wraps around is seen through, once between two looks.
 */
double joules(struct tune *t);

/* Fills what a scope keeps of the machine: cheap where the operation is short. */
void witness(struct tune_scope *s, const struct tune_config *c, bool closely);

/* Whether a sample of so many seconds since then is to be believed. */
bool believable(const struct tune_scope *s, const struct tune_config *c, double seconds);

#endif
