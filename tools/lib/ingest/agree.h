/*
 * The sum of a store: of sources that agree with each other, none with more than its share.
 *
 * Poisoning is told from drift by how many depart. A source departs when its overlap with the
 * consensus (ingest/consensus.h) is below that of the median source by more than `depart` points,
 * and by more than four of the sources' own robust standard deviations. While those that do are
 * fewer than `drift` percent of all, each is set aside and named; from then on it is the use that
 * has changed, and all are taken. What fewer than that make hot is held down (ingest/vouched.h).
 */
#ifndef INGEST_AGREE_H
#define INGEST_AGREE_H

#include "ingest/weights.h"

struct terms {
	double maxshare;      /* of a source in all counts, percent */
	uint64_t minsources;  /* fewer make no pool */
	double halflife;      /* days, 0: old counts weigh as much as new ones */
	double depart, drift; /* see above */
	uint32_t now;	      /* weeks since 1970-01-01 */
	struct weights weights;
};

struct agreed {
	struct member *v; /* of all sources */
	size_t n;
	size_t pooled, capped, aside, without; /* sources; without: of weight 0, or no counts */
	size_t held;			       /* sources with counts that too few have */
	double middle, limit;		       /* median overlap, and below which one departs */
	double departing;		       /* percent of sources */
	bool drift;			       /* they are too many to be set aside */
	bool consensus;			       /* there is one */
	double before;			       /* overlap with the pool that was there; < 0: none */
	uint64_t bytes, counts;		       /* of the pool; bytes 0: there is none */
};

/*
 * Writes pool.profraw, unless too few sources are left, and ledger.jsonl: a line for each upload,
 * then one for each source, in the order of their names.
 */
void agree(struct store *s, const struct terms *terms, struct agreed *a);
void agreedrelease(struct agreed *a);

#endif
