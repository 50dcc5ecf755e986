/* What was seen when an arm ran a benchmark: how often it executed the arm's program. */
#ifndef RECEIPT_SIGHTING_H
#define RECEIPT_SIGHTING_H

#include <stdbool.h>

#include "json/json.h"

enum { SEEN_RUNS = 2 }; /* runs that are looked at: what the first left may change the next */

/* What was seen of one arm of a benchmark. */
struct sighting {
	bool looked;		  /* false: it has no program but its command */
	unsigned runs[SEEN_RUNS]; /* how often in each */
	char *left;	/* where the program lies, if it still ran when the command had ended */
	char *instead;	/* what the last run executed, if it was not the program */
	char *untraced; /* why nothing was seen, or NULL */
	bool garbled;	/* in a receipt: it is not as bench-run writes it */
};

/* Why an arm of that name cannot be believed by what was seen, in a static buffer, or NULL. */
const char *sightingflaw(const struct sighting *s, const char *arm);

/* The same of two arms that have to do the same. */
const char *sightingsdiffer(
	const struct sighting *a, const char *arm, const struct sighting *b, const char *other);

/* In a receipt: null, {runs, left, instead} or {untraced}; v that is none of these is garbled. */
json_t *sightingjson(const struct sighting *s);
struct sighting sightingread(const json_t *v);
void sightingrelease(struct sighting *s);

#endif
