/* The help of bench-compare. */
#ifndef COMPARE_HELP_H
#define COMPARE_HELP_H

/* How it is called. */
extern const char compareusage[];

/* Prints that and its options, and ends the program. */
void comparehelp(void) __attribute__((noreturn));

#endif
