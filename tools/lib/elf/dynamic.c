/* Reading the table for the loader, and that of the versions of symbols. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "elf/dynamic.h"

enum { PART_MAX = 1 << 28 }; /* bytes of a table or its strings */

/* Where an address of the loaded program is in the file; UINT64_MAX where it is nowhere. */
static uint64_t
placeof(const struct segments *s, uint64_t address)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct segment *of = &s->v[i];

		if (of->type == PT_LOAD && address >= of->address && address - of->address < of->n)
			return of->at + (address - of->address);
	}
	return UINT64_MAX;
}

bool
dynamicread(const struct elf *e, const struct segments *s, struct dynamic *d)
{
	size_t word = e->wide ? 8 : 4, i = 0;
	unsigned char *p;

	*d = (struct dynamic){0};
	while (i < s->n && s->v[i].type != PT_DYNAMIC)
		i++;
	if (i == s->n)
		return true;
	p = (unsigned char *)elfbytes(e, s->v[i].at, s->v[i].n, PART_MAX);
	if (!p)
		return false;
	d->there = true;
	d->v = xcalloc(s->v[i].n / (2 * word) + 1, sizeof(*d->v));
	for (; d->n < s->v[i].n / (2 * word); d->n++) {
		const unsigned char *at = p + d->n * 2 * word;

		d->v[d->n] =
			(struct dynentry){elfnumber(e, at, word), elfnumber(e, at + word, word)};
		if (d->v[d->n].tag == DT_NULL)
			break;
	}
	free(p);
	d->nstrings = dynamicvalue(d, DT_STRSZ);
	if (!d->nstrings)
		return true;
	d->strings = elfbytes(e, placeof(s, dynamicvalue(d, DT_STRTAB)), d->nstrings, PART_MAX);
	if (!d->strings)
		dynamicrelease(d);
	return d->strings;
}

void
dynamicrelease(struct dynamic *d)
{
	free(d->v);
	free(d->strings);
}

uint64_t
dynamicvalue(const struct dynamic *d, uint64_t tag)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].tag == tag)
			return d->v[i].value;
	return 0;
}

const char *
dynamictext(const struct dynamic *d, uint64_t at)
{
	return d->strings && at < d->nstrings ? d->strings + at : "";
}

/* Whether version a is newer than b, number by number. */
static bool
newer(const char *a, const char *b)
{
	while (*a || *b) {
		char *enda, *endb;
		unsigned long x = strtoul(a, &enda, 10), y = strtoul(b, &endb, 10);

		if (x != y)
			return x > y;
		a = enda + (*enda == '.');
		b = endb + (*endb == '.');
	}
	return false;
}

static void
takeversion(const char *name, char version[GLIBC_MAX])
{
	static const char prefix[] = "GLIBC_";
	const char *is = name + sizeof(prefix) - 1;

	/* GLIBC_PRIVATE and GLIBC_ABI_* are names of other things. */
	if (!strncmp(name, prefix, sizeof(prefix) - 1) && *is && strlen(is) < GLIBC_MAX &&
		strspn(is, "0123456789.") == strlen(is) && newer(is, version))
		memcpy(version, is, strlen(is) + 1);
}

/*
 * One entry for each library, with a chain of versions behind it. Both kinds have 16 bytes, and at
 * its end how far the next one is, 0 for none.
 */
bool
glibcneeded(const struct elf *e, const struct sections *s, char version[GLIBC_MAX])
{
	enum { ENTRY = 16 };
	const struct section *needs = NULL, *names;
	unsigned char *p;
	char *text;
	uint64_t at = 0, steps;

	*version = '\0';
	for (size_t i = 0; i < s->n && !needs; i++)
		if (s->v[i].type == SHT_GNU_verneed)
			needs = &s->v[i];
	if (!needs)
		return true;
	if (needs->link >= s->n)
		return false;
	names = &s->v[needs->link];
	p = (unsigned char *)elfbytes(e, needs->at, needs->n, PART_MAX);
	text = elfbytes(e, names->at, names->n, PART_MAX);
	steps = needs->n / ENTRY; /* no more can be there: a hostile chain may be longer */
	for (uint64_t next = 1; p && text && next; at += next) {
		uint64_t aux = at, more;

		if (at + ENTRY > needs->n || !steps--)
			break;
		next = elfnumber(e, p + at + 12, 4);
		for (more = elfnumber(e, p + at + 8, 4); more && steps;
			more = elfnumber(e, p + aux + 12, 4), steps--) {
			aux += more;
			if (aux + ENTRY > needs->n)
				break;
			if (elfnumber(e, p + aux + 8, 4) < names->n)
				takeversion(text + elfnumber(e, p + aux + 8, 4), version);
		}
	}
	at = p && text;
	free(p);
	free(text);
	return at;
}
