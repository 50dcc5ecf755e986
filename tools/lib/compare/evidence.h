/*
 * A verdict with all it was computed from, so that anyone can compute it again. JSON, format
 * "pgokit-evidence-1": {base?, cand?, rules, verdict, files: [name], inputs: [document]}
 */
#ifndef COMPARE_EVIDENCE_H
#define COMPARE_EVIDENCE_H

#include "decision/criteria.h"
#include "input/document.h"

void evidencewrite(const char *path, const struct criteria *q, const struct document docs[],
	size_t n, const json_t *verdict);

/* The same in a form that a page can hold (compare/packed.h); false: it is too long for that. */
bool evidencepack(struct buf *out, const struct criteria *q, const struct document docs[], size_t n,
	const json_t *verdict);

/* What was read, and the verdict that it gives now. */
struct evidence {
	struct buf text;
	struct criteria q;
	struct document docs[2];
	size_t n;
	json_t *head, *verdict;
};

/*
 * That in `path`: evidence, a page that has it inside, or a receipt, which records no verdict and
 * is judged by the default rules. Fatal when the file is none of these, or when the samples of evidence do
 * not give the verdict that it records.
 */
void evidenceopen(struct evidence *e, const char *path);
void evidenceclose(struct evidence *e);

/* The same of a text that has been read, into e, which is {0}; path is for messages. */
void evidencetake(struct evidence *e, struct span text, const char *path);

#endif
