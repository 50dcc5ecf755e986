/* Finding the build id in the notes of a program. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "elf/buildid.h"
#include "elf/read.h"

enum { PT_NOTE = 4, NT_GNU_BUILD_ID = 3 };
enum { NOTES_MAX = 1 << 20 }; /* bytes of one segment of notes */

static size_t
padded(size_t n, size_t align)
{
	return (n + align - 1) / align * align;
}

/* Looks through the notes p[n]: name size, size, type, then name and content, each padded. */
static bool
innotes(const struct elf *e, const unsigned char *p, size_t n, size_t align, char *hex)
{
	enum { HEADER = 12 };

	while (n >= HEADER) {
		size_t name = elfnumber(e, p, 4), size = elfnumber(e, p + 4, 4);
		uint64_t type = elfnumber(e, p + 8, 4);
		const unsigned char *id;

		n -= HEADER;
		p += HEADER;
		if (name > n || padded(name, align) > n || size > n - padded(name, align))
			return false;
		id = p + padded(name, align);
		if (type == NT_GNU_BUILD_ID && name == 4 && !memcmp(p, "GNU", 4) && size &&
			size <= (BUILDID_HEX - 1) / 2) {
			for (size_t i = 0; i < size; i++) {
				*hex++ = "0123456789abcdef"[id[i] >> 4];
				*hex++ = "0123456789abcdef"[id[i] & 15];
			}
			*hex = '\0';
			return true;
		}
		size = padded(name, align) + padded(size, align);
		if (size > n)
			return false;
		p += size;
		n -= size;
	}
	return false;
}

/* Looks through the segment that a program header describes. */
static bool
insegment(const struct elf *e, const unsigned char *header, char *hex)
{
	uint64_t at = e->wide ? elfnumber(e, header + 8, 8) : elfnumber(e, header + 4, 4);
	uint64_t n = e->wide ? elfnumber(e, header + 32, 8) : elfnumber(e, header + 16, 4);
	uint64_t align = e->wide ? elfnumber(e, header + 48, 8) : elfnumber(e, header + 28, 4);
	unsigned char *notes;
	bool found;

	if (elfnumber(e, header, 4) != PT_NOTE || !n || n > NOTES_MAX)
		return false;
	notes = xcalloc(n, 1);
	found = elffetch(e, at, notes, n) && innotes(e, notes, n, align == 8 ? 8 : 4, hex);
	free(notes);
	return found;
}

static void
search(const struct elf *e, char *hex)
{
	uint64_t at = e->wide ? elfnumber(e, e->rest + 16, 8) : elfnumber(e, e->rest + 12, 4);
	size_t size = elfnumber(e, e->rest + (e->wide ? 38 : 26), 2);
	size_t count = elfnumber(e, e->rest + (e->wide ? 40 : 28), 2);
	unsigned char header[56];

	if (size < (e->wide ? 56 : 32))
		return;
	for (size_t i = 0; i < count; i++, at += size)
		if (at > INT64_MAX - size || !elffetch(e, at, header, e->wide ? 56 : 32) ||
			insegment(e, header, hex))
			return;
}

void
buildid(const char *path, char hex[BUILDID_HEX])
{
	struct elf e;

	*hex = '\0';
	if (!elfopen(&e, path))
		return;
	search(&e, hex);
	elfclose(&e);
}
