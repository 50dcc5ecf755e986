/* The two runs of each arm that are looked at instead of timed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/snapshot.h"
#include "plan/arm_folders.h"
#include "measure/watch.h"

enum { LEAVES_MAX = 10 }; /* files that are named of a benchmark */

struct watch {
	const struct sampler *sm;
	struct plan *p;
	const struct settings *set;
	struct series *ser;
	struct snapshot folder; /* as it was when it was last looked at */
	bool watched;		/* there is such a list */
	bool copied;		/* each arm has a folder of its own */
};

/* Whether programs are compared; one alone has nothing to answer for. */
static bool
hasprograms(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->narms; i++)
		n += p->arms[i].binary != NULL;
	return n > 1;
}

/* Whether a benchmark that cannot be believed spoils everything. */
static bool
matters(const struct watch *w, size_t b)
{
	return !w->set->decide || criteriagates(w->set->decide, w->p->benches[b].name);
}

/* A file that was changed in the shared folder. */
static void
leave(void *to, const char *path)
{
	struct series *s = to;

	for (size_t i = 0; i < s->nleaves; i++)
		if (!strcmp(s->leaves[i], path))
			return;
	if (s->nleaves == LEAVES_MAX)
		return;
	s->leaves = xreallocarray(s->leaves, s->nleaves + 1, sizeof(*s->leaves));
	s->leaves[s->nleaves++] = xstrdup(path);
}

/* The same where each arm has a folder of its own. */
static void
share(void *to, const char *path)
{
	struct series *s = to;

	if (!s->shared)
		s->shared = xstrdup(path);
}

/* Lists the folder, so that the next time shows what has changed since. */
static void
list(struct watch *w, struct series *changes)
{
	struct snapshot now;

	if (!w->set->own || snapshottake(&now, ".")) {
		if (w->set->own && w->watched)
			warn("watch the folder: %s; what benchmarks leave there is not seen",
				strerror(errno));
		w->watched = false;
		return;
	}
	if (changes)
		snapshotcompare(&w->folder, &now, w->copied ? share : leave, changes);
	snapshotrelease(&w->folder);
	w->folder = now;
}

/* What was seen of the first benchmark of a suite holds for benchmark b of it, which ran with it. */
static void
seenwith(struct watch *w, size_t b)
{
	const struct series *first = &w->ser[b - w->p->benches[b].member];
	struct series *s = &w->ser[b];

	memcpy(s->seen, first->seen, w->p->narms * sizeof(*s->seen));
	for (size_t i = s->nleaves; i < first->nleaves; i++)
		leave(s, first->leaves[i]);
	if (first->shared && !s->shared)
		s->shared = xstrdup(first->shared);
}

/* One run of each arm of benchmark b. */
static bool
pass(struct watch *w, size_t b, unsigned run)
{
	struct series *s = &w->ser[b];

	if (benchfollows(&w->p->benches[b])) {
		seenwith(w, b);
		return true;
	}
	for (size_t i = 0; i < w->p->narms; i++)
		if (!samplerwatch(w->sm, w->p, &w->p->benches[b], i, run, &s->seen[i]))
			return false;
	if (w->watched)
		list(w, s);
	return true;
}

/* Where a benchmark leaves files, each arm works in a folder of its own from now on. */
static void
separate(struct watch *w)
{
	const char *why;

	for (size_t b = 0; b < w->p->nbenches && !w->copied; b++) {
		const struct series *s = &w->ser[b];

		if (!s->nleaves)
			continue;
		why = ownfolders(w->p, w->set->own);
		if (why)
			fatal("copy the folder to '%s' for each arm, since benchmark '%s' leaves "
			      "'%s' there: %s",
				w->set->own, w->p->benches[b].name, s->leaves[0], why);
		warn("benchmark '%s' leaves '%s' in its folder, so each arm runs in a copy of it",
			w->p->benches[b].name, s->leaves[0]);
		w->copied = true;
	}
}

/* Why benchmark b cannot be believed, or NULL. */
static const char *
flawof(const struct watch *w, size_t b)
{
	const struct arm *arms = w->p->arms;
	const struct series *s = &w->ser[b];
	size_t first = 0;
	static char text[512];
	const char *why;

	while (first < w->p->narms && !s->seen[first].looked)
		first++;
	for (size_t i = first; i < w->p->narms; i++) {
		why = sightingflaw(&s->seen[i], arms[i].name);
		if (!why)
			why = sightingsdiffer(
				&s->seen[first], arms[first].name, &s->seen[i], arms[i].name);
		if (why)
			return why;
	}
	if (!s->shared)
		return NULL;
	snprintf(text, sizeof(text),
		"each arm runs in a folder of its own, and yet it changes '%s' in the one that "
		"they were copied from",
		s->shared);
	return text;
}

bool
watchall(const struct sampler *sm, struct plan *p, const struct settings *set, struct series *ser)
{
	struct watch w = {.sm = sm, .p = p, .set = set, .ser = ser, .watched = set->own};
	bool ok = true;
	const char *why;
	size_t flawed = 0;

	if (!hasprograms(p))
		return true;
	for (size_t b = 0; b < p->nbenches; b++)
		ser[b].seen = xcalloc(p->narms, sizeof(*ser[b].seen));
	list(&w, NULL);
	for (unsigned run = 0; run < SEEN_RUNS; run++) {
		for (size_t b = 0; ok && b < p->nbenches; b++)
			ok = pass(&w, b, run);
		if (ok)
			separate(&w);
	}
	for (size_t b = 0; ok && b < p->nbenches; b++) {
		why = flawof(&w, b);
		if (!why)
			continue;
		ok = !matters(&w, b);
		if (!ok || amongfirst(&flawed))
			warn("measure benchmark '%s': %s", p->benches[b].name, why);
	}
	warnmore("measure benchmarks that cannot be believed", flawed);
	snapshotrelease(&w.folder);
	return ok;
}
