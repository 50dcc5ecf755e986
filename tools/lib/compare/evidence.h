/*
 * A verdict with all it was computed from, so that anyone can compute it again. JSON, format
 * "pgokit-evidence-1": {base?, cand?, rules, verdict, files: [name], inputs: [document]}
 */
#ifndef COMPARE_EVIDENCE_H
#define COMPARE_EVIDENCE_H

#include "decision/criteria.h"
#include "input/document.h"

void evidencewrite(const char *path, const struct criteria *q, const struct document docs[],
	size_t n, json_t *verdict);

/*
 * The verdict that the evidence in `path` gives now, for the caller to decref; of a receipt, which
 * records none, that by the default rules. Fatal when the file is neither, or when the samples of
 * evidence do not give the verdict that it records.
 */
json_t *evidenceverdict(const char *path);

/* The same of a text that has been read. */
json_t *evidencejudge(struct span text, const char *path);

#endif
