/* Looking through the table of sections. */
#include <string.h>

#include "elf/headers.h"
#include "elf/section.h"

bool
elfhas(const char *path, const char *section)
{
	struct elf e;
	struct sections s;
	bool has = false;

	if (!elfopen(&e, path))
		return false;
	if (sectionsread(&e, &s)) {
		for (size_t i = 0; i < s.n && !has; i++)
			has = !strcmp(s.v[i].name, section);
		sectionsrelease(&s);
	}
	elfclose(&e);
	return has;
}
