/*
 * Writes damaged copies of raw profiles that are still called good, and pools with them in it, so
 * that an llvm-profdata can be asked whether it reads them: see second-reader.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"
#include "base/num.h"
#include "expect.h"
#include "pool/workers.h"
#include "profraw/layout.h"
#include "profraw/reader.h"

static const char usage[] = "usage: mkdamage SEED ROUNDS DIR FILE...";

static uint64_t state;

/* xorshift64*, Vigna 2016 */
static uint64_t
draw(uint64_t n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dULL >> 11) % n;
}

static const uint64_t edges[] = {0, 1, 2, 7, 8, 0x7f, 0xff, 0x7fffffff, 0x80000000, 0xffffffff,
	1ULL << 32, 1ULL << 56, 1ULL << 60, 1ULL << 63, UINT64_MAX - 7, UINT64_MAX - 1, UINT64_MAX};

/* One change of a few bytes in a section, each section as often as the others; says which. */
static void
damage(struct buf *b, const struct profraw *pr, struct buf *how)
{
	const struct profsect *s[] = {&pr->header, &pr->header, &pr->ids, &pr->data, &pr->data,
		&pr->ctr, &pr->bitmap, &pr->names, &pr->vtab, &pr->vnames, &pr->values};
	static const char *const name[] = {"header", "header", "ids", "records", "records",
		"counters", "bitmap", "names", "vtables", "vnames", "values"};
	uint64_t x = edges[draw(sizeof(edges) / sizeof(edges[0]))], old = 0, at, size;
	size_t i;

	do
		i = draw(sizeof(s) / sizeof(s[0]));
	while (!s[i]->size);
	at = s[i]->off + draw(s[i]->size);
	size = 1;
	switch (draw(4)) {
	case 0:
	case 1:
		b->p[at] ^= (char)(1u << draw(8));
		break;
	case 2: /* a number of 4 or 8 bytes */
	case 3: /* the same, a little more or less */
		size = draw(2) ? 8 : 4;
		at -= (at - s[i]->off) % size;
		if (at + size > b->n)
			size = b->n - at;
		memcpy(&old, b->p + at, size);
		if (draw(2))
			x = old + (draw(2) ? 1 + draw(8) : -(1 + draw(8)));
		memcpy(b->p + at, &x, size);
	}
	bufprintf(how, "%s+%llu:%llu ", name[i], (unsigned long long)(at - s[i]->off),
		(unsigned long long)size);
}

/*
 * The path of file `r`. Those of one kind of instrumentation share a folder, as llvm-profdata does
 * not merge all kinds.
 */
static void
mkpath(const struct buf *b, const char *dir, uint64_t r, const char *end, struct buf *path)
{
	uint64_t variant;
	unsigned version;

	if (!profrawsniff(b->p, b->n, &version, &variant))
		fatal("name '%s': no profile", end);
	path->n = 0;
	bufprintf(path, "%s/%08llx", dir, (unsigned long long)variant >> 32);
	if (mkdir(bufstr(path), 0777) && errno != EEXIST)
		fatal("create '%s':", path->p);
	bufprintf(path, "/%llu.%s", (unsigned long long)r, end);
	bufstr(path);
}

enum { MAXPROFILES = 8 };

/* The first few profiles of a good file; how many. */
static size_t
profiles(const char *path, const struct buf *b, struct profraw *v)
{
	struct profdiag d = {0};
	struct profraw pr;
	size_t n = 0;

	profrawinit(&pr, b->p, b->n);
	while (n < MAXPROFILES && profrawnext(&pr, &d) > 0)
		v[n++] = pr;
	if (!n || d.class > PROFRAW_REPAIRABLE)
		fatal("read '%s': %s", path, d.bad.what);
	return n;
}

static void
pool(const char *const *path, size_t n, const char *dir, uint64_t round)
{
	struct poolinput in[2] = {{path[0], 0, 1}, {path[n - 1], n - 1, 1}};
	struct poolrun r = {.jobs = 1, .in = in, .n = n, .nsource = n};
	struct poolinfo *info;
	struct buf b = {0}, out = {0};
	size_t k;

	poolrun(&r);
	k = poolwrite(r.pool, &b, &info);
	if (k) {
		mkpath(&b, dir, round, "pool", &out);
		writefile(out.p, &b);
	}
	while (k--)
		bufrelease(&info[k].ids);
	free(info);
	bufrelease(&b);
	bufrelease(&out);
	poolrunrelease(&r);
}

int
main(int argc, char **argv)
{
	uint64_t seed, rounds, kept = 0;

	progname = "mkdamage";
	if (argc < 5)
		usagefail(usage);
	seed = (uint64_t)numint("SEED", argv[1], 1, INT64_MAX);
	rounds = (uint64_t)numint("ROUNDS", argv[2], 1, INT64_MAX);
	for (uint64_t r = 0; r < rounds; r++) {
		const char *from = argv[4 + r % (unsigned)(argc - 4)];
		struct buf b = {0}, how = {0}, name = {0};
		struct profraw pr[MAXPROFILES];
		struct proffile f;
		size_t n;

		state = (seed * 0x9e3779b97f4a7c15ULL ^ r * 0xbf58476d1ce4e5b9ULL) | 1;
		draw(1);
		if (slurp(from, 1 << 20, &b))
			fatal("read '%s':", from);
		n = profiles(from, &b, pr);
		/* First of all as it is. */
		for (uint64_t i = r < (unsigned)argc - 4 ? 0 : 1 + draw(2); i; i--)
			damage(&b, &pr[draw(n)], &how);
		f = checked(&b);
		if (!profisbad(&f)) {
			const char *path[2] = {NULL, from};

			mkpath(&b, argv[3], r,
				f.d.class == PROFRAW_REPAIRABLE ? "repairable" : "profraw", &name);
			path[0] = name.p;
			writefile(path[0], &b);
			pool(path, 1 + draw(2), argv[3], r);
			printf("%llu\t%s\t%u\t%s\t%s\t%s\n", (unsigned long long)r,
				profclassname(f.d.class), f.version, from, bufstr(&how),
				finding(&f));
			kept++;
		}
		bufrelease(&b);
		bufrelease(&how);
		bufrelease(&name);
	}
	fprintf(stderr, "%llu of %llu damaged profiles are called good\n", (unsigned long long)kept,
		(unsigned long long)rounds);
	closeout();
	return EXIT_YES;
}
