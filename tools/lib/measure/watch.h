/*
 * Before anything is measured: does each arm execute its program, every time, and does it leave
 * files that another arm would find?
 */
#ifndef MEASURE_WATCH_H
#define MEASURE_WATCH_H

#include <stdbool.h>

#include "measure/executor.h"
#include "measure/measure.h"
#include "plan/plan.h"
#include "measure/samples.h"

/*
 * Runs each benchmark twice in each arm, traced and untimed: the first run may leave what the
 * second finds. What is seen is in ser[].seen and ser[].leaves. Where files are left in the present
 * folder and set->own names a place, each arm gets a copy of the folder there. False, after a
 * message, when a command failed, or when what was seen would make the verdict invalid.
 */
bool watchall(
	const struct sampler *sm, struct plan *p, const struct settings *set, struct series *ser);

#endif
