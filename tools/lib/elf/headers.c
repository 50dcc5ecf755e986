/* Reading the tables of segments and sections of an ELF file. */
#include <elf.h>
#include <stdlib.h>

#include "base/mem.h"
#include "elf/headers.h"

enum {
	ENTRIES_MAX = 1 << 24,
	TABLE_MAX = 1 << 30,
	NAMES_MAX = 1 << 24
}; /* the last two in bytes */

/* A table as the ELF header names it: where it is, and the size and number of its entries. */
struct table {
	uint64_t at, size, n;
};

static uint64_t
word(const struct elf *e, const unsigned char *p, size_t wide, size_t narrow)
{
	return elfnumber(e, p + (e->wide ? wide : narrow), e->wide ? 8 : 4);
}

static uint64_t
half(const struct elf *e, size_t wide, size_t narrow)
{
	return elfnumber(e, e->rest + (e->wide ? wide : narrow), 2);
}

static struct section
sectionof(const struct elf *e, const unsigned char *p)
{
	return (struct section){.type = (uint32_t)elfnumber(e, p + 4, 4),
		.at = word(e, p, 24, 16),
		.n = word(e, p, 32, 20),
		.link = (uint32_t)elfnumber(e, p + (e->wide ? 40 : 24), 4),
		.info = (uint32_t)elfnumber(e, p + (e->wide ? 44 : 28), 4)};
}

/*
 * The table of sections. Numbers that do not fit into the 16 bits of the ELF header stand in the
 * first section: how many sections in its size, where their names are in its link, how many
 * segments in its info.
 */
static struct table
sectiontable(const struct elf *e, struct section *first)
{
	struct table t = {word(e, e->rest, 24, 16), half(e, 42, 30), half(e, 44, 32)};
	unsigned char p[64];

	*first = (struct section){0};
	if (t.at && elffetch(e, t.at, p, e->wide ? 64 : 40))
		*first = sectionof(e, p);
	if (!t.n)
		t.n = first->n;
	return t;
}

/* Its entries, each of at least so many bytes. */
static unsigned char *
entries(const struct elf *e, const struct table *t, size_t least)
{
	if (t->size < least || t->n > ENTRIES_MAX)
		return NULL;
	return (unsigned char *)elfbytes(e, t->at, t->n * t->size, TABLE_MAX);
}

char *
elfbytes(const struct elf *e, uint64_t at, uint64_t n, uint64_t max)
{
	char *p;

	if (n > max)
		return NULL;
	p = xcalloc(n + 1, 1);
	if (elffetch(e, at, p, n))
		return p;
	free(p);
	return NULL;
}

bool
segmentsread(const struct elf *e, struct segments *s)
{
	struct section first;
	struct table t;
	unsigned char *table;

	*s = (struct segments){0};
	sectiontable(e, &first);
	t = (struct table){word(e, e->rest, 16, 12), half(e, 38, 26), half(e, 40, 28)};
	if (t.n == PN_XNUM)
		t.n = first.info;
	if (!t.n)
		return true;
	table = entries(e, &t, e->wide ? 56 : 32);
	if (!table)
		return false;
	s->v = xcalloc(t.n, sizeof(*s->v));
	for (; s->n < t.n; s->n++) {
		const unsigned char *p = table + s->n * t.size;

		s->v[s->n] = (struct segment){(uint32_t)elfnumber(e, p, 4),
			(uint32_t)elfnumber(e, p + (e->wide ? 4 : 24), 4), word(e, p, 8, 4),
			word(e, p, 32, 16), word(e, p, 16, 8), word(e, p, 48, 28)};
	}
	s->end = t.at + t.n * t.size;
	free(table);
	return true;
}

void
segmentsrelease(struct segments *s)
{
	free(s->v);
}

/* The names of all sections, in one of them. */
static bool
namesread(const struct elf *e, struct sections *s, size_t names)
{
	if (names >= s->n || s->v[names].type == SHT_NOBITS)
		return false;
	s->names = elfbytes(e, s->v[names].at, s->v[names].n, NAMES_MAX);
	return s->names;
}

bool
sectionsread(const struct elf *e, struct sections *s)
{
	struct section first;
	struct table t = sectiontable(e, &first);
	size_t names = half(e, 46, 34);
	unsigned char *table;
	bool whole;

	*s = (struct sections){0};
	if (!t.n)
		return true;
	table = entries(e, &t, e->wide ? 64 : 40);
	if (!table)
		return false;
	s->v = xcalloc(t.n, sizeof(*s->v));
	for (; s->n < t.n; s->n++)
		s->v[s->n] = sectionof(e, table + s->n * t.size);
	s->end = t.at + t.n * t.size;
	if (names == SHN_XINDEX)
		names = first.link;
	whole = namesread(e, s, names);
	for (size_t i = 0; whole && i < s->n; i++) {
		uint64_t at = elfnumber(e, table + i * t.size, 4);

		s->v[i].name = at < s->v[names].n ? s->names + at : "";
	}
	free(table);
	if (!whole)
		sectionsrelease(s);
	return whole;
}

void
sectionsrelease(struct sections *s)
{
	free(s->v);
	free(s->names);
}
