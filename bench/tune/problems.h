/* The operations and sizes that are measured, with numbers to work on. */
#ifndef PROBLEMS_H
#define PROBLEMS_H

#include <stddef.h>
#include <stdint.h>

#include "tune/kernels/targets.h"

enum { PROBLEM_DIMS = 5, PROBLEMS = 6 };

struct problem {
	const struct kernel_operation *operation;
	const char *size;
	int64_t dims[PROBLEM_DIMS];
	int ndims;
};

extern const struct problem problems[PROBLEMS];

/*
 * The args of a problem's targets, with numbers drawn from a fixed seed; fatal without memory. They
 * stay until the program ends.
 */
void *problem_args(const struct problem *p);

#endif
