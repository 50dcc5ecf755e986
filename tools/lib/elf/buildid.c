#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "elf/buildid.h"

enum { PT_NOTE = 4, NT_GNU_BUILD_ID = 3 };
enum { NOTES_MAX = 1 << 20 }; /* bytes of one segment of notes */

struct elf {
	int fd;
	bool wide; /* 64-bit */
	bool big;  /* big-endian */
};

static uint64_t
number(const struct elf *e, const unsigned char *p, size_t n)
{
	uint64_t x = 0;

	for (size_t i = 0; i < n; i++)
		x = x << 8 | p[e->big ? i : n - 1 - i];
	return x;
}

/* Reads exactly n bytes at offset `at`. */
static bool
fetch(const struct elf *e, uint64_t at, void *p, size_t n)
{
	return at <= INT64_MAX && pread(e->fd, p, n, (off_t)at) == (ssize_t)n;
}

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
		size_t name = number(e, p, 4), size = number(e, p + 4, 4);
		uint64_t type = number(e, p + 8, 4);
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
	uint64_t at = e->wide ? number(e, header + 8, 8) : number(e, header + 4, 4);
	uint64_t n = e->wide ? number(e, header + 32, 8) : number(e, header + 16, 4);
	uint64_t align = e->wide ? number(e, header + 48, 8) : number(e, header + 28, 4);
	unsigned char *notes;
	bool found;

	if (number(e, header, 4) != PT_NOTE || !n || n > NOTES_MAX)
		return false;
	notes = xcalloc(n, 1);
	found = fetch(e, at, notes, n) && innotes(e, notes, n, align == 8 ? 8 : 4, hex);
	free(notes);
	return found;
}

static void
search(struct elf *e, char *hex)
{
	unsigned char ident[16], rest[48], header[56];
	size_t size, count;
	uint64_t at;

	if (!fetch(e, 0, ident, sizeof(ident)) || memcmp(ident, "\177ELF", 4) != 0)
		return;
	e->wide = ident[4] == 2;
	e->big = ident[5] == 2;
	if (!fetch(e, sizeof(ident), rest, e->wide ? 48 : 36))
		return;
	at = e->wide ? number(e, rest + 16, 8) : number(e, rest + 12, 4);
	size = number(e, rest + (e->wide ? 38 : 26), 2);
	count = number(e, rest + (e->wide ? 40 : 28), 2);
	if (size < (e->wide ? 56 : 32))
		return;
	for (size_t i = 0; i < count; i++, at += size)
		if (at > INT64_MAX - size || !fetch(e, at, header, e->wide ? 56 : 32) ||
			insegment(e, header, hex))
			return;
}

void
buildid(const char *path, char hex[BUILDID_HEX])
{
	struct elf e = {.fd = openfile(path)};

	*hex = '\0';
	if (e.fd < 0)
		return;
	search(&e, hex);
	close(e.fd);
}
