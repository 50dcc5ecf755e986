/* Counting the instructions of a command, and of all it starts, with valgrind's callgrind. */
#ifndef RUN_CALLGRIND_H
#define RUN_CALLGRIND_H

#include <stdbool.h>

#include "run/command.h"

/* What a benchmark runs instead of a command to have it counted. */
struct callgrind {
	char *dir; /* where each process leaves its counts */
	struct command command;
};

/* Whether valgrind is installed. */
bool callgrindfound(void);

/*
 * Where valgrind maps libraries and memory depends on `place` alone, 0: where it would by itself.
 * What has an address in its file lies there (elf/move.h).
 */
void callgrindbegin(struct callgrind *c, const struct command *command, unsigned place);

/*
 * Sums up what the processes of one run counted, and removes it. False when there is none, or it is
 * not of callgrind's form. What a process did before exec made another program of it is not
 * counted; what it did before a fork is counted in both.
 */
bool callgrindend(struct callgrind *c, double *instructions);

/*
 * Adds up the instructions (Ir) in the text of a file of callgrind's (format version 1): one part
 * or several, each with its events and its sum. Cuts the text into lines. False when it has none.
 */
bool callgrindsum(char *text, double *instructions);

#endif
