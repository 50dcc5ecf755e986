/* The help of bench-run. */
#ifndef MEASURE_HELP_H
#define MEASURE_HELP_H

/* How it is called. */
extern const char runusage[];

/* Prints that and its options, and ends the program. */
void runhelp(void) __attribute__((noreturn));

#endif
