/* Starts the build of a program that is best for this CPU.
 *
 * It has the program's name, and beside it lies a folder:
 *
 *	NAME                        this
 *	NAME.levels/x86-64/NAME     the builds, one for each level that was shipped
 *	NAME.levels/x86-64-v3/NAME
 *	NAME.levels/best            what was measured: lines of a level, a tab and a CPU, see cpuname
 *
 * The build is that of the last line for this CPU; without one, that of the highest level shipped
 * that the CPU can run. One that it cannot run is never started. Arguments, environment and process
 * are the program's. PGOKIT_LEVEL names the level to start; PGOKIT_LEVEL=list starts nothing and
 * prints a line for each level shipped: the level, whether this CPU runs it, whether it is the one
 * that would be started (yes or no); and then the CPU's name. Exit status where nothing was started:
 * 126. */
#include "bare.h"
#include "level.h"

#include <errno.h>

#define PATH_SIZE   4096
/* A longer file is none of ours: 50 models of CPUs fit. */
#define BEST_MAX    4096
#define NOT_STARTED 126

static char self[PATH_SIZE];

static void
print(int fd, const char *text)
{
	size_t len;

	for (len = 0; text[len]; len++)
		;
	while (len > 0) {
		long n = syswrite(fd, text, len);

		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

static int
fail(const char *verb, const char *object, const char *reason)
{
	char message[3 * PATH_SIZE];
	struct text text = {message, sizeof message, 0};

	add(&text, *self ? self : "pgokit-launch");
	add(&text, ": ");
	add(&text, verb);
	add(&text, " '");
	add(&text, object);
	add(&text, "': ");
	add(&text, reason);
	add(&text, "\n");
	print(2, message);
	return NOT_STARTED;
}

static const char *
name(void)
{
	const char *p, *last = self;

	for (p = self; *p; p++)
		if (*p == '/')
			last = p + 1;
	return last;
}

/* The path of a level's build; status 1 where it would be too long. */
static int
build(char path[PATH_SIZE], enum level level)
{
	struct text text = {path, PATH_SIZE, 0};

	add(&text, self);
	add(&text, ".levels/");
	add(&text, levelname(level));
	add(&text, "/");
	add(&text, name());
	return text.full;
}

static int
shipped(enum level level)
{
	char path[PATH_SIZE];

	return !build(path, level) && sysaccess(path) == 0;
}

/* The text of a file of at most BEST_MAX bytes; status 1 where there is none. */
static int
readbest(char content[BEST_MAX + 1])
{
	char path[PATH_SIZE];
	struct text text = {path, sizeof path, 0};
	size_t len = 0;
	long fd, n;

	add(&text, self);
	add(&text, ".levels/best");
	if (text.full || (fd = sysopen(path)) < 0)
		return 1;
	while ((n = sysread((int)fd, content + len, BEST_MAX + 1 - len)) > 0)
		len += (size_t)n;
	sysclose((int)fd);
	if (n < 0 || len > BEST_MAX)
		return 1;
	content[len] = '\0';
	return 0;
}

/* Ends the line, and returns the next; null where it has no end, so that half a file says nothing. */
static char *
cut(char *line, char at)
{
	for (; *line; line++)
		if (*line == at) {
			*line = '\0';
			return line + 1;
		}
	return NULL;
}

/* The level of the last line for this CPU; LEVELS where there is none. */
static enum level
measured(void)
{
	char content[BEST_MAX + 1], cpu[CPU_NAME_MAX], *line, *next, *model;
	enum level found = LEVELS;

	if (readbest(content))
		return LEVELS;
	cpuname(cpu);
	for (line = content; (next = cut(line, '\n')) != NULL; line = next) {
		model = cut(line, '\t');
		if (model && same(model, cpu) && levelnamed(line) != LEVELS)
			found = levelnamed(line);
	}
	return found;
}

/* The one to start; LEVELS where none that is shipped can run. */
static enum level
choose(void)
{
	enum level cpu = levelofcpu(), best = measured();
	int i;

	if (best <= cpu && shipped(best))
		return best;
	for (i = (int)cpu; i >= 0; i--)
		if (shipped((enum level)i))
			return (enum level)i;
	return LEVELS;
}

static int
list(void)
{
	enum level cpu = levelofcpu(), chosen = choose();
	char model[CPU_NAME_MAX];
	int i;

	for (i = 0; i < LEVELS; i++)
		if (shipped((enum level)i)) {
			print(1, levelname((enum level)i));
			print(1, i <= (int)cpu ? "\tyes" : "\tno");
			print(1, i == (int)chosen ? "\tyes\n" : "\tno\n");
		}
	cpuname(model);
	print(1, model);
	print(1, "\n");
	return 0;
}

static int
start(enum level level, char **argv, char **envp)
{
	char path[PATH_SIZE];
	long error;

	if (build(path, level))
		return fail("start", levelname(level), "its path is too long");
	error = -sysexecve(path, argv, envp);
	return fail("start", path,
		error == ENOENT	   ? "it is not there, or its interpreter is not"
		: error == EACCES  ? "it may not be executed"
		: error == ENOEXEC ? "it is no program for this machine"
		: error == E2BIG   ? "arguments and environment are too long"
				   : "the kernel refused it");
}

static const char *
asked(char **envp)
{
	const char *name, *value;

	for (; *envp; envp++) {
		for (name = "PGOKIT_LEVEL=", value = *envp; *name && *name == *value;
			name++, value++)
			;
		if (!*name)
			return value;
	}
	return NULL;
}

int
launch(char **argv, char **envp)
{
	const char *want = asked(envp);
	enum level level;
	long n;

	n = sysreadlink("/proc/self/exe", self, sizeof self - 1);
	if (n <= 0 || n == (long)sizeof self - 1) {
		self[0] = '\0';
		return fail("read", "/proc/self/exe",
			"it does not say where the program lies; is /proc mounted?");
	}
	if (!want || !*want) {
		level = choose();
		if (level == LEVELS)
			return fail("start", self,
				"no build in the .levels folder of that name is one that this CPU "
				"can run; PGOKIT_LEVEL=list tells which there are");
		return start(level, argv, envp);
	}
	if (same(want, "list"))
		return list();
	level = levelnamed(want);
	if (level == LEVELS)
		return fail("start", want, "PGOKIT_LEVEL is no level of x86-64, as x86-64-v3 is");
	if (level > levelofcpu())
		return fail("start", want, "this CPU cannot run it (PGOKIT_LEVEL)");
	return start(level, argv, envp);
}
