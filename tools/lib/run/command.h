/* A command: from its text to its words. */
#ifndef RUN_COMMAND_H
#define RUN_COMMAND_H

#include <stdbool.h>

struct command {
	char **argv; /* NULL at the end */
	bool shell;  /* argv is {"sh", "-c", text} */
};

/*
 * Splits text into words and expands variables and patterns as a shell would, without starting one
 * (run/shellwords.h). With `shell`, text is left whole for `sh -c`. On failure returns false and *why says
 * what is wrong (static storage).
 */
bool commandparse(struct command *c, const char *text, bool shell, const char **why);
void commandrelease(struct command *c);

#endif
