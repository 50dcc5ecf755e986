/* Listing a folder, and comparing two lists. */
#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/snapshot.h"

enum { ENTRIES_MAX = 1000000 };

struct entry {
	char *path;
	struct stat st;
};

static int
bypath(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

static void
add(struct snapshot *s, const FTSENT *e, size_t skip)
{
	if (!(s->n & (s->n - 1))) /* grown by doubling */
		s->of = xreallocarray(s->of, s->n ? s->n * 2 : 1, sizeof(*s->of));
	s->of[s->n++] = (struct entry){xstrdup(e->fts_path + skip), *e->fts_statp};
}

int
snapshottake(struct snapshot *s, const char *dir)
{
	char *const roots[] = {(char *)dir, NULL};
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
	FTSENT *e;
	int error = fts ? 0 : errno;

	*s = (struct snapshot){0};
	while (!error && (errno = 0, e = fts_read(fts))) {
		if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR)
			error = e->fts_errno;
		else if (e->fts_info != FTS_DP && e->fts_level > 0 && e->fts_info != FTS_NS)
			add(s, e, strlen(dir) + 1);
		if (s->n > ENTRIES_MAX)
			error = EFBIG;
	}
	if (!error)
		error = errno;
	if (fts)
		fts_close(fts);
	if (s->n)
		qsort(s->of, s->n, sizeof(*s->of), bypath);
	errno = error;
	return error ? -1 : 0;
}

void
snapshotrelease(struct snapshot *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->of[i].path);
	free(s->of);
	*s = (struct snapshot){0};
}

static bool
sametime(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool
same(const struct stat *a, const struct stat *b)
{
	if (a->st_dev != b->st_dev || a->st_ino != b->st_ino || a->st_mode != b->st_mode)
		return false;
	return S_ISDIR(a->st_mode) ||
	       (a->st_size == b->st_size && sametime(&a->st_mtim, &b->st_mtim) &&
		       sametime(&a->st_ctim, &b->st_ctim));
}

void
snapshotcompare(const struct snapshot *a, const struct snapshot *b,
	void (*changed)(void *to, const char *path), void *to)
{
	size_t i = 0, k = 0;

	while (i < a->n || k < b->n) {
		int order = i == a->n ? 1 : k == b->n ? -1 : bypath(&a->of[i], &b->of[k]);

		if (order)
			changed(to, order < 0 ? a->of[i].path : b->of[k].path);
		else if (!same(&a->of[i].st, &b->of[k].st))
			changed(to, b->of[k].path);
		i += order <= 0;
		k += order >= 0;
	}
}
