#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "ingest/weights.h"

enum { MAXWEIGHT = 1000, MAXFILE = 1 << 24 };

struct weight {
	bool tier;
	char name[TIER_SIZE]; /* or the source's opaque one */
	uint64_t n;
};

static void
addline(struct weights *w, const struct store *s, const char *path, size_t at, char *line)
{
	char *name = strchr(line, '\t'), *n = name ? strchr(name + 1, '\t') : NULL, what[64];
	struct weight *x;

	if (!n)
		fatal("read '%s': line %zu is not: source or tier, name, weight; tab-separated",
			path, at);
	*name++ = '\0';
	*n++ = '\0';
	snprintf(what, sizeof(what), "weights, line %zu", at);
	w->v = xreallocarray(w->v, w->n + 1, sizeof(*w->v));
	x = &w->v[w->n++];
	*x = (struct weight){.n = (uint64_t)numint(what, n, 0, MAXWEIGHT)};
	x->tier = !strcmp(line, "tier");
	if (!x->tier && strcmp(line, "source") != 0)
		fatal("read '%s': line %zu: '%s' is neither source nor tier", path, at, line);
	if (x->tier && !istier(name))
		fatal("read '%s': line %zu: '%s' can be no tier", path, at, name);
	if (x->tier)
		snprintf(x->name, sizeof(x->name), "%s", name);
	else
		storesource(s, name, x->name);
}

void
weightsread(struct weights *w, const struct store *s, const char *path)
{
	struct buf b = {0};
	size_t at = 0;

	if (slurpwarn(path, MAXFILE, &b))
		exit(EXIT_TROUBLE);
	for (char *p = bufstr(&b), *end; *p; p = end) {
		end = p + strcspn(p, "\n");
		if (*end)
			*end++ = '\0';
		at++;
		if (*p && *p != '#')
			addline(w, s, path, at, p);
	}
	bufrelease(&b);
}

uint64_t
weightof(const struct weights *w, const char *source, const char *tier)
{
	uint64_t n = 1;

	for (size_t i = 0; i < w->n; i++)
		if (!strcmp(w->v[i].name, w->v[i].tier ? tier : source))
			n *= w->v[i].n;
	return n;
}

void
weightsrelease(struct weights *w)
{
	free(w->v);
	*w = (struct weights){0};
}
