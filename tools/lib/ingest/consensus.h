/*
 * What most sources agree on: for each function the median, over the sources, of its share in a
 * source's counts. Whoever sends much, or much of one function, moves it no more than anybody else:
 * up to half of the sources may lie.
 *
 * Medians are of a histogram for each function, a quarter of an octave a bin, so the memory does not
 * depend on the number of sources. All medians together become 1.
 */
#ifndef INGEST_CONSENSUS_H
#define INGEST_CONSENSUS_H

#include <stddef.h>
#include <stdint.h>

struct consensus {
	size_t n;      /* functions */
	uint32_t *bin; /* CONSENSUS_BINS for each */
	double *share; /* after consensusend(): of each, 1 together; all 0: there is none */
	uint64_t votes;
};

struct consensus *mkconsensus(size_t nfunction);
void delconsensus(struct consensus *c);

/* A source's counts of each function; one without any has no vote. */
void consensusvote(struct consensus *c, const uint64_t *sum);
void consensusend(struct consensus *c);

/* The share of a function that so many percent of the sources have at least, up to the edge of its bin. */
double consensusreached(const struct consensus *c, size_t function, double percent);

/* One profile in its place, which others are then held against. */
void consensusset(struct consensus *c, const uint64_t *sum);

/*
 * How much of a source is what most have: the sum over all functions of the smaller of both shares,
 * in percent, as llvm-profdata overlap has it. *most: the function whose share is larger than the
 * others' by the most.
 */
double consensusoverlap(const struct consensus *c, const uint64_t *sum, size_t *most);

#endif
