/* Walking through the notes of a program: each has a name, which says whose it is, a type and a content. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "elf/notes.h"

enum { NOTES_MAX = 1 << 20 }; /* bytes of one segment of notes */

/* <elf.h> has no name for it before glibc 2.33. */
#ifndef GNU_PROPERTY_X86_ISA_1_NEEDED
#define GNU_PROPERTY_X86_ISA_1_NEEDED 0xc0008002U
#endif

static size_t
padded(size_t n, size_t align)
{
	return (n + align - 1) / align * align;
}

static void
hexadecimal(const unsigned char *p, size_t n, char *hex)
{
	for (size_t i = 0; i < n; i++) {
		*hex++ = "0123456789abcdef"[p[i] >> 4];
		*hex++ = "0123456789abcdef"[p[i] & 15];
	}
	*hex = '\0';
}

/* Properties p[n]: type, size, content, padded to a word. */
static void
properties(const struct elf *e, const unsigned char *p, size_t n, struct notes *to)
{
	enum { HEADER = 8 };

	while (n >= HEADER) {
		uint64_t type = elfnumber(e, p, 4);
		size_t size = elfnumber(e, p + 4, 4), all;

		n -= HEADER;
		p += HEADER;
		if (size > n)
			return;
		if (size == 4 && type == GNU_PROPERTY_X86_FEATURE_1_AND)
			to->features |= (uint32_t)elfnumber(e, p, 4);
		if (size == 4 && type == GNU_PROPERTY_X86_ISA_1_NEEDED)
			to->isa |= (uint32_t)elfnumber(e, p, 4);
		all = padded(size, e->wide ? 8 : 4);
		if (all > n)
			return;
		p += all;
		n -= all;
	}
}

/*
 * The notes p[n]: name size, size, type, then name and content. What follows begins at a multiple of
 * the alignment, counted from where the note begins.
 */
static void
innotes(const struct elf *e, const unsigned char *p, size_t n, size_t align, struct notes *to)
{
	enum { HEADER = 12 };

	while (n >= HEADER) {
		size_t name = elfnumber(e, p, 4), size = elfnumber(e, p + 4, 4);
		size_t at = padded(HEADER + name, align), all = padded(at + size, align);
		uint64_t type = elfnumber(e, p + 8, 4);

		if (at > n || size > n - at)
			return;
		if (name == 4 && !memcmp(p + HEADER, "GNU", 4)) {
			if (type == NT_GNU_BUILD_ID && size <= (BUILDID_HEX - 1) / 2 &&
				!*to->buildid)
				hexadecimal(p + at, size, to->buildid);
			if (type == NT_GNU_PROPERTY_TYPE_0)
				properties(e, p + at, size, to);
		}
		if (all > n)
			return;
		p += all;
		n -= all;
	}
}

void
notesread(const struct elf *e, const struct segments *s, struct notes *n)
{
	*n = (struct notes){0};
	for (size_t i = 0; i < s->n; i++) {
		const struct segment *of = &s->v[i];
		char *p = of->type == PT_NOTE ? elfbytes(e, of->at, of->n, NOTES_MAX) : NULL;

		if (p)
			innotes(e, (unsigned char *)p, of->n, of->align == 8 ? 8 : 4, n);
		free(p);
	}
}

void
buildid(const char *path, char hex[BUILDID_HEX])
{
	struct elf e;
	struct segments s;
	struct notes n;

	*hex = '\0';
	if (!elfopen(&e, path))
		return;
	if (segmentsread(&e, &s)) {
		notesread(&e, &s, &n);
		memcpy(hex, n.buildid, strlen(n.buildid) + 1);
		segmentsrelease(&s);
	}
	elfclose(&e);
}
