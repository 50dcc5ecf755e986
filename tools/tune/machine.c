/* The CPU model that profiles are kept under. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "tune/machine.h"

/* Appends the value of the first line "KEY : value" of that processor. */
static void
value(char *to, size_t size, const char *line, const char *key, const char *before)
{
	size_t n = strlen(to), len = strlen(key);
	const char *colon = strchr(line, ':');

	if (strncmp(line, key, len) || (line[len] != '\t' && line[len] != ' ' && line[len] != ':'))
		return;
	/* "model" is a prefix of "model name". */
	if (!colon || strspn(line + len, " \t") != (size_t)(colon - line) - len)
		return;
	colon += 1 + strspn(colon + 1, " \t");
	snprintf(to + n, size - n, "%s%s%.*s", n ? " " : "", before, (int)strcspn(colon, "\n"),
		colon);
}

/* Characters that neither JSON nor a terminal should get. */
static void
plain(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || (unsigned char)*s > 0x7e)
			*s = '?';
}

bool
linein(const char *path, char *line, int size)
{
	FILE *f = fopen(path, "re");
	bool got = f && fgets(line, size, f);

	if (f)
		fclose(f);
	line[got ? strcspn(line, "\n") : 0] = '\0';
	return got;
}

bool
numberin(const char *path, int word, int64_t *n)
{
	char line[512], *p = line, *end;

	if (!path || !linein(path, line, sizeof(line)))
		return false;
	for (; word; word--) {
		p += strspn(p, " \t");
		p += strcspn(p, " \t\n");
	}
	errno = 0;
	*n = strtoll(p, &end, 10);
	return end > p && !errno && (!*end || strchr(" \t\n", *end));
}

void
machine(char *to, size_t size, const char *cpuinfo)
{
	static const char *const keys[][2] = {{"model name", ""}, {"cpu family", "family "},
		{"model", "model "}, {"CPU implementer", "implementer "}, {"CPU part", "part "}};
	char line[512];
	FILE *f = fopen(cpuinfo, "re");
	struct utsname u;

	*to = '\0';
	for (size_t k = 0; f && k < sizeof(keys) / sizeof(*keys); k++) {
		size_t before = strlen(to);

		if (fseek(f, 0, SEEK_SET))
			break;
		/* Up to the empty line behind the first processor. */
		while (strlen(to) == before && fgets(line, sizeof(line), f) && *line != '\n')
			value(to, size, line, keys[k][0], keys[k][1]);
	}
	if (f)
		fclose(f);
	if (!*to && !uname(&u))
		snprintf(to, size, "%s", u.machine);
	if (!*to)
		snprintf(to, size, "unknown");
	plain(to);
}
