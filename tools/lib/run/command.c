#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "command.h"
#include "base/mem.h"
#include "run/shellwords.h"

bool
commandparse(struct command *c, const char *text, bool shell, const char **why)
{
	*c = (struct command){.shell = shell};
	if (shell) {
		c->argv = xcalloc(4, sizeof(*c->argv));
		c->argv[0] = xstrdup("sh");
		c->argv[1] = xstrdup("-c");
		c->argv[2] = xstrdup(text);
		return true;
	}
	c->argv = wordsplit(text, why);
	if (!c->argv)
		return false;
	if (!c->argv[0] || !*c->argv[0]) {
		commandrelease(c);
		*why = "there is no command in it";
		return false;
	}
	return true;
}

void
commandrelease(struct command *c)
{
	wordsfree(c->argv);
	*c = (struct command){0};
}

/* A folder is executable, too, but cannot be run. */
static bool
isprogram(const char *path)
{
	struct stat st;

	return !access(path, X_OK) && !stat(path, &st) && S_ISREG(st.st_mode);
}

char *
commandfile(const struct command *c)
{
	const char *name = c->argv[0], *path = getenv("PATH");
	struct buf b = {0};

	if (strchr(name, '/'))
		return isprogram(name) ? xstrdup(name) : NULL;
	for (path = path ? path : "/bin:/usr/bin"; *path; path += *path == ':') {
		size_t n = strcspn(path, ":");

		b.n = 0;
		bufadd(&b, path, n);
		bufprintf(&b, "%s%s", n ? "/" : "./", name);
		if (isprogram(bufstr(&b)))
			return b.p; /* the caller's now */
		path += n;
	}
	bufrelease(&b);
	return NULL;
}
