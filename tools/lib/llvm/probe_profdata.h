/* Which raw profiles does this llvm-profdata read? Asked of the tool itself, not of its version. */
#ifndef LLVM_PROBE_PROFDATA_H
#define LLVM_PROBE_PROFDATA_H

#include <stdbool.h>

struct profprobe {
	bool sound;	  /* it behaves as an llvm-profdata */
	unsigned version; /* the raw version it reads, 0: none that was asked for */
	char why[160];	  /* if it is not sound */
};

/*
 * Feeds the program `path` profiles that consist of a header alone: first one of a version that
 * does not exist, which it has to refuse, then one of version `wanted`, and if it refuses that too
 * and `all` is set, those of all versions known. Each call may take timeout_s seconds.
 */
void profprobe(const char *path, unsigned wanted, bool all, double timeout_s, struct profprobe *r);

/* The release in what a tool of LLVM prints for --version, 0 when there is none. */
unsigned llvmmajor(const char *text);

/* The release that the program `path` says it is of; vendors may say anything. */
unsigned llvmrelease(const char *path, double timeout_s);

#endif
