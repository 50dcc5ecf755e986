#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/num.h"
#include "ingest/upload.h"

typedef unsigned long long ull;

/*
 * A value site is reached no more often than its function's counters say together, which flow
 * conservation makes a bound; a process that exits within a loop loses what its counters had in
 * registers.
 */
enum { VALUERATIO = 16 };

static void refuse(struct upload *u, const char *reason, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void
refuse(struct upload *u, const char *reason, const char *fmt, ...)
{
	va_list ap;

	u->reason = reason;
	va_start(ap, fmt);
	vsnprintf(u->why, sizeof(u->why), fmt, ap);
	va_end(ap);
}

/* The content if it is not too large, and its hash in any case; 0, or -1 after a warning. */
static int
readupload(const char *path, uint64_t max, struct buf *b, struct upload *u)
{
	struct stat st;
	int fd = openfile(path);

	if (fd < 0 || fstat(fd, &st)) {
		warn("read '%s': %s", path, filewhy());
		if (fd >= 0)
			close(fd);
		return -1;
	}
	u->bytes = (uint64_t)st.st_size;
	if (u->bytes > max) {
		int rc = sha256fd(fd, u->sha256);

		if (rc)
			warn("read '%s':", path);
		close(fd);
		refuse(u, "too-large", "%llu bytes; a profile of this build may have %llu",
			(ull)u->bytes, (ull)max);
		return rc;
	}
	close(fd);
	b->n = 0;
	if (slurpwarn(path, max, b))
		return -1;
	u->bytes = b->n;
	sha256(b->p, b->n, u->sha256);
	return 0;
}

/* What makes the same counts the same bytes. */
static void
hashcounts(const struct pool *p, char hex[SHA256_HEX])
{
	static struct buf b;
	struct poolinfo *info;
	size_t n;

	b.n = 0;
	n = poolwrite(p, &b, &info);
	sha256(b.p, b.n, hex);
	for (size_t i = 0; i < n; i++)
		bufrelease(&info[i].ids);
	free(info);
}

static void
plausible(const struct pool *p, const struct limits *limits, struct upload *u)
{
	struct poolsurvey survey;
	struct buf name = {0};
	double share;

	poolsurvey(p, &survey);
	u->sum = survey.sum;
	share = survey.sum ? 100 * (double)survey.hottest / (double)survey.sum : 0;
	if (!survey.sum)
		refuse(u, "zero", "no counter counted");
	else if (survey.hottest > limits->count)
		refuse(u, "implausible", "a counter of %s has %llu, the limit is %llu",
			poolname(p, survey.at, &name), (ull)survey.hottest, (ull)limits->count);
	else if (share > limits->share)
		refuse(u, "implausible",
			"one counter of %s has %.2f %% of all %llu counts, the limit is %g %%",
			poolname(p, survey.at, &name), share, (ull)survey.sum, limits->share);
	else if (survey.values / VALUERATIO > survey.sum)
		refuse(u, "implausible",
			"%llu values at one site, where all counters together have %llu",
			(ull)survey.values, (ull)survey.sum);
	bufrelease(&name);
}

static bool
replayed(const struct pack *pack, const char *counts)
{
	for (size_t i = 0; i < pack->nline; i++)
		if (!strcmp(pack->line[i].counts, counts))
			return true;
	return false;
}

int
uploadjudge(const struct store *s, const struct limits *limits, const struct seen *seen,
	const struct pack *pack, const char *path, struct upload *u, bool *known)
{
	static struct buf b;
	const struct packline *line;
	struct poolfile r;

	*u = (struct upload){0};
	*known = false;
	if (readupload(path, limits->bytes, &b, u))
		return -1;
	line = packfind(pack, u->sha256);
	*known = line && *line->counts;
	if (*known || u->reason)
		return 0;
	if (seenhas(seen, u->sha256)) {
		refuse(u, "duplicate", "its %llu bytes are those of another source's upload",
			(ull)u->bytes);
		return 0;
	}
	if (pooladd(s->one, b.p, b.n, 1, &r)) {
		refuse(u, profclassname(r.d.class), "%s: %s at offset %llu", r.d.bad.section,
			r.d.bad.what, (ull)r.d.bad.off);
		return 0;
	}
	u->profiles = r.profiles;
	plausible(s->one, limits, u);
	if (!u->reason) {
		hashcounts(s->one, u->counts);
		if (replayed(pack, u->counts))
			refuse(u, "replay",
				"its %llu counts are those of an earlier upload of this source, in "
				"other bytes",
				(ull)u->sum);
	}
	if (u->reason)
		poolclear(s->one);
	return 0;
}
