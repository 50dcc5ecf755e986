/* Messages on standard error: `prog: verb 'object': reason`, one write each. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

/* Exit codes that every tool shares: yes, the tool's own "no", usage or trouble. */
enum { EXIT_YES = 0, EXIT_NO = 1, EXIT_TROUBLE = 2 };

/* The name in front of each message; main() sets it before anything else. */
extern const char *progname;

/*
 * Says something and goes on. A format that ends in ':' gets the text of errno appended. Control
 * characters are shown as '?', so that a hostile file name cannot drive a terminal or forge a line.
 */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same, then exits with EXIT_TROUBLE. */
_Noreturn void fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * A list in messages is its first ten and a count. Counts one more in *n; whether it is to be said:
 * if (amongfirst(&n)) warn(...); and behind the last one warnmore("read 'x'", n).
 */
bool amongfirst(size_t *n);

/* How many of n were not said, behind the verb and object that they share; nothing where all were. */
void warnmore(const char *what, size_t n);

/*
 * Replaces by '?' in s what could drive a terminal or a CI log: control characters (C0, DEL and the
 * UTF-8 form of C1), characters that turn the direction of text, and the first character of what
 * GitHub takes for a workflow command: "##[" anywhere, "::" at the start.
 */
void printable(char *s);

/* Flushes standard output; fatal if anything that was printed did not arrive. */
void closeout(void);

/* The answers to -h and --version: printed on standard output, then exit 0. */
_Noreturn void showhelp(const char *usage, const char *help);
_Noreturn void showversion(void);

/* The answer to a wrong call: the usage line on standard error, then exit 2. */
_Noreturn void usagefail(const char *usage);

#endif
