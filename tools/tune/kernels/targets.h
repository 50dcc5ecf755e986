/*
 * The implementations of each operation, as targets of pgokit-tune: run() is what a target of it
 * has to be, with the operation's struct as args and no context.
 */
#ifndef KERNELS_TARGETS_H
#define KERNELS_TARGETS_H

#include <stddef.h>
#include <stdint.h>

struct kernel_target {
	const char *name;
	/* NULL when this machine can run it, else why not (static storage). */
	const char *(*missing)(void);
	/* NULL where no kernel ships. */
	int (*run)(void *context, void *args);
	/* Rows of C, or images, for tune_split; NULL where it cannot be divided, or has threads. */
	int (*part)(void *context, void *args, int64_t first, int64_t count);
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
