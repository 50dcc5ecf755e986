#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "profraw/files.h"

static void
add(struct proffiles *f, const char *path)
{
	if (f->n == f->cap) {
		f->cap = f->cap ? 2 * f->cap : 64;
		f->path = xreallocarray(f->path, f->cap, sizeof(*f->path));
	}
	f->path[f->n++] = xstrdup(path);
}

static bool
profrawname(const char *name)
{
	static const char end[] = ".profraw";
	size_t n = strlen(name), k = sizeof(end) - 1;

	return n >= k && !strcmp(name + n - k, end);
}

static int
order(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Path names end at PATH_MAX, and so does the recursion. */
static int
walk(struct proffiles *f, const char *dir)
{
	struct dirent **v;
	struct buf path = {0};
	int n = scandir(dir, &v, NULL, order), rc = 0;

	if (n < 0) {
		warn("read '%s':", dir);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		const char *name = v[i]->d_name;
		struct stat st, to;

		path.n = 0;
		bufprintf(&path, "%s%s%s", dir, dir[strlen(dir) - 1] == '/' ? "" : "/", name);
		if (!strcmp(name, ".") || !strcmp(name, ".."))
			;
		else if (lstat(bufstr(&path), &st)) {
			/* A file that a running program has just removed is not there. */
			if (errno != ENOENT) {
				warn("read '%s':", path.p);
				rc = -1;
			}
		} else if (S_ISDIR(st.st_mode))
			rc |= walk(f, path.p);
		else if (profrawname(name) && (stat(path.p, &to) || !S_ISDIR(to.st_mode)))
			add(f, path.p);
		free(v[i]);
	}
	free(v);
	bufrelease(&path);
	return rc;
}

long
proffilesadd(struct proffiles *f, const char *path)
{
	struct stat st;
	size_t before = f->n;

	if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
		if (walk(f, path))
			return -1;
		if (f->n == before)
			warn("read '%s': no .profraw file in it; was the program that ran the "
			     "instrumented one, and where does LLVM_PROFILE_FILE point?",
				path);
	} else {
		add(f, path);
	}
	return (long)(f->n - before);
}

void
proffilesrelease(struct proffiles *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->path[i]);
	free(f->path);
	*f = (struct proffiles){0};
}
