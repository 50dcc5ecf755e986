/* A file of measurements, untrusted: what kind it is, and its benchmarks one after the other. */
#ifndef INPUT_DOCUMENT_H
#define INPUT_DOCUMENT_H

#include "receipt/receipt.h"

enum { DOCUMENT_MAX = 1 << 30 }; /* bytes of a file, at most */
enum { BENCHES_MAX = 50000 };	 /* benchmarks in it */

struct document {
	const char *file;	/* its name, for messages */
	struct span text;	/* all of it, whoever holds it */
	json_t *head;		/* its members without the benchmarks */
	struct span list;	/* the benchmarks; no span where it has none */
	struct receipt receipt; /* of a RECEIPT; what is below is for the other kinds */
	enum documentkind { RECEIPT, HYPERFINE, TABLE } kind; /* TABLE: ci/formats/lib.jq */
	bool commands; /* the names of its benchmarks are no more than their commands */
};

/* Whether the text is one of these. */
bool documentknown(struct span text);

/* Fatal when it is not. */
void documentopen(struct document *d, const char *file, struct span text);
void documentclose(struct document *d);

/* One benchmark: what has a number for each sample stays text. */
enum part { SAMPLES, TIMES, MEMORY, EXITS, NPARTS };
struct benchtext {
	json_t *head; /* its other members; NULL when it is not an object */
	struct span part[NPARTS];
};

/* The benchmark of an element of the list, to be released; fatal when its head is too large. */
struct benchtext documentbench(const struct document *d, struct span element);
void benchtextrelease(struct benchtext *b);

#endif
