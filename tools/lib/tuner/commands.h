/* Commands as targets of the tuner, and the list of operations that they are tried on. */
#ifndef TUNER_COMMANDS_H
#define TUNER_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "tune/pgokit-tune.h"

/* A command that does an operation; it sees the operation in its environment, see steprun. */
struct target {
	char *name;
	const char *command;
};

/* What all of them have in common. */
struct runner {
	struct target *targets;
	size_t ntargets;
	const char *dir;  /* where they run, or NULL: here */
	double timeout_s; /* for one execution */
	bool shell;	  /* through sh -c */
};

/* An operation at a size, as it was asked for. */
struct step {
	char *operation;
	int64_t dims[TUNE_MAX_DIMS];
	int ndims;
	unsigned repeat;
};

struct steps {
	struct step *at;
	size_t n;
};

/* Adds NAME=COMMAND; fatal when it is none, or there are too many. */
void targetadd(struct runner *r, const char *text);

/* Adds NAME:64x64x64, or NAME:64x64x64*REPEAT; fatal when it is none. */
void stepadd(struct steps *steps, const char *text);

/* Adds the steps of a JSON file: [{"operation": text, "dims": [integer...], "repeat"?: integer}]. */
void stepsread(struct steps *steps, const char *path);

/* "64x64x64", in a static buffer. */
const char *dimstext(const int64_t dims[], int ndims);

/*
 * Runs a target's command once: 0, or its exit status; a failure is told on standard error. In its
 * environment are TUNE_OPERATION, TUNE_DIMS (64x64x64) and each dimension as TUNE_1, TUNE_2 ... Its
 * standard output goes to out, or with -1 nowhere.
 */
int steprun(const struct runner *r, size_t target, const struct step *step, int out);

/* Runs it likewise; the SHA-256 of what it printed. False when it failed. */
bool stepprints(
	const struct runner *r, size_t target, const struct step *step, char hex[SHA256_HEX]);

#endif
