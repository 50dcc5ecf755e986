/*
 * How far long work has come, on standard error: one line that is redrawn where a person watches a
 * terminal, else a line with the time every ten seconds, so that a log stays short.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>

struct progress {
	double last; /* when something was shown, monotonic seconds */
	bool drawn;  /* a line stands on the terminal */
};

void progressline(struct progress *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Clears the line from the terminal. */
void progressend(struct progress *p);

#endif
