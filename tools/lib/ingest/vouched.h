/*
 * How hot a few sources alone can make a function: not hot at all.
 *
 * The consensus tells a source that departs from all others. Sources that agree on a smaller lie
 * do not depart: each moves a share that honest uses differ by, too, into a function that is cold
 * elsewhere. So no function is hot that fewer than `percent` of the sources have hot:
 *
 *	usual(f)  the share of f that `percent` of the sources have at least, up to the edge of its
 *	          bin (ingest/consensus.h); who lies, and is fewer, does not move it above what an
 *	          honest one has
 *	mean(f)   the mean over the sources, by the counts with which they enter the pool, of
 *	          min(share, usual)
 *
 * Hot are the functions with 99 % of all means, as LLVM's profile summary calls hot what has 99 %
 * of the counts. Of the others a source's counts are taken up to usual(f), or up to half of the
 * smallest mean of a hot one where that is more: who uses what few use has it compiled for speed
 * and not for size, but does not have it among the hot ones.
 */
#ifndef INGEST_VOUCHED_H
#define INGEST_VOUCHED_H

#include "ingest/consensus.h"

struct vouched {
	size_t n;      /* functions */
	double *usual; /* see above */
	double *mean;  /* times all weights */
	double *limit; /* after vouchedend(): the largest share of a source's counts */
	size_t hot;    /* functions */
};

struct vouched *mkvouched(const struct consensus *c, double percent);
void delvouched(struct vouched *v);

/* A source: its counts of each function, their total, with how many it enters the pool. */
void vouchedadd(struct vouched *v, const uint64_t *sum, uint64_t total, uint64_t weight);
void vouchedend(struct vouched *v);

/*
 * How many counts of each function are taken of a source, into `most`. Returns how many of all are
 * not; *first: the function with the most of those.
 */
uint64_t vouchedmost(const struct vouched *v, const uint64_t *sum, uint64_t total, uint64_t *most,
	size_t *first);

#endif
