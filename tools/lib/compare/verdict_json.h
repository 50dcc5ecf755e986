/* The pieces of the JSON of a verdict (compare/verdict.h). */
#ifndef COMPARE_VERDICT_JSON_H
#define COMPARE_VERDICT_JSON_H

#include "compare/comparison.h"

/* A number, or null where there is none. */
json_t *numberornull(double x);
json_t *pctornull(double theta);

/* Adds verdict, rounds, and the numbers where there are some. */
void addjudgement(json_t *o, const struct judgement *j);

/* A comparison against another arm: its judgement, or the reason why there is none. */
json_t *judgedjson(const struct comparison *c);

/* A benchmark: name, gated, judgement, medians or reason. */
json_t *benchjson(const struct comparison *c);

#endif
