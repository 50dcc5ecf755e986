#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ingest/consensus.h"

/* Shares from 2^-32 on, four bins to an octave; bin 0 has what is less. */
#define OCTAVES 32.0
#define STEPS	4.0
enum { CONSENSUS_BINS = 32 * 4 + 2 };

struct consensus *
mkconsensus(size_t nfunction)
{
	struct consensus *c = xcalloc(1, sizeof(*c));

	c->n = nfunction;
	c->bin = xcalloc(nfunction * CONSENSUS_BINS, sizeof(*c->bin));
	c->share = xcalloc(nfunction, sizeof(*c->share));
	return c;
}

void
delconsensus(struct consensus *c)
{
	free(c->bin);
	free(c->share);
	free(c);
}

static double
total(const uint64_t *sum, size_t n)
{
	double all = 0;

	for (size_t i = 0; i < n; i++)
		all += (double)sum[i];
	return all;
}

static size_t
binof(double share)
{
	double at = (log2(share) + OCTAVES) * STEPS;

	return at < 0 ? 0 : 1 + (size_t)at;
}

/* Its geometric middle. */
static double
shareof(size_t bin)
{
	return bin ? exp2(((double)bin - 0.5) / STEPS - OCTAVES) : 0;
}

void
consensusvote(struct consensus *c, const uint64_t *sum)
{
	double all = total(sum, c->n);

	if (all <= 0)
		return;
	c->votes++;
	for (size_t i = 0; i < c->n; i++)
		c->bin[i * CONSENSUS_BINS + (sum[i] ? binof((double)sum[i] / all) : 0)]++;
}

void
consensusend(struct consensus *c)
{
	double all = 0;

	for (size_t i = 0; i < c->n; i++) {
		const uint32_t *bin = c->bin + i * CONSENSUS_BINS;
		uint64_t below = 0;
		size_t k = 0;

		while (c->votes && 2 * (below += bin[k]) < c->votes)
			k++;
		c->share[i] = shareof(k);
		all += c->share[i];
	}
	for (size_t i = 0; all > 0 && i < c->n; i++)
		c->share[i] /= all;
}

double
consensusreached(const struct consensus *c, size_t function, double percent)
{
	const uint32_t *bin = c->bin + function * CONSENSUS_BINS;
	uint64_t above = 0;
	size_t k = CONSENSUS_BINS;

	while (k && (!above || 100.0 * (double)above < percent * (double)c->votes))
		above += bin[--k];
	return k ? exp2((double)k / STEPS - OCTAVES) : 0;
}

void
consensusset(struct consensus *c, const uint64_t *sum)
{
	double all = total(sum, c->n);

	for (size_t i = 0; i < c->n; i++)
		c->share[i] = all > 0 ? (double)sum[i] / all : 0;
}

double
consensusoverlap(const struct consensus *c, const uint64_t *sum, size_t *most)
{
	double all = total(sum, c->n), overlap = 0, more = -1;

	*most = 0;
	for (size_t i = 0; i < c->n; i++) {
		double share = all > 0 ? (double)sum[i] / all : 0;

		overlap += fmin(share, c->share[i]);
		if (share - c->share[i] <= more)
			continue;
		more = share - c->share[i];
		*most = i;
	}
	return 100 * overlap;
}
