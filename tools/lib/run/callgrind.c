#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/path.h"
#include "run/callgrind.h"
#include "run/launch.h"

/* Where valgrind starts to map what has no address, without being told. */
enum { MAPPED = 64 << 20, PAGE = 4096 };
enum { COUNTS_MAX = 256 << 20 }; /* bytes of one file: it has a line per line of source that ran */

bool
callgrindfound(void)
{
	char *path = onpath("valgrind");

	free(path);
	return path != NULL;
}

void
callgrindbegin(struct callgrind *c, const struct command *command, unsigned place)
{
	enum { COUNTS = 4, LEAST, BEFORE = 7 };
	static const char *const before[BEFORE] = {
		"valgrind", "-q", "--tool=callgrind", "--trace-children=yes", [BEFORE - 1] = "--"};
	const char *tmp = getenv("TMPDIR");
	struct buf b = {0};
	size_t n = 0;

	bufprintf(&b, "%s/bench-run.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	c->dir = xstrdup(bufstr(&b));
	if (!mkdtemp(c->dir))
		fatal("create '%s':", c->dir);
	while (command->argv[n])
		n++;
	c->command.argv = xcalloc(BEFORE + n + 1, sizeof(*c->command.argv));
	for (size_t i = 0; i < BEFORE; i++) {
		b.n = 0;
		if (i == COUNTS)
			bufprintf(&b, "--callgrind-out-file=%s/%%p", c->dir);
		else if (i == LEAST)
			bufprintf(&b, "--aspace-minaddr=%#x", MAPPED + place * PAGE);
		else
			bufputs(&b, before[i]);
		c->command.argv[i] = xstrdup(bufstr(&b));
	}
	for (size_t i = 0; i < n; i++)
		c->command.argv[BEFORE + i] = xstrdup(command->argv[i]);
	bufrelease(&b);
}

/* The field of a line of numbers or names, from 0; NULL when it has fewer. */
static const char *
field(const char *line, size_t i)
{
	for (line += strspn(line, " "); i && *line; i--) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	return *line ? line : NULL;
}

/* The field of "events:" that is called Ir; SIZE_MAX when there is none. */
static size_t
column(const char *events)
{
	const char *name;

	for (size_t i = 0; (name = field(events, i)); i++)
		if (!strncmp(name, "Ir", 2) && strchr(" ", name[2]))
			return i;
	return SIZE_MAX;
}

/* Adds the number in that field of a line of sums. */
static bool
addfield(const char *line, size_t at, uint64_t *sum)
{
	const char *text = at == SIZE_MAX ? NULL : field(line, at);
	uint64_t x;
	char *end;

	if (!text || *text < '0' || *text > '9')
		return false;
	errno = 0;
	x = strtoull(text, &end, 10);
	return !errno && strchr(" ", *end) && addok(*sum, x, sum);
}

bool
callgrindsum(char *text, double *instructions)
{
	uint64_t totals = 0, summaries = 0;
	size_t ntotals = 0, nsummaries = 0, at = SIZE_MAX;
	bool ok = true;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (!strncmp(line, "events:", 7))
			at = column(line + 7);
		else if (!strncmp(line, "totals:", 7))
			ok = addfield(line + 7, at, &totals) && ok, ntotals++;
		else if (!strncmp(line, "summary:", 8))
			ok = addfield(line + 8, at, &summaries) && ok, nsummaries++;
	}
	/* A part has its sum in the head, at the end, or in both, where the end knows better. */
	*instructions = (double)(ntotals >= nsummaries ? totals : summaries);
	return ok && (ntotals || nsummaries);
}

bool
callgrindend(struct callgrind *c, double *instructions)
{
	DIR *d = opendir(c->dir);
	struct dirent *e;
	struct buf path = {0}, text = {0};
	bool ok = true;
	size_t n = 0;

	*instructions = 0;
	while (d && (e = readdir(d))) {
		double one = 0;

		if (e->d_name[0] == '.')
			continue;
		path.n = text.n = 0;
		bufprintf(&path, "%s/%s", c->dir, e->d_name);
		ok = !slurp(path.p, COUNTS_MAX, &text) && callgrindsum(bufstr(&text), &one) && ok;
		*instructions += one;
		n++;
		unlink(path.p);
	}
	if (d)
		closedir(d);
	rmdir(c->dir);
	free(c->dir);
	commandrelease(&c->command);
	bufrelease(&path);
	bufrelease(&text);
	return ok && n;
}
