/* Is this llvm-bolt complete: with the runtime of its instrumentation, and merge-fdata? */
#ifndef LLVM_PROBE_BOLT_H
#define LLVM_PROBE_BOLT_H

#include <stdbool.h>

struct boltprobe {
	bool sound;	/* it behaves as an llvm-bolt */
	unsigned major; /* LLVM release */
	char *tool;	/* where to call it: its real file, behind all symbolic links */
	char *runtime;	/* libbolt_rt_instr.a, NULL: missing or of no use */
	char *merge;	/* merge-fdata of the same release, NULL: missing or of no use */
	char why[512];	/* if one of them is */
};

/*
 * Asks the program `path`, whose real file is `real`. Up to LLVM 19 it looks for the runtime in
 * ../lib as seen from the path that it was called by: by /usr/bin/llvm-bolt-19, a symbolic link, it
 * finds none. Called by its real file it always looks where it was installed.
 * merge-fdata is fed two small profiles. Each call may take timeout_s seconds.
 */
void boltprobe(const char *path, const char *real, double timeout_s, struct boltprobe *r);

void boltproberelease(struct boltprobe *r);

#endif
