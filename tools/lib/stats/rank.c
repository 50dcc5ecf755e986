#include <stdlib.h>

#include "base/mem.h"
#include "stats/rank.h"

struct ranked {
	double key;
	size_t at; /* index in the caller's order */
};

static int
bykey(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

bool
meanranks(const double *key, size_t n, unsigned *rank2)
{
	struct ranked *r = xcalloc(n, sizeof(*r));
	bool tied = false;

	for (size_t i = 0; i < n; i++)
		r[i] = (struct ranked){key[i], i};
	qsort(r, n, sizeof(*r), bykey);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && r[j].key <= r[i].key; j++)
			tied = true;
		for (size_t k = i; k < j; k++)
			rank2[r[k].at] = (unsigned)(i + 1 + j);
	}
	free(r);
	return tied;
}
