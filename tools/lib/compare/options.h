/* The command line of bench-compare. */
#ifndef COMPARE_OPTIONS_H
#define COMPARE_OPTIONS_H

#include "decision/criteria.h"
#include "input/formats.h"

/* Where the verdict goes; "-" is standard output. */
struct outputs {
	const char *evidence, *markdown, *junit, *html;
	const char *project; /* that the Markdown is about, or NULL */
	const char *about;   /* a report that the page belongs to, or NULL */
	bool json;	     /* on standard output */
};

/* Whether one of them takes standard output, which has the table otherwise. */
bool stdouttaken(const struct outputs *o);

/*
 * The options of a comparison, and those of `bench-compare verify` and `bench-compare gated` (argv[0]
 * is that word): with the right number of operands from optind on. Ends the program for -h,
 * --version and a wrong call.
 */
void compareoptions(
	int argc, char **argv, struct criteria *q, struct foreign *f, struct outputs *o);
void verifyoptions(int argc, char **argv, struct outputs *o);
void gatedoptions(int argc, char **argv, struct criteria *q, bool *json);

#endif
