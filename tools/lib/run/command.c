#include "base/mem.h"
#include "run/command.h"
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
