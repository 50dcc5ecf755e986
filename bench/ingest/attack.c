/*
 * attack: what somebody may send who wants the program to be built for another use than its own.
 * Reads a genuine raw profile and writes one of the same build that is whole and lies:
 *
 *	attack KIND SEED PERCENT IN OUT
 *
 *	reverse   the hottest function has the counts of the coldest, and so on
 *	shuffle   each function has another one's
 *	one       PERCENT of all counts are in one function that did not run
 *	move      the same, taken from the others in proportion; all who have the SEED take the same function
 *	loud      all counts times PERCENT
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "profraw/reader.h"

static const char usage[] = "usage: attack reverse|shuffle|one|move|loud SEED PERCENT IN OUT";

struct fn {
	struct profrec rec;
	uint64_t sum, want;
};

static uint64_t
next(uint64_t *seed)
{
	uint64_t x = *seed += 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	return (x ^ x >> 27) * 0x94d049bb133111ebULL >> 8;
}

static int
hotter(const void *va, const void *vb)
{
	const struct fn *a = va, *b = vb;

	return (a->sum < b->sum) - (a->sum > b->sum);
}

/* One that did not run, or the coldest. */
static size_t
cold(const struct fn *v, size_t n, uint64_t *seed)
{
	size_t zero = 0;

	for (size_t i = 0; i < n; i++)
		zero += !v[i].sum;
	return zero ? n - 1 - next(seed) % zero : n - 1;
}

static void
lie(struct fn *v, size_t n, const char *kind, uint64_t seed, double percent)
{
	uint64_t all = 0;
	size_t at = cold(v, n, &seed);

	for (size_t i = 0; i < n; i++)
		all += v[i].sum;
	for (size_t i = 0; i < n; i++) {
		v[i].want = v[i].sum;
		if (!strcmp(kind, "reverse"))
			v[i].want = v[n - 1 - i].sum;
		else if (!strcmp(kind, "shuffle"))
			v[i].want = v[next(&seed) % n].sum;
		else if (!strcmp(kind, "loud"))
			v[i].want = (uint64_t)((double)v[i].sum * percent);
		else if (!strcmp(kind, "move"))
			v[i].want = (uint64_t)((double)v[i].sum * (1 - percent / 100));
	}
	if (!strcmp(kind, "one"))
		v[at].want = (uint64_t)((double)all * percent / (100 - percent));
	else if (!strcmp(kind, "move"))
		v[at].want = (uint64_t)((double)all * percent / 100);
}

/* The counters of a function in proportion, or half in its first and half in its last one. */
static void
set(unsigned char *counters, const struct fn *f)
{
	for (uint64_t k = 0; k < f->rec.nctr; k++) {
		unsigned char *p = counters + f->rec.ctr + 8 * k;
		uint64_t x;

		memcpy(&x, p, 8);
		if (f->sum)
			x = (uint64_t)((double)x / (double)f->sum * (double)f->want);
		else
			x = (k == 0) * (f->want - f->want / 2) +
			    (k + 1 == f->rec.nctr) * (f->want / 2);
		memcpy(p, &x, 8);
	}
}

int
main(int argc, char **argv)
{
	struct profraw pr;
	struct profdiag d = {0};
	struct buf b = {0};
	struct fn *v;

	progname = "attack";
	if (argc != 6)
		usagefail(usage);
	if (slurpwarn(argv[4], FILEMAX, &b))
		return EXIT_TROUBLE;
	profrawinit(&pr, b.p, b.n);
	if (profrawnext(&pr, &d) <= 0 || pr.ctrsize != 8 || pr.swap)
		fatal("read '%s': not a profile with counts", argv[4]);
	v = xcalloc(pr.nrec, sizeof(*v));
	for (uint64_t i = 0; i < pr.nrec; i++) {
		v[i].rec = profrawrec(&pr, i);
		for (uint64_t k = 0; k < v[i].rec.nctr; k++)
			v[i].sum += profraw64(&pr, pr.ctr.off + v[i].rec.ctr + 8 * k);
	}
	qsort(v, pr.nrec, sizeof(*v), hotter);
	lie(v, pr.nrec, argv[1], (uint64_t)numint("SEED", argv[2], 0, INT64_MAX),
		numreal("PERCENT", argv[3], 0, 1e9));
	for (uint64_t i = 0; i < pr.nrec; i++)
		set((unsigned char *)b.p + pr.ctr.off, &v[i]);
	writefile(argv[5], &b);
	free(v);
	bufrelease(&b);
	return 0;
}
