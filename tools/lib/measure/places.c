/* Copies of the arms' programs that lie elsewhere, and how many it takes. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "decision/decision.h"
#include "elf/move.h"
#include "measure/places.h"
#include "stats/shuffle.h"

enum { COUNTS_SAME = 2, COUNTS_DIFFER = 4 };

unsigned
placeof(uint64_t seed, size_t round)
{
	size_t order[PLACES - 1];

	/* One order of all places: no two rounds have the same until there are none left. */
	if (!round)
		return 0;
	roundorder(seed, 0, PLACES - 1, order);
	return 1 + (unsigned)order[(round - 1) % (PLACES - 1)];
}

/* The copy of what an arm runs, which is made anew for each place. */
static void
move(struct arm *a, unsigned place)
{
	const char *program = armprogram(a), *base = strrchr(program, '/');
	struct buf b = {0};

	bufprintf(&b, "%s/moved", a->own);
	if (mkdir(bufstr(&b), 0700) && errno != EEXIST)
		fatal("create '%s':", b.p);
	bufprintf(&b, "/%s", base ? base + 1 : program);
	a->unmoved = movecopy(program, bufstr(&b), place);
	if (!a->unmoved)
		a->moved = xstrdup(bufstr(&b));
	bufrelease(&b);
}

void
placearms(struct plan *p, struct bench *b, unsigned place)
{
	for (struct arm *a = p->arms; a < p->arms + p->narms; a++) {
		free(a->moved);
		a->moved = NULL;
		if (!a->binary)
			a->unmoved = "it is a command without a program";
		else if (place && !a->unmoved)
			move(a, place);
	}
	planexpand(p, b);
}

size_t
placesneeded(const struct series *ser, size_t narms, double min_effect)
{
	double *x = xcalloc(ser->rounds * narms, sizeof(*x));
	bool varies = false, differ;

	/* Arm by arm. */
	for (size_t a = 0; a < narms; a++) {
		for (size_t i = 0; i < ser->rounds; i++)
			x[a * ser->rounds + i] =
				samplevalue(seriesat(ser, narms, i, a), METRIC_INSTRUCTIONS);
		varies = varies ||
			 (ser->rounds && countsvary(x + a * ser->rounds, ser->rounds, min_effect));
	}
	differ = ser->rounds && countsvary(x, ser->rounds * narms, min_effect);
	free(x);
	return varies ? COUNTS_RANKED : differ ? COUNTS_DIFFER : COUNTS_SAME;
}
