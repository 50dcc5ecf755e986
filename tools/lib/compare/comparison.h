/* Two arms of each benchmark, read from untrusted files. */
#ifndef COMPARE_COMPARISON_H
#define COMPARE_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/input.h"
#include "compare/verdict.h"
#include "decision/criteria.h"

struct contest {
	char *name;
	char *was;	     /* what it is called in the first document when that is another name */
	double *base, *cand; /* what it costs, in the order it was measured */
	size_t nbase, ncand;
	char *unit;   /* of its numbers; NULL: seconds */
	bool inverse; /* more is better: the costs are 1 / number */
	size_t planned; /* rounds of its plan, see decision/sequential.h; 0: judged once, when all is measured */
	double min_effect_pct, margin_pct,
		max_undetected_pct; /* rules of its own; NAN: it has none */
	bool paired;	    /* base[i] and cand[i] are one round, its order drawn from the seed */
	bool identical;	    /* the same command on files with the same hashes */
	bool copy;	    /* the files have the same hashes, whatever the command */
	bool counted;	    /* instructions, which hardly differ from run to run */
	bool watched;	    /* it was looked whether both sides execute their program, and */
	bool seen;	    /* they do, equally often */
	bool aggregate;	    /* a side is one mean or median, the samples are not known */
	bool appeared;	    /* only the candidate's side has it, and it is judged by nothing */
	const char *output; /* how the sides differ in what they print, or NULL */
	char *invalid;	    /* why this cannot be judged, or NULL */
	bool gated;
	struct judgement j;
	const char *waived; /* why it may be slower than it was, or NULL; the waiver's own */
};

struct contests {
	struct contest *of;
	size_t n;
	char *base, *cand; /* what the two sides are called */
	bool paired;	   /* one receipt, rather than two separate files */
	size_t gated;	   /* how many of them are; they share alpha */
};

/*
 * Reads the contest between arms `base` and `cand` of a receipt; a NULL name means the first and
 * the second arm. A metric ("wall", "cpu") overrides the receipt's own when not NULL. Fatal when
 * the document is not of that shape; a single unfit benchmark is kept and marked invalid.
 */
void contestsread(struct contests *all, const struct document *d, const char *base,
	const char *cand, const char *metric);

/*
 * The same between two documents, their benchmarks matched by name, with the arms, the metric and
 * the new names of the question.
 */
void blocksread(struct contests *all, const struct document *a, const struct document *b,
	const struct question *q);
void contestsrelease(struct contests *all);

/* Marks those unfit whose sides do not print the same. */
void contestssameoutput(struct contests *all);

/*
 * The pieces of it, shared by its two halves (contest.c, receipt_arms.c: one receipt; blocks.c: two
 * documents).
 */

/* A new contest at the end; the pointer is good until the next one. */
struct contest *contestadd(struct contests *all, const char *name);

/* Marks c unfit; the first reason stays. */
void contestunfit(struct contest *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Makes c, which is new, a contest of counts. */
void contestcounted(struct contest *c);

/* Marks c unfit unless x[n], of that side, are all numbers that can have been measured. */
void contestcheck(struct contest *c, const char *side, const double *x, size_t n);

/* A name that is there twice among names[n], or NULL. */
const char *nametwice(const char *const *names, size_t n);

/* Fatal unless the arms of a receipt have names, no two the same; how many there are. */
size_t receiptarms(const struct document *d);

/* The index of an arm of the receipt, fatal when there is none; the name at an index, or NULL. */
size_t receiptarm(const struct document *d, const char *name);
const char *receiptarmname(const struct document *d, size_t i);

/* By how many percent the arm was slowed down on purpose. */
double receiptslowed(const struct document *d, size_t i);

/* How: "program", else why its launcher was; NULL where the receipt does not say. */
const char *receiptslowedhow(const struct document *d, size_t i);

/* Whether two arms ran files with the same hashes; and with the same command, equally slowed. */
bool receiptsamefiles(const struct document *d, const struct benchtext *t, size_t i, size_t k);
bool receiptsamerun(const struct document *d, const struct benchtext *t, size_t i, size_t k);

/* The name of benches[i] of a receipt; fatal when it has none, or its metric is unknown. */
const char *receiptbench(const struct document *d, const struct benchtext *b, size_t i);

/* What a receipt has of one arm of a benchmark; no spans where it has nothing. */
enum armcolumn { WALL, USER, SYS, COUNTS, OUTPUT, NARMCOLUMNS };
struct armtext {
	struct span column[NARMCOLUMNS];
};

/* That of the arms with these names, NULL at the end. */
void receiptsides(const struct benchtext *b, const char *const names[], struct armtext of[]);

/* Whether its instructions were counted, rather than its time measured. */
bool receiptcounted(const struct benchtext *b);

/*
 * The *n times of an arm by metric (NULL: by the benchmark's own), or its counts where it was
 * counted, for the caller to free; NULL when they are not arrays of numbers of one length.
 */
double *receiptnumbers(
	const struct benchtext *b, const struct armtext *arm, const char *metric, size_t *n);

#endif
