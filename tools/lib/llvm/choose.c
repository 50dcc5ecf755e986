#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "llvm/choose.h"
#include "profraw/format.h"

static const char profdata[] = "llvm-profdata", mergefdata[] = "merge-fdata";

bool
wantsbolt(const char *tool)
{
	return !strcmp(tool, "llvm-bolt") || !strcmp(tool, mergefdata);
}

/* A tool beside this llvm-profdata: llvm-cov-22 for llvm-profdata-22. */
static const char *
beside(const struct want *w, const struct candidate *c, struct buf *b)
{
	const char *slash = strrchr(c->path, '/'), *suffix = slash ? strstr(slash, profdata) : NULL;

	b->n = 0;
	if (suffix) {
		bufprintf(b, "%.*s/%s%s", (int)(slash - c->path), c->path, w->tool,
			suffix + sizeof(profdata) - 1);
		if (!access(bufstr(b), X_OK))
			return b->p;
	}
	b->n = 0;
	bufprintf(b, "%.*s/%s", (int)(strrchr(c->real, '/') - c->real), c->real, w->tool);
	return access(bufstr(b), X_OK) ? NULL : b->p;
}

const char *
choicepath(const struct want *w, const struct candidate *c, struct buf *b)
{
	const char *path = c->path;

	if (w->bolt)
		path = strcmp(w->tool, mergefdata) != 0 ? c->bolt.tool : c->bolt.merge;
	else if (strcmp(w->tool, profdata) != 0)
		return beside(w, c, b);
	b->n = 0;
	if (path)
		bufputs(b, path);
	return path ? bufstr(b) : NULL;
}

unsigned
choicemajor(const struct search *s, const struct want *w, struct candidate *c)
{
	if (w->bolt)
		return c->bolt.major;
	if (!c->numbered && c->probe.version)
		c->major = llvmrelease(c->path, s->timeout_s);
	c->numbered = true;
	return c->major;
}

unsigned
wantmajor(struct search *s, const struct want *w)
{
	int major = searchmajor(s);

	if (major <= 0 || (!w->bolt && profrawversion((unsigned)major) != w->version))
		return 0;
	return (unsigned)major;
}

/*
 * How far a match is from the best one, which is 0. A compiler reads the .profdata files of its own
 * release and of older ones, but not those of newer ones. BOLT reads what compilers write, so that
 * a newer one is better than an older one, and the newest the best where the compiler is not LLVM.
 */
static unsigned
distance(struct search *s, const struct want *w, struct candidate *c)
{
	unsigned major, wanted;

	if (c->source == BY_ENV)
		return 0;
	wanted = wantmajor(s, w);
	if (!wanted && !w->bolt)
		return 0;
	major = choicemajor(s, w, c);
	if (!wanted)
		return major < 1000 ? 1000 - major : 1;
	if (!major)
		return 500;
	if (major > wanted)
		return (w->bolt ? 0 : 1000) + major - wanted;
	return (w->bolt && major < wanted ? 1000 : 0) + wanted - major;
}

static bool
fits(const struct search *s, const struct want *w, struct candidate *c, bool all)
{
	bool own = c->source == BY_COMPILER || c->source == BY_XCODE, found;
	struct buf b = {0};

	if (w->bolt) {
		boltprobe(c->path, c->real, s->timeout_s, &c->bolt);
		return c->bolt.sound && c->bolt.runtime && c->bolt.merge;
	}
	profprobe(c->path, w->version, all || !w->version || c->source == BY_ENV, s->timeout_s,
		&c->probe);
	if (!c->probe.sound || !c->probe.version ||
		!(w->version ? c->probe.version == w->version : own))
		return false;
	found = choicepath(w, c, &b) != NULL;
	bufrelease(&b);
	return found;
}

struct candidate *
choose(struct search *s, const struct want *w, bool all)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; all || best == SIZE_MAX || distance(s, w, &s->v[best]); i++) {
		struct candidate *c;

		while (i == s->n && searchmore(s))
			;
		if (i == s->n)
			break;
		c = &s->v[i];
		c->match = fits(s, w, c, all);
		c->asked = true;
		if (c->match &&
			(best == SIZE_MAX || distance(s, w, c) < distance(s, w, &s->v[best])))
			best = i;
	}
	return best == SIZE_MAX ? NULL : &s->v[best];
}

const char *
choicewhy(const struct want *w, const struct candidate *c, struct buf *b)
{
	char by[64];

	b->n = 0;
	profrawreaders(c->probe.version, by, sizeof(by));
	if (w->bolt)
		bufputs(b, c->bolt.why);
	else if (!c->probe.sound)
		bufputs(b, c->probe.why);
	else if (!c->match && w->version && c->probe.version == w->version)
		bufprintf(b, "has no %s beside it", w->tool);
	else if (!c->match && c->probe.version)
		bufprintf(b, "reads version %u%s%s", c->probe.version, *by ? ", as " : "", by);
	else if (!c->match)
		bufprintf(b, "does not read version %u", w->version);
	return bufstr(b);
}

const char *
choiceverdict(const struct want *w, const struct candidate *c, const struct candidate *best)
{
	bool sound = w->bolt ? c->bolt.sound : c->probe.sound;

	return c == best ? "best" : c->match ? "match" : sound ? "other" : "broken";
}
