#include <stdlib.h>
#include <zlib.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "profraw/diag.h"
#include "profraw/layout.h"
#include "profraw/names.h"

typedef unsigned long long ull;

/*
 * A chunk of names says itself how long it gets inflated, and zlib can make 1032 bytes out of one.
 * Names of real programs shrink to a fifth or a tenth. These limits keep the memory that a hostile
 * file can ask for within a few hundred times its own size.
 */
enum { MAXRATIO = 256, SMALL = 65536, NAMESPERBYTE = 8 };
#define MAXTEXT (1ULL << 30)

struct chunks {
	struct profnames *t;
	const struct profraw *pr;
	const char *section;
	uint64_t at, end; /* in the file */
	uint64_t maxnames;
	struct profdiag *d;
};

static int
uleb(struct chunks *c, uint64_t *x)
{
	uint64_t start = c->at;

	*x = 0;
	for (unsigned shift = 0;; shift += 7) {
		unsigned char b;

		if (c->at == c->end)
			return profbad(c->d, PROFRAW_CORRUPT, c->section, start,
				"a size goes on behind the end of the section");
		b = c->pr->p[c->at++];
		if (shift > 63 || (shift == 63 && b > 1))
			return profbad(c->d, PROFRAW_CORRUPT, c->section, start,
				"a size has more than 64 bits");
		*x |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return 0;
	}
}

/* Appends exactly size bytes to the text, from exactly n bytes of input at the current place. */
static int
inflatechunk(struct chunks *c, uint64_t n, uint64_t size)
{
	z_stream z = {.next_in = (unsigned char *)(uintptr_t)(c->pr->p + c->at)};
	struct buf *text = &c->t->text;
	int rc;

	if (n > UINT32_MAX)
		return profbad(c->d, PROFRAW_CORRUPT, c->section, c->at,
			"%llu bytes of compressed names are too many", (ull)n);
	if (inflateInit(&z) != Z_OK)
		fatal("decompress names: no memory");
	bufroom(text, size + 1);
	z.avail_in = (uInt)n;
	z.next_out = (unsigned char *)text->p + text->n;
	z.avail_out = (uInt)size + 1;
	rc = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	if (rc != Z_STREAM_END)
		return profbad(c->d, PROFRAW_CORRUPT, c->section, c->at + (n - z.avail_in),
			"the names cannot be decompressed (%s)",
			z.msg	      ? z.msg
			: z.avail_out ? "they end too early"
				      : "they are longer than they say");
	if (z.avail_in)
		return profbad(c->d, PROFRAW_CORRUPT, c->section, c->at,
			"the compressed names have %llu bytes, not %llu", (ull)(n - z.avail_in),
			(ull)n);
	if (z.total_out != size)
		return profbad(c->d, PROFRAW_CORRUPT, c->section, c->at,
			"the names have %llu bytes, not %llu", (ull)z.total_out, (ull)size);
	text->n += size;
	return 0;
}

/* Splits the text from `from` at the separators, bytes of 1. `at`: the chunk, for messages. */
static int
split(struct chunks *c, uint64_t at, size_t from)
{
	struct profnames *t = c->t;
	const char *text = t->text.p;

	while (from <= t->text.n) {
		const char *sep = memchr(text + from, 1, t->text.n - from);
		size_t end = sep ? (size_t)(sep - text) : t->text.n;

		if (end == from)
			return profbad(c->d, PROFRAW_CORRUPT, c->section, at, "a name is empty");
		if (t->n == c->maxnames)
			return profbad(c->d, PROFRAW_CORRUPT, c->section, at,
				"there are more than %llu names", (ull)c->maxnames);
		if (t->n == t->cap) {
			t->cap = t->cap ? 2 * t->cap : 64;
			t->v = xreallocarray(t->v, t->cap, sizeof(*t->v));
		}
		t->v[t->n++] = (struct profname){.ref = md5ref(text + from, end - from),
			.off = (uint32_t)from,
			.len = (uint32_t)(end - from)};
		from = end + 1;
	}
	return 0;
}

/* ULEB128 size, ULEB128 compressed size or 0, then the names or a zlib stream of them. */
static int
readchunk(struct chunks *c)
{
	uint64_t start = c->at, size, zsize, n;
	size_t from = c->t->text.n;

	if (uleb(c, &size) || uleb(c, &zsize))
		return -1;
	n = zsize ? zsize : size;
	if (n > c->end - c->at)
		return profbad(c->d, PROFRAW_CORRUPT, c->section, start,
			"%llu bytes of names, the section has %llu left", (ull)n,
			(ull)(c->end - c->at));
	if (zsize && (size > SMALL && size / MAXRATIO > zsize))
		return profbad(c->d, PROFRAW_CORRUPT, c->section, start,
			"%llu bytes of names out of %llu: more than names can be compressed",
			(ull)size, (ull)zsize);
	if (size > MAXTEXT - from)
		return profbad(c->d, PROFRAW_CORRUPT, c->section, start,
			"more than %llu bytes of names", MAXTEXT);
	if (!size)
		return profbad(c->d, PROFRAW_CORRUPT, c->section, start, "a name is empty");
	if (!zsize)
		bufadd(&c->t->text, c->pr->p + c->at, size);
	else if (inflatechunk(c, zsize, size))
		return -1;
	c->at += n;
	return split(c, start, from);
}

static int
readsection(struct profnames *t, const struct profraw *pr, const struct profsect *s,
	const char *section, struct profdiag *d)
{
	struct chunks c = {.t = t,
		.pr = pr,
		.section = section,
		.at = s->off,
		.end = s->off + s->size,
		.maxnames = t->n + NAMESPERBYTE * s->size + SMALL,
		.d = d};

	/* Linkers align the chunks of different objects with zeros. */
	while (c.at < c.end)
		if (!pr->p[c.at])
			c.at++;
		else if (readchunk(&c))
			return -1;
	return 0;
}

static int
order(const void *va, const void *vb)
{
	const struct profname *a = va, *b = vb;

	return (a->ref > b->ref) - (a->ref < b->ref);
}

static int
checkrefs(const struct profnames *t, const struct profraw *pr, struct profdiag *d)
{
	const struct proflay *lay = proflay(pr->version);
	size_t len;

	for (uint64_t i = 0; i < pr->nrec; i++) {
		uint64_t at = pr->data.off + i * pr->lay->size, ref = profraw64(pr, at);

		if (!profnamesfind(t, ref, &len))
			return profbad(d, PROFRAW_CORRUPT, "data records", at,
				"no name has the hash 0x%016llx of record %llu", (ull)ref, (ull)i);
	}
	for (uint64_t i = 0; i < pr->nvtab; i++) {
		uint64_t at = pr->vtab.off + i * lay->vtab[pr->wide].size, ref = profraw64(pr, at);

		if (!profnamesfind(t, ref, &len))
			return profbad(d, PROFRAW_CORRUPT, "vtables", at,
				"no name has the hash 0x%016llx of vtable %llu", (ull)ref, (ull)i);
	}
	return 0;
}

int
profnamesadd(struct profnames *t, const struct profraw *pr, struct profdiag *d)
{
	return readsection(t, pr, &pr->names, "names", d) ||
			       readsection(t, pr, &pr->vnames, "vtable names", d)
		       ? -1
		       : 0;
}

void
profnamessort(struct profnames *t)
{
	if (t->n)
		qsort(t->v, t->n, sizeof(*t->v), order);
}

int
profnamesread(struct profnames *t, const struct profraw *pr, struct profdiag *d)
{
	t->n = t->text.n = 0;
	if (profnamesadd(t, pr, d))
		return -1;
	profnamessort(t);
	return checkrefs(t, pr, d);
}

const char *
profnamesfind(const struct profnames *t, uint64_t ref, size_t *len)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->v[mid].ref == ref) {
			*len = t->v[mid].len;
			return t->text.p + t->v[mid].off;
		}
		if (t->v[mid].ref < ref)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

void
profnamesrelease(struct profnames *t)
{
	bufrelease(&t->text);
	free(t->v);
	*t = (struct profnames){0};
}
