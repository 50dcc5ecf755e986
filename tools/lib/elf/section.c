/* Looking through the table of sections, whose names are in one of them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "elf/read.h"
#include "elf/section.h"

enum { NAMES_MAX = 1 << 24 }; /* bytes of all names */

/* Where a section lies, by its header. */
struct place {
	uint64_t at, n;
};

static struct place
place(const struct elf *e, const unsigned char *header)
{
	return e->wide ? (struct place){elfnumber(e, header + 24, 8), elfnumber(e, header + 32, 8)}
		       : (struct place){elfnumber(e, header + 16, 4), elfnumber(e, header + 20, 4)};
}

static bool
named(const struct elf *e, const char *section)
{
	uint64_t at = e->wide ? elfnumber(e, e->rest + 24, 8) : elfnumber(e, e->rest + 16, 4);
	size_t size = elfnumber(e, e->rest + (e->wide ? 42 : 30), 2);
	size_t count = elfnumber(e, e->rest + (e->wide ? 44 : 32), 2);
	size_t last = elfnumber(e, e->rest + (e->wide ? 46 : 34), 2);
	unsigned char *headers;
	char *names = NULL;
	struct place p;
	bool found = false;

	if (size < (e->wide ? 64 : 40) || last >= count)
		return false;
	headers = xcalloc(count, size);
	if (elffetch(e, at, headers, count * size)) {
		p = place(e, headers + last * size);
		if (p.n && p.n <= NAMES_MAX) {
			names = xcalloc(p.n + 1, 1);
			if (!elffetch(e, p.at, names, p.n))
				count = 0;
			for (size_t i = 0; i < count && !found; i++) {
				size_t name = elfnumber(e, headers + i * size, 4);

				found = name < p.n && !strcmp(names + name, section);
			}
		}
	}
	free(names);
	free(headers);
	return found;
}

bool
elfhas(const char *path, const char *section)
{
	struct elf e;
	bool has;

	if (!elfopen(&e, path))
		return false;
	has = named(&e, section);
	elfclose(&e);
	return has;
}
