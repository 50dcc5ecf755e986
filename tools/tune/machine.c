/* The CPU model that profiles are kept under. */
#include <stdio.h>
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

		rewind(f);
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
