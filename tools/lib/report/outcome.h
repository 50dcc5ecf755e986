/* What the outcome of a whole verdict says to people: ci/data/outcomes.tsv. */
#ifndef REPORT_OUTCOME_H
#define REPORT_OUTCOME_H

#include "report/wording.h"

/* "failed: a gated benchmark has become slower"; "" where it is none. */
const char *headline(const char *outcome);

/* The first line: what came out, of which project (NULL: not known), and what becomes of the check. */
void putheading(struct buf *out, const json_t *verdict, const char *project, put *text);

/* The benchmarks that decided, a list: change and interval. Then what to do next; nothing for a pass. */
void putdecided(struct buf *out, const json_t *verdict, put *text);

#endif
