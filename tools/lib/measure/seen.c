/* Counting the executions of a program in a traced run. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <elf.h>
#endif

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "measure/seen.h"

enum {
	INSIDE = 1, /* it comes of the program */
	NOW = 2,    /* it runs the program */
	FRESH = 4,  /* it became what it is by an exec of its own, not by its parent's */
};

enum { MAPS_MAX = 64 << 20, NAMES_MAX = 200 };

/* Whether both files have the same bytes; one that cannot be read has not. */
static bool
samebytes(const char *a, const char *b)
{
	FILE *x = fopen(a, "re"), *y = fopen(b, "re");
	static char of[2][65536];
	bool same = x && y;
	size_t n, m;

	while (same) {
		n = fread(of[0], 1, sizeof(of[0]), x);
		m = fread(of[1], 1, sizeof(of[1]), y);
		same = n == m && !memcmp(of[0], of[1], n) && !ferror(x) && !ferror(y);
		if (n < sizeof(of[0]))
			break;
	}
	if (x)
		fclose(x);
	if (y)
		fclose(y);
	return same;
}

/* Whether path leads to the program, or to a copy of it: that of another arm is none. */
static bool
isprogram(const struct seen *s, const char *path)
{
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	return (st.st_dev == s->dev && st.st_ino == s->ino) ||
	       (st.st_size == s->size && samebytes(path, s->program));
}

#ifdef __linux__

/* Where the kernel put the name of the file that exec was asked for, 0 where that is not known. */
static unsigned long
execname(pid_t pid)
{
	unsigned long pairs[2 * 64];
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/auxv", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, pairs, sizeof(pairs));
	if (fd >= 0)
		close(fd);
	for (ssize_t i = 0; i + 1 < n / (ssize_t)sizeof(*pairs); i += 2)
		if (pairs[i] == AT_EXECFN)
			return pairs[i + 1];
	return 0;
}

/* Whether a name that the process has stands for the program. */
static bool
isnamed(const struct seen *s, pid_t pid, const char *name)
{
	struct buf b = {0};
	bool is;

	if (*name != '/')
		bufprintf(&b, "/proc/%d/cwd/", (int)pid);
	bufputs(&b, name);
	is = isprogram(s, bufstr(&b));
	bufrelease(&b);
	return is;
}

/* Whether exec was asked for the program, and the kernel runs an interpreter instead. */
static bool
isscript(const struct seen *s, pid_t pid)
{
	unsigned long at = execname(pid);
	char path[64], name[4096];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	fd = at ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	n = fd < 0 ? -1 : pread(fd, name, sizeof(name), (off_t)at);
	if (fd >= 0)
		close(fd);
	return n > 0 && memchr(name, '\0', (size_t)n) && isnamed(s, pid, name);
}

/* Whether the process is an interpreter whose first word that is no option is the program. */
static bool
isargument(const struct seen *s, pid_t pid)
{
	char path[64], words[8192];
	const char *w, *end;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, words, sizeof(words));
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	words[n - 1] = '\0';
	end = words + n;
	for (w = words + strlen(words) + 1; w < end && *w == '-'; w += strlen(w) + 1)
		;
	return w < end && isnamed(s, pid, w);
}

#else

static bool
isargument(const struct seen *s, pid_t pid)
{
	(void)s;
	(void)pid;
	return false;
}

static bool
isscript(const struct seen *s, pid_t pid)
{
	(void)s;
	(void)pid;
	return false;
}

#endif

/* The text behind the five fields of a line of /proc/PID/maps: a path, or not. */
static char *
mappedpath(char *line)
{
	for (int i = 0; i < 5; i++) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	return line;
}

/* Whether the process has the program in its memory, as a library or for an interpreter. */
static bool
ismapped(const struct seen *s, pid_t pid)
{
	struct buf b = {0};
	const char *last = "";
	char path[64];
	bool is = false;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	if (!slurp(path, MAPS_MAX, &b))
		for (char *line = strtok(bufstr(&b), "\n"); line && !is;
			line = strtok(NULL, "\n")) {
			char *of = mappedpath(line);

			if (*of == '/' && strcmp(of, last) != 0)
				is = isprogram(s, of);
			last = of;
		}
	bufrelease(&b);
	return is;
}

/* Whether a list of names with commas has this one. */
static bool
listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (; list; list = strchr(list, ','), list += list ? 2 : 0)
		if (!strncmp(list, name, n) && (!list[n] || list[n] == ','))
			return true;
	return false;
}

/* Notes what else was executed, a few names. */
static void
note(struct sighting *to, pid_t pid)
{
	char path[64], name[4096 + 1];
	const char *base;
	struct buf b = {0};
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	n = readlink(path, name, sizeof(name) - 1);
	name[n < 0 ? 0 : n] = '\0';
	base = strrchr(name, '/');
	base = base ? base + 1 : name;
	if (!*base || listed(to->instead, base) || (to->instead && strlen(to->instead) > NAMES_MAX))
		return;
	bufprintf(&b, "%s%s%s", to->instead ? to->instead : "", to->instead ? ", " : "", base);
	free(to->instead);
	to->instead = xstrdup(bufstr(&b));
	bufrelease(&b);
}

static void
counted(struct seen *s, struct traced *p)
{
	if (!(p->mark & INSIDE))
		s->to->runs[s->run]++;
	p->mark |= INSIDE | NOW;
}

static void
onexec(void *to, struct traced *p)
{
	struct seen *s = to;
	char path[64];

	p->mark = (p->mark & INSIDE) | FRESH;
	snprintf(path, sizeof(path), "/proc/%d/exe", (int)p->pid);
	if (isprogram(s, path) || isscript(s, p->pid) || (s->script && isargument(s, p->pid)))
		counted(s, p);
	else
		note(s->to, p->pid);
}

static void
onexit(void *to, struct traced *p)
{
	struct seen *s = to;

	if ((p->mark & (NOW | FRESH)) == FRESH && ismapped(s, p->pid))
		counted(s, p);
}

static void
onleft(void *to, struct traced *p)
{
	struct seen *s = to;
	struct sighting *g = s->to;
	char path[64], name[4096 + 1];
	ssize_t n;

	if (!(p->mark & NOW) && !ismapped(s, p->pid))
		return;
	snprintf(path, sizeof(path), "/proc/%d/exe", (int)p->pid);
	n = readlink(path, name, sizeof(name) - 1);
	name[n < 0 ? 0 : n] = '\0';
	if (!g->left)
		g->left = xstrdup(n > 0 ? name : "?");
}

static void
onend(void *to, const struct traced *p, int status, bool left)
{
	(void)to;
	(void)p;
	(void)status;
	(void)left;
}

static bool
iself(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char magic[4];
	bool is = fd >= 0 && read(fd, magic, sizeof(magic)) == sizeof(magic) &&
		  !memcmp(magic, "\177ELF", sizeof(magic));

	if (fd >= 0)
		close(fd);
	return is;
}

void
seenbegin(struct seen *s, const char *program, unsigned run, struct sighting *to)
{
	struct stat st;

	if (stat(program, &st))
		fatal("read '%s':", program);
	*s = (struct seen){
		.trace = {.onexec = onexec, .onexit = onexit, .onleft = onleft, .onend = onend},
		.dev = st.st_dev,
		.ino = st.st_ino,
		.size = st.st_size,
		.program = program,
		.script = !iself(program),
		.to = to,
		.run = run};
	s->trace.to = s;
	to->looked = true;
	to->runs[run] = 0;
	free(to->instead);
	to->instead = NULL;
}

void
seenend(struct seen *s, const char *failure)
{
	struct buf b = {0};

	if (s->to->untraced || !(s->trace.error || *failure))
		return;
	bufprintf(&b, "%s: %s", s->trace.error ? "ptrace" : "it fails when it is traced",
		s->trace.error ? strerror(s->trace.error) : failure);
	if (s->trace.error == EPERM)
		bufputs(&b, " (a container has to be started with --cap-add SYS_PTRACE)");
	s->to->untraced = xstrdup(bufstr(&b));
	bufrelease(&b);
}
