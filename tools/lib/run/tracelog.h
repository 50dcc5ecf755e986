/* What a trace sees, as JSON lines in a file. */
#ifndef RUN_TRACELOG_H
#define RUN_TRACELOG_H

#include <stdint.h>

#include "run/trace.h"

struct tracelog {
	struct trace trace; /* for the run */
	int fd;
	uint64_t execs, processes; /* seen */
	uint64_t bytes, lost;	   /* written; records that were not */
	int error;		   /* 0, or the errno of writing */
};

enum {
	TRACE_ARGV_MAX = 128 << 10, /* bytes of the words of one exec, each with its NUL */
	TRACE_BYTES_MAX = 1 << 30   /* of all records */
};

/* Makes the file afresh; fatal when it cannot. l stays where it is. */
void tracelogopen(struct tracelog *l, const char *path);

/* Writes the last record. NULL when all that happened is in the file, else the reason. */
const char *tracelogclose(struct tracelog *l);

#endif
