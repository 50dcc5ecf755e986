#include <string.h>

#include "base/file.h"
#include "base/num.h"
#include "profraw/check.h"
#include "profraw/diag.h"
#include "profraw/reader.h"

/* What ran in one profile; kept apart until the whole file has turned out to be good. */
struct part {
	struct profmodule *module;
	size_t hit; /* one byte per record, from here in the scratch buffer */
};

static void
addcount(struct profcount *to, const struct profcount *c)
{
	to->n += c->n;
	to->hit += c->hit;
	to->sum = addmost(to->sum, c->sum);
}

/* Those ids of a profile that are not there yet. */
static void
addids(const struct profraw *pr, struct buf *ids)
{
	const unsigned char *id;
	struct buf hex = {0};
	uint64_t n;

	for (unsigned k = 0; (id = profrawid(pr, k, &n)); k++) {
		hex.n = 0;
		for (uint64_t i = 0; i < n; i++)
			bufprintf(&hex, "%02x", id[i]);
		if (!ids->n)
			bufputs(ids, bufstr(&hex));
		else if (!strstr(bufstr(ids), bufstr(&hex)))
			bufprintf(ids, ",%s", bufstr(&hex));
	}
	bufrelease(&hex);
	bufstr(ids);
}

/* Names and counters of one profile, the rest of which is good. */
static int
checkone(const struct profraw *pr, struct proffile *f, struct proftotal *t)
{
	struct part part = {profmodule(&t->modules, pr, &f->d), t->scratch[1].n};
	struct profcount all = {0};
	unsigned char *hit;

	if (!part.module)
		return -1;
	bufadd(&t->scratch[0], &part, sizeof(part));
	bufroom(&t->scratch[1], pr->nrec);
	hit = (unsigned char *)t->scratch[1].p + t->scratch[1].n;
	t->scratch[1].n += pr->nrec;
	for (uint64_t i = 0; i < pr->nrec; i++) {
		struct profrec rec = profrawrec(pr, i);
		struct profcount c = {0};

		if (profrawcount(pr, &rec, &c, &f->d))
			return -1;
		hit[i] = c.hit != 0;
		f->functions_hit += c.hit != 0;
		addcount(&all, &c);
	}
	if (!pr->nrec && profrawcountall(pr, &all, &f->d))
		return -1;
	addcount(&f->count, &all);
	f->profiles++;
	f->functions += pr->nrec;
	f->sites += pr->nsites;
	addids(pr, &f->ids);
	return 0;
}

void
profcheck(const void *p, size_t n, struct proffile *f, struct proftotal *t)
{
	struct profraw pr;
	int rc;

	*f = (struct proffile){.bytes = n};
	f->known = profrawsniff(p, n, &f->version, &f->variant);
	t->scratch[0].n = t->scratch[1].n = 0;
	profrawinit(&pr, p, n);
	do
		rc = profrawnext(&pr, &f->d);
	while (rc > 0 && !checkone(&pr, f, t));
	if (!rc && f->d.class == PROFRAW_OK && !f->count.hit)
		f->d.class = PROFRAW_ZERO;
	t->files++;
	t->warnings += f->d.nwarn;
	t->class[f->d.class]++;
	if (rc)
		return;
	for (size_t i = 0; i < t->scratch[0].n; i += sizeof(struct part)) {
		struct part part;

		memcpy(&part, t->scratch[0].p + i, sizeof(part));
		profmodulehits(
			&t->modules, part.module, (unsigned char *)t->scratch[1].p + part.hit);
	}
	t->bytes += n;
	t->profiles += f->profiles;
	t->sites += f->sites;
	addcount(&t->count, &f->count);
}

void
profcheckfile(const char *path, struct proffile *f, struct proftotal *t)
{
	t->file.n = 0;
	if (!slurp(path, FILEMAX, &t->file)) {
		profcheck(t->file.p, t->file.n, f, t);
		return;
	}
	*f = (struct proffile){0};
	profbad(&f->d, PROFRAW_UNREADABLE, "file", 0, "%s", filewhy());
	t->files++;
	t->class[PROFRAW_UNREADABLE]++;
}

void
proftotalrelease(struct proftotal *t)
{
	profmodulesrelease(&t->modules);
	bufrelease(&t->file);
	bufrelease(&t->scratch[0]);
	bufrelease(&t->scratch[1]);
	*t = (struct proftotal){0};
}
