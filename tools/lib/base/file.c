#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"

/* Reads until end of file; the size that stat gave is only a hint, the file may be growing. */
static int
readall(int fd, size_t max, struct buf *b, size_t hint)
{
	size_t start = b->n;

	if (hint > max) {
		errno = EFBIG;
		return -1;
	}
	bufroom(b, hint + 1);
	for (;;) {
		ssize_t got;

		if (b->n == b->cap)
			bufroom(b, 65536);
		got = read(fd, b->p + b->n, b->cap - b->n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			return 0;
		b->n += (size_t)got;
		if (b->n - start > max) {
			errno = EFBIG;
			return -1;
		}
	}
}

int
openfile(const char *path)
{
	/* Without O_NONBLOCK the open of a pipe would wait for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), why = 0;
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st))
		why = errno;
	else if (!S_ISREG(st.st_mode))
		why = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	if (!why)
		return fd;
	close(fd);
	errno = why;
	return -1;
}

int
slurp(const char *path, size_t max, struct buf *b)
{
	struct stat st;
	size_t start = b->n;
	int fd = openfile(path), rc, saved;

	if (fd < 0)
		return -1;
	rc = fstat(fd, &st);
	if (!rc)
		rc = readall(fd, max, b, st.st_size < 0 ? 0 : (size_t)st.st_size);
	saved = errno;
	close(fd);
	if (rc)
		b->n = start;
	errno = saved;
	return rc;
}

const char *
filewhy(void)
{
	return errno == EINVAL ? "not a regular file" : strerror(errno);
}

int
slurpwarn(const char *path, size_t max, struct buf *b)
{
	if (!slurp(path, max, b))
		return 0;
	if (errno == EFBIG)
		warn("read '%s': more than %zu bytes", path, max);
	else
		warn("read '%s': %s", path, filewhy());
	return -1;
}

int
writeall(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static int
writeeach(int fd, const struct buf parts[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (writeall(fd, parts[i].p, parts[i].n))
			return -1;
	return 0;
}

/* A device, a pipe: written to, never replaced by a file. */
static void
writethrough(const char *path, const struct buf parts[], size_t n)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || writeeach(fd, parts, n) || close(fd))
		fatal("write '%s':", path);
}

void
writefile(const char *path, const struct buf *b)
{
	writeparts(path, b, 1);
}

void
writeparts(const char *path, const struct buf parts[], size_t n)
{
	struct buf tmp = {0};
	struct stat st;
	mode_t mask;
	char *real;
	int fd;

	if (!strcmp(path, "-")) {
		for (size_t i = 0; i < n; i++)
			if (fwrite(parts[i].p, 1, parts[i].n, stdout) != parts[i].n)
				fatal("write '<stdout>':");
		return;
	}
	if (!stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		writethrough(path, parts, n);
		return;
	}
	/* A link stays a link: what it points to is replaced. */
	real = realpath(path, NULL);
	bufprintf(&tmp, "%s.XXXXXX", real ? real : path);
	fd = mkstemp(bufstr(&tmp));
	if (fd < 0)
		fatal("create '%s':", tmp.p);
	mask = umask(0);
	umask(mask);
	/* mkstemp makes it private to the user; the file gets the mode that creat would give. */
	if (writeeach(fd, parts, n) || fchmod(fd, 0666 & ~mask) || close(fd) ||
		rename(tmp.p, real ? real : path)) {
		int saved = errno;

		unlink(tmp.p);
		errno = saved;
		fatal("write '%s':", path);
	}
	bufrelease(&tmp);
	free(real);
}

char *
absolute(const char *path)
{
	struct buf b = {0};
	char *cwd;

	if (*path == '/' || !strcmp(path, "-"))
		return xstrdup(path);
	cwd = getcwd(NULL, 0);
	if (!cwd)
		fatal("find the current folder:");
	bufprintf(&b, "%s/%s", cwd, path);
	free(cwd);
	return bufstr(&b);
}

bool
samefile(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}
