/*
 * The implementations of each operation, as targets of pgokit-tune: run() is what a target of it
 * has to be, with the operation's struct as args and no context.
 */
#ifndef KERNELS_TARGETS_H
#define KERNELS_TARGETS_H

#include <stddef.h>

struct kernel_target {
	const char *name;
	/* NULL when this machine can run it, else why not (static storage). */
	const char *(*missing)(void);
	/* NULL where no kernel ships. */
	int (*run)(void *context, void *args);
};

struct kernel_operation {
	const char *name; /* its args: */
	const struct kernel_target *targets;
	size_t count;
};

/* GEMM: struct gemm; Conv2D: struct conv2d; Transformer: struct transformer. Plain comes first. */
enum { KERNEL_OPERATIONS = 3 };
extern const struct kernel_operation kernel_operations[KERNEL_OPERATIONS];

#endif
