/* What bench-run is asked to measure: arms, benchmarks, and the command of each pair of them. */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command.h"
#include "sha256.h"

struct arm {
	char *name;
	char *binary;	       /* exported as PGOKIT_BINARY for this arm, or NULL */
	char hash[SHA256_HEX]; /* of the binary; "" when there is none */
};

/* One arm of one benchmark: the command, and the file that really runs. */
struct lane {
	char *text; /* the command as written */
	struct command command;
	char *file;	       /* what argv[0] resolves to */
	char hash[SHA256_HEX]; /* of that file */
};

struct bench {
	char *name;
	char *metric;  /* "wall" or "cpu": what is judged; both are measured */
	char *prepare; /* run by sh -c before each execution of each arm, untimed; or NULL */
	bool shell;
	struct lane *lanes; /* one per arm */
};

struct plan {
	struct arm *arms;
	size_t narms;
	struct bench *benches;
	size_t nbenches;
};

/* A new arm or benchmark at the end of the plan; names must be new, non-empty UTF-8, else fatal. */
struct arm *planarm(struct plan *p, const char *name);
struct bench *planbench(struct plan *p, const char *name);

/*
 * Adds the plan in a JSON file:
 *   {"arms":    [{"name": str, "binary": str?}, ...],
 *    "benches": [{"name": str, "run": str, "prepare": str?, "shell": bool?, "metric": str?}, ...]}
 * Every benchmark runs `run` once per arm, with PGOKIT_BINARY set to the arm's binary. Fatal when
 * the file is not of that shape.
 */
void planread(struct plan *p, const char *path);

/* Splits the commands into words and hashes the files they run; fatal, naming the benchmark. */
void planresolve(struct plan *p);

/* A seed from names, commands and hashes: who measures the same thing again gets the same orders.
 */
uint64_t planseed(const struct plan *p);

/* True while every file still has the hash that planresolve saw; warns about each that has not. */
bool planunchanged(const struct plan *p);

/* Exports PGOKIT_BINARY for the arm, or removes it. */
void armenter(const struct arm *a);

#endif
