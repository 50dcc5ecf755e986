#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/packages.h"

enum { DEBIAN, FEDORA, ARCH, HOMEBREW, NSYSTEM };

static const struct {
	const char *name[NSYSTEM];
} packages[] = {
#include "packages.inc"
};

static const struct {
	const char *name, *command, *from;
} systems[NSYSTEM] = {
	{"Debian, Ubuntu", "apt-get install", " (from apt.llvm.org if it is not there)"},
	{"Fedora", "dnf install", ""},
	{"Arch", "pacman -S", ""},
	{"macOS", "brew install", ""},
};

/* A name's N as a number. */
static void
add(struct buf *b, const char *name, unsigned major)
{
	for (; *name; name++)
		if (*name == 'N' && (!name[1] || name[1] == '-'))
			bufprintf(b, "%u", major);
		else
			bufadd(b, name, 1);
}

/* Where one name is for whatever release is current, "llvm" also has packages of older ones. */
static void
addname(struct buf *b, unsigned system, const char *name, unsigned major)
{
	if (strchr(name, 'N'))
		add(b, name, major);
	else if (strcmp(name, "llvm") != 0)
		bufprintf(b, "%s (which has to be of LLVM %u)", name, major);
	else if (system == HOMEBREW)
		bufprintf(b, "%s@%u", name, major);
	else
		bufprintf(b, "%s%u, or %s where that is %u", name, major, name, major);
}

static bool
added(const char *const names[], size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* The system's names of the packages, each once; 0 when one of them is not to be had. */
static size_t
namesof(unsigned system, const char *const debian[], size_t n, const char *names[])
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < sizeof(packages) / sizeof(packages[0]); k++) {
			const char *name = packages[k].name[system];

			if (strcmp(packages[k].name[DEBIAN], debian[i]) != 0)
				continue;
			if (!strcmp(name, "-"))
				return 0;
			if (!added(names, found, name))
				names[found++] = name;
			break;
		}
	return found;
}

void
packagehints(const char *const debian[], size_t n, unsigned major)
{
	for (unsigned system = 0; system < NSYSTEM; system++) {
		const char *names[8];
		size_t found = namesof(system, debian, n < 8 ? n : 8, names);
		struct buf b = {0};

		for (size_t i = 0; i < found; i++) {
			bufputs(&b, i ? " " : "");
			addname(&b, system, names[i], major);
		}
		if (found)
			warn("  %s: %s %s%s", systems[system].name, systems[system].command,
				bufstr(&b), systems[system].from);
		bufrelease(&b);
	}
}
