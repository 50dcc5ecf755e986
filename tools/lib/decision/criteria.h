/* What bench-compare is asked: which arms, which benchmarks count, by which rules. */
#ifndef DECISION_CRITERIA_H
#define DECISION_CRITERIA_H

#include <stdbool.h>

#include "decision/decision.h"
#include "decision/metric.h"
#include "json/json.h"

struct criteria {
	const char *base, *cand; /* NULL: as the receipt says */
	enum metric metric;
	json_t *match; /* array of patterns (fnmatch) of the gated benchmarks */
	double alpha;
	size_t shares; /* of alpha: one a gated benchmark, here and elsewhere; 0: only here */
	double min_effect_pct;
	double margin_pct;
	double max_undetected_pct;
	double floor_pct;
	bool even_identical; /* judge also rounds of the same command on the same files */
	bool require_same;   /* of two files: what is gated and only in the second is no pass */
	bool other_output;   /* two sources may print different things: that is told, no fault */
	bool other_machine;  /* two files may be of different machines: that is told, no fault */
	json_t *renames;     /* {name in the first document: in the second}; NULL: none */
	json_t *waivers;     /* decision/waiver_file.h; NULL: none */
	const char *today;   /* the day by which they expire, when there are some */
};

/* The rules when nothing else is said; match is empty. */
struct criteria criteriadefault(void);

/* Fills match with the default patterns if it is empty. */
void criteriamatch(struct criteria *q);

/*
 * Sets the number called name ("alpha", "min_effect_pct" ...) from text; fatal when it is outside
 * its range. The option is called --alpha, --min-effect ...: the same without _pct.
 */
void criteriaset(struct criteria *q, const char *name, const char *text);

/* Adds OLD=NEW to the renames; fatal when it is not of that form or OLD has a new name already. */
void criteriarename(struct criteria *q, const char *text);

/* Whether the benchmark is gated. */
bool criteriagates(const struct criteria *q, const char *bench);

/* How many gated benchmarks share alpha where `gated` of them are here: at least these. */
size_t criteriashares(const struct criteria *q, size_t gated);

/* The value of --shares. */
size_t readshares(const char *text);

/*
 * The rules in theta for one benchmark, which may have a minimum effect and a margin of its own
 * (NAN: it has none); alpha is all its own (shares = 1).
 */
struct rules criteriarules(const struct criteria *q, double min_effect_pct, double margin_pct);

/* The rules as JSON, and back: fatal, naming the file, unless all are there and in range. */
json_t *rulesjson(const struct criteria *q);
void rulesread(struct criteria *q, json_t *rules, const char *path);

/*
 * Those by which measuring ends, as the settings of a receipt have them, and back into criteria of
 * criteriadefault(); false when they are not as they are written.
 */
json_t *decidejson(const struct criteria *q);
bool decideread(struct criteria *q, const json_t *from);

#endif
