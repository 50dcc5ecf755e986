/*
 * How the numbers and the verdicts of a verdict (compare/verdict.h) are worded, in every kind of output.
 * The strings in it come from whoever wrote the documents; put() puts them so that they are
 * harmless where they go.
 */
#ifndef REPORT_WORDING_H
#define REPORT_WORDING_H

#include <stdbool.h>

#include "base/buf.h"
#include "decision/decision.h"
#include "json/json.h"

typedef void put(struct buf *out, const char *foreign);

/* NAN, "" and false where there is no such thing. */
double numberof(const json_t *o, const char *key);
const char *textof(const json_t *o, const char *key);
bool trueof(const json_t *o, const char *key);
bool verdictis(const json_t *o, enum verdict v);

/*
 * The benchmarks, n of them, those that matter most first: the gated before the others, among these
 * regressed, invalid, inconclusive and so on; else in their order. The caller's to free.
 */
const json_t **benchesranked(const json_t *verdict, size_t *n);

/* The median of one side ("base" or "cand") in a unit that a person would choose, or "-". */
void putamount(struct buf *out, const json_t *bench, const char *side, put *text);

/* "+2.47 %" and "[+1.90, +3.05]" of a judgement, or "-". */
void putchange(struct buf *out, const json_t *judgement);
void putinterval(struct buf *out, const json_t *judgement);

/* What speaks against the run itself, by its control and its canary; false: nothing. */
bool putdoubt(struct buf *out, const json_t *bench, put *text);

/* Why it is inconclusive although its ranks say more (decision/doubt.h); false: for no such reason. */
bool putreserve(struct buf *out, const json_t *bench);

/* What a reader should know besides the verdict of a benchmark, or nothing. */
void putremarks(struct buf *out, const json_t *bench, put *text);

/* What became of a waiver that was not used, as a sentence without a capital or a full stop. */
void putwaiver(struct buf *out, const json_t *waiver, put *text);

#endif
