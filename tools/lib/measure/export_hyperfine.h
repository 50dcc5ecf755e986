/* The samples as another tool's readers know them. */
#ifndef MEASURE_EXPORT_HYPERFINE_H
#define MEASURE_EXPORT_HYPERFINE_H

#include "plan/plan.h"
#include "measure/samples.h"

/*
 * Writes the samples in the format of `hyperfine --export-json` (1.20), times in seconds; "command"
 * is the arm, or benchmark/arm where there are several benchmarks. Counted instructions are not
 * among them.
 */
void hyperfinewrite(const char *path, const struct plan *p, const struct series *ser);

#endif
