/*
 * Which processes of instrumented programs a command starts, and which of them leave no profile, by
 * the reason. Executables only: a process that loads an instrumented library is not among them.
 */
#ifndef RUN_WATCH_H
#define RUN_WATCH_H

#include <jansson.h>
#include <stdint.h>

#include "run/trace.h"

struct program;
struct family;
struct loss;

struct watch {
	struct trace trace; /* for the run */
	const char *dir; /* where LLVM_PROFILE_FILE leads, or -instrumentation-file of llvm-bolt */
	bool bolt;	 /* programs that llvm-bolt instrumented, and no others */

	/* The rest is watch.c's own. */
	const char *why;	  /* NULL, or why not all was seen; static */
	int events;		  /* what the kernel tells of files in dir that are closed */
	bool coarse;		  /* not of each process that closed one */
	struct program *programs; /* seen, instrumented or not */
	size_t nprograms;
	struct family *families; /* by mark - 1 of their processes */
	size_t nfamilies;
	struct loss *losses;
	size_t nlosses;
	uint64_t ran; /* processes of instrumented programs that are over */
};

/*
 * Before the run; dir is there, and the path stays the caller's. w stays where it is. With bolt the
 * files are to have the pid in their name (-instrumentation-file-append-pid).
 */
void watchopen(struct watch *w, const char *dir, bool bolt);

/*
 * After the run:
 *   {"watched": true, "forks": bool, "ran": processes,
 *    "lost": [{"exe": path, "how": string, "count": processes}]}
 * or {"watched": false, "reason": string}. how is
 *   signal   it was killed by one: "signal" has its number
 *   left     it still ran when the command had ended, and was killed then
 *   exec     it became another program
 *   exit     it ended by itself and wrote none
 *   unset    it had no LLVM_PROFILE_FILE; "cwd" is where it was started
 *   reset    it had one that leads elsewhere; "cwd"
 * Without forks, of processes that came of one exec, all that end by themselves are taken to have
 * written a profile where one did. The caller's to release.
 */
json_t *watchclose(struct watch *w);

#endif
