/* A file of measurements, untrusted: what kind it is, and its benchmarks one after the other. */
#ifndef COMPARE_INPUT_H
#define COMPARE_INPUT_H

#include "json/span.h"

enum { DOCUMENT_MAX = 1 << 30 }; /* bytes of a file, at most */
enum { BENCHES_MAX = 50000 };	 /* benchmarks in it */

struct document {
	const char *file; /* its name, for messages */
	struct span text; /* all of it, whoever holds it */
	json_t *head;	  /* its members without the benchmarks */
	struct span list; /* the benchmarks; no span where it has none */
	enum documentkind { RECEIPT, HYPERFINE, TABLE } kind; /* TABLE: ci/formats/lib.jq */
	bool commands; /* the names of its benchmarks are no more than their commands */
};

/* Whether the text is one of these. */
bool documentknown(struct span text);

/* Fatal when it is not. */
void documentopen(struct document *d, const char *file, struct span text);
void documentclose(struct document *d);

/* One benchmark: what has a number for each sample or round stays text. */
enum column { SAMPLES, ORDER, STEAL, TIMES, MEMORY, EXITS, NCOLUMNS };
struct benchtext {
	json_t *head; /* its other members; NULL when it is not an object */
	struct span column[NCOLUMNS];
};

/* The benchmark of an element of the list, to be released; fatal when its head is too large. */
struct benchtext documentbench(const struct document *d, struct span element);
void benchtextrelease(struct benchtext *b);

#endif
