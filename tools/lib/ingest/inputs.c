#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "ingest/inputs.h"
#include "profraw/files.h"

enum { WEEK = 7 * 24 * 3600 };

/* Takes over the path. */
static void
add(struct inputs *in, const struct store *s, char *path, const char *source, uint32_t now)
{
	struct stat st;
	struct input *x;

	if (in->n == in->cap) {
		in->cap = in->cap ? 2 * in->cap : 64;
		in->v = xreallocarray(in->v, in->cap, sizeof(*in->v));
	}
	x = &in->v[in->n++];
	*x = (struct input){.path = path, .week = now};
	storesource(s, source, x->source);
	/* What cannot be looked at cannot be read either, which is said then. */
	if (!stat(path, &st) && st.st_mtime >= 0 && st.st_mtime / WEEK < now)
		x->week = (uint32_t)(st.st_mtime / WEEK);
}

/* The part of a path between slashes that starts at p, without .profraw; the caller's. */
static char *
part(const char *p)
{
	static const char suffix[] = ".profraw";
	size_t n = strcspn(p, "/"), k = sizeof(suffix) - 1;
	char *s = xcalloc(n + 1, 1);

	memcpy(s, p, n);
	if (!p[n] && n > k && !strcmp(s + n - k, suffix))
		s[n - k] = '\0';
	return s;
}

static char *
lastname(const char *path)
{
	const char *slash = strrchr(path, '/');

	return part(slash ? slash + 1 : path);
}

/* The folder that it is in, or where it names none its own name. */
static char *
foldername(const char *path)
{
	const char *end = strrchr(path, '/'), *p = end;
	char *s;

	while (p && p > path && p[-1] != '/')
		p--;
	if (!p || p == end)
		return lastname(path);
	s = xcalloc((size_t)(end - p) + 1, 1);
	memcpy(s, p, (size_t)(end - p));
	if (strcmp(s, ".") != 0)
		return s;
	free(s);
	return lastname(path);
}

static void
addlist(struct inputs *in, const struct store *s, const char *source, uint32_t now)
{
	char *path = NULL, *name;
	size_t cap = 0;

	while (getdelim(&path, &cap, '\0', stdin) > 0) {
		if (!*path)
			continue;
		name = source ? NULL : foldername(path);
		add(in, s, xstrdup(path), source ? source : name, now);
		free(name);
	}
	if (ferror(stdin))
		fatal("read '<stdin>':");
	free(path);
}

void
inputsadd(struct inputs *in, const struct store *s, const char *operand, const char *source,
	uint32_t now)
{
	struct proffiles files = {0};
	struct stat st;
	size_t skip = strlen(operand);
	bool folder = !stat(operand, &st) && S_ISDIR(st.st_mode);

	if (!strcmp(operand, "-")) {
		addlist(in, s, source, now);
		return;
	}
	in->trouble += proffilesadd(&files, operand) < 0;
	for (size_t i = 0; i < files.n; i++) {
		char *path = files.path[i], *name = NULL;

		if (!source && folder)
			name = part(path + skip + strspn(path + skip, "/"));
		else if (!source)
			name = lastname(path);
		add(in, s, xstrdup(path), source ? source : name, now);
		free(name);
	}
	proffilesrelease(&files);
}

static int
order(const void *va, const void *vb)
{
	const struct input *a = va, *b = vb;
	int c = strcmp(a->source, b->source);

	if (c)
		return c;
	if (a->week != b->week)
		return a->week < b->week ? -1 : 1;
	return strcmp(a->path, b->path);
}

void
inputsort(struct inputs *in)
{
	if (in->n)
		qsort(in->v, in->n, sizeof(*in->v), order);
}

void
inputsrelease(struct inputs *in)
{
	for (size_t i = 0; i < in->n; i++)
		free(in->v[i].path);
	free(in->v);
	*in = (struct inputs){0};
}
