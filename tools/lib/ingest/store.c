#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "ingest/store.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const char ending[] = ".pack";

const char *
storepath(const struct store *s, const char *name, const char *suffix)
{
	static struct buf b;

	b.n = 0;
	bufprintf(&b, "%s/%s%s", s->dir, name, suffix);
	return bufstr(&b);
}

void
storesource(const struct store *s, const char *name, char id[SOURCE_HEX])
{
	char hex[SHA256_HEX];
	struct buf b = {0};

	bufadd(&b, s->salt, sizeof(s->salt));
	bufputs(&b, name);
	sha256(b.p, b.n, hex);
	bufrelease(&b);
	memcpy(id, hex, SOURCE_HEX - 1);
	id[SOURCE_HEX - 1] = '\0';
}

/* All folders of the path. */
static void
makefolder(const char *path)
{
	char *p = xstrdup(path), *at = p;

	do {
		at = strchr(at + 1, '/');
		if (at)
			*at = '\0';
		if (mkdir(p, 0777) && errno != EEXIST)
			fatal("create '%s':", p);
		if (at)
			*at = '/';
	} while (at);
	free(p);
}

static void
takelock(struct store *s)
{
	const char *path = storepath(s, "lock", "");

	s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (s->lock < 0)
		fatal("create '%s':", path);
	if (!flock(s->lock, LOCK_EX | LOCK_NB))
		return;
	warn("lock '%s': another ingest is at work; waiting for it", path);
	while (flock(s->lock, LOCK_EX))
		if (errno != EINTR)
			fatal("lock '%s':", path);
}

static void
setsalt(struct store *s)
{
	const char *path = storepath(s, "salt", "");
	struct buf b = {0};

	if (slurp(path, sizeof(s->salt), &b)) {
		if (errno != ENOENT)
			fatal("read '%s': %s", path, filewhy());
		bufroom(&b, sizeof(s->salt));
		if (getrandom(b.p, sizeof(s->salt), 0) != sizeof(s->salt))
			fatal("draw a salt:");
		b.n = sizeof(s->salt);
		writefile(path, &b);
	}
	if (b.n != sizeof(s->salt))
		fatal("read '%s': not %zu bytes; without it no source is known again: restore it, "
		      "or remove the folder and ingest all uploads again",
			path, sizeof(s->salt));
	memcpy(s->salt, b.p, sizeof(s->salt));
	bufrelease(&b);
}

static int
order(const void *va, const void *vb)
{
	char *const *a = va, *const *b = vb;

	return strcmp(*a, *b);
}

static void
forget(struct store *s)
{
	for (size_t i = 0; i < s->nsource; i++)
		free(s->source[i]);
	free(s->source);
	s->source = NULL;
	s->nsource = 0;
}

/* A dot and six letters at the end, as mkstemp() puts them there: it was never finished. */
static bool
unfinished(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && strspn(dot + 1, LETTERS) == 6 && !dot[7];
}

void
storelist(struct store *s)
{
	DIR *d = opendir(s->dir);
	size_t cap = 0;
	struct dirent *e;

	forget(s);
	if (!d)
		fatal("read '%s':", s->dir);
	while ((errno = 0, e = readdir(d))) {
		size_t n = strlen(e->d_name), id = SOURCE_HEX - 1, k = id + sizeof(ending) - 1;
		bool hex = strspn(e->d_name, "0123456789abcdef") == id;

		if (unfinished(e->d_name))
			unlink(storepath(s, e->d_name, ""));
		if (n != k || !hex || strcmp(e->d_name + id, ending) != 0)
			continue;
		if (s->nsource == cap) {
			cap = cap ? 2 * cap : 64;
			s->source = xreallocarray(s->source, cap, sizeof(char *));
		}
		s->source[s->nsource] = xstrdup(e->d_name);
		s->source[s->nsource++][id] = '\0';
	}
	if (errno)
		fatal("read '%s':", s->dir);
	closedir(d);
	if (s->nsource)
		qsort(s->source, s->nsource, sizeof(char *), order);
}

void
storeopen(struct store *s, const char *root, char *const program[], size_t n)
{
	struct buf blank = {0}, dir = {0};
	char hex[SHA256_HEX];

	*s = (struct store){.one = mkpool(NULL, true), .sum = mkpool(NULL, false)};
	for (size_t i = 0; i < n; i++) {
		poolbuild(s->one, program[i], &blank);
		poolbuild(s->sum, program[i], NULL);
	}
	poolclose(s->one);
	poolclose(s->sum);
	s->nfunction = poolfunctions(s->one);
	if (!s->nfunction)
		fatal("read '%s': it has no functions", program[0]);
	s->blank = blank.n;
	sha256(blank.p, blank.n, hex);
	bufprintf(&dir, "%s/%.16s", root, hex);
	s->dir = bufstr(&dir);
	makefolder(s->dir);
	takelock(s);
	setsalt(s);
	if (access(storepath(s, "build.profraw", ""), F_OK))
		writefile(storepath(s, "build.profraw", ""), &blank);
	storelist(s);
	bufrelease(&blank);
}

void
storeclose(struct store *s)
{
	forget(s);
	delpool(s->one);
	delpool(s->sum);
	close(s->lock);
	free(s->dir);
	*s = (struct store){0};
}
