/* Profile files: locked, read, added up, written through a temporary file and a rename. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tune/message.h"
#include "tune/store.h"

/* A file of 100,000 profiles has about 60 MB. */
static const off_t LARGEST = 256 << 20;

static struct synced *
syncedwith(struct tune *t, const char *path)
{
	struct synced *s = t->synced;

	while (s && strcmp(s->path, path))
		s = s->next;
	return s;
}

/* Keeps fd as what the tuner and that file last agreed on; closes it when there is no memory. */
static int
remember(struct tune *t, const char *path, int fd)
{
	struct synced *s = syncedwith(t, path);

	if (!s) {
		size_t size = strlen(path) + 1;

		s = malloc(sizeof(*s) + size);
		if (!s) {
			close(fd);
			return fail(t, TUNE_NOMEM, "remember '%s': no memory", path);
		}
		memcpy(s->path, path, size);
		s->next = t->synced;
		t->synced = s;
	} else {
		close(s->fd);
	}
	s->fd = fd;
	return 0;
}

void
forgetfiles(struct tune *t)
{
	while (t->synced) {
		struct synced *s = t->synced;

		t->synced = s->next;
		close(s->fd);
		free(s);
	}
}

/*
 * The whole of a file as JSON, from its start. 0; or why, and TUNE_FORMAT when it is damaged, TUNE_IO
 * when it could not be read.
 */
static int
document(int fd, json_t **doc, char *why, size_t size)
{
	struct stat st;
	json_error_t e;
	char *text;
	ssize_t n;

	*doc = NULL;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > LARGEST) {
		snprintf(
			why, size, "no regular file of at most %lld MiB", (long long)LARGEST >> 20);
		return TUNE_IO;
	}
	text = malloc((size_t)st.st_size + 1);
	/* Not read(): a forked child shares the descriptor's position. */
	n = text ? pread(fd, text, (size_t)st.st_size, 0) : -1;
	if (n != st.st_size) {
		snprintf(why, size, "%s", text ? "cannot read it whole" : "no memory");
		free(text);
		return TUNE_IO;
	}
	*doc = json_loadb(text, (size_t)n, JSON_REJECT_DUPLICATES, &e);
	free(text);
	if (*doc)
		return 0;
	snprintf(why, size, "line %d: %s", e.line, e.text);
	return json_error_code(&e) == json_error_out_of_memory ? TUNE_IO : TUNE_FORMAT;
}

/*
 * To PATH.corrupt, or PATH.corrupt.1 and so on: what was set aside before stays. TUNE_FORMAT; or
 * TUNE_IO when it is where it was: then nothing may be written over it.
 */
static int
setaside(struct tune *t, const char *path, const char *why)
{
	size_t size = strlen(path) + 32;
	char *to = malloc(size);

	for (int i = 0; to && i < 100; i++) {
		snprintf(to, size, i ? "%s.corrupt.%d" : "%s.corrupt", path, i);
		if (!renameat2(AT_FDCWD, path, AT_FDCWD, to, RENAME_NOREPLACE)) {
			say(t, "read '%s': %s: it is kept as '%s'", path, why, to);
			free(to);
			return TUNE_FORMAT;
		}
		if (errno != EEXIST)
			break;
	}
	say(t, "read '%s': %s; it cannot be set aside: %s", path, why, strerror(errno));
	free(to);
	return TUNE_IO;
}

/*
 * Adds what is new in the file at `path` to the tuner. 0, *fd (-1: no file) and, unless NULL, the
 * document; TUNE_FORMAT when the file was set aside. The file is locked.
 */
static int
absorb(struct tune *t, const char *path, int *fd, json_t **kept)
{
	struct synced *last = syncedwith(t, path);
	json_t *doc, *base = NULL;
	struct stat a, b;
	char why[256];
	int error;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0)
		return errno == ENOENT ? 0
				       : fail(t, TUNE_IO, "read '%s': %s", path, strerror(errno));
	error = document(*fd, &doc, why, sizeof(why));
	if (error == TUNE_IO)
		say(t, "read '%s': %s", path, why);
	if (doc && last && !fstat(last->fd, &a) && !fstat(*fd, &b) &&
		(a.st_ino != b.st_ino || a.st_dev != b.st_dev))
		(void)document(last->fd, &base, why, sizeof(why));
	if (doc)
		error = addbook(t, doc, base, last && !base, why, sizeof(why));
	json_decref(base);
	if (error) {
		close(*fd);
		*fd = -1;
		json_decref(doc);
		return error == TUNE_FORMAT ? setaside(t, path, why) : error;
	}
	if (kept)
		*kept = doc;
	else
		json_decref(doc);
	return 0;
}

/* The folder of path, synced so that a rename in it lasts. */
static void
syncfolder(const char *path)
{
	char *folder = strdup(path), *slash = folder ? strrchr(folder, '/') : NULL;
	int fd;

	if (slash)
		slash[slash == folder] = '\0';
	fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		/* Some file systems cannot; the file is whole all the same. */
		(void)!fsync(fd);
		close(fd);
	}
	free(folder);
}

static int
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

/* The same; a limit on the size of files is an error, and its signal does not end the process. */
static int
writewithin(int fd, const char *p, size_t n)
{
	sigset_t only, before, pending;
	int rc, saved;

	sigemptyset(&only);
	sigaddset(&only, SIGXFSZ);
	sigpending(&pending);
	pthread_sigmask(SIG_BLOCK, &only, &before);
	rc = writeall(fd, p, n);
	saved = errno;
	if (rc && saved == EFBIG && !sigismember(&pending, SIGXFSZ))
		(void)sigtimedwait(&only, NULL, &(struct timespec){0});
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = saved;
	return rc;
}

/* Writes text beside path and renames it. The descriptor, to read; or -1 with errno. */
static int
replacetext(const char *path, const char *text)
{
	size_t size = strlen(path) + 8;
	char *tmp = malloc(size);
	int fd, saved;

	if (!tmp)
		return -1;
	snprintf(tmp, size, "%s.XXXXXX", path);
	fd = mkostemp(tmp, O_CLOEXEC);
	if (fd < 0) {
		free(tmp);
		return -1;
	}
	if (writewithin(fd, text, strlen(text)) || writewithin(fd, "\n", 1) || fchmod(fd, 0644) ||
		fsync(fd) || rename(tmp, path)) {
		saved = errno;
		unlink(tmp);
		close(fd);
		errno = saved;
		fd = -1;
	} else {
		syncfolder(path);
	}
	free(tmp);
	return fd;
}

/* The same for a document. */
static int
replace(const char *path, const json_t *doc)
{
	char *text = json_dumps(doc, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS));
	int fd;

	errno = ENOMEM;
	fd = text ? replacetext(path, text) : -1;
	free(text);
	return fd;
}

/* Makes the folder of path if only that is missing. */
static void
makefolder(const char *path)
{
	char *folder = strdup(path), *slash = folder ? strrchr(folder, '/') : NULL;

	if (slash && slash != folder) {
		*slash = '\0';
		/* What is wrong with it, the open that follows will say. */
		(void)!mkdir(folder, 0755);
	}
	free(folder);
}

/* The lock beside a file, held until it is closed; -1 with errno. */
static int
lockfile(const char *path)
{
	size_t size = strlen(path) + 6;
	char *name = malloc(size);
	int fd, rc;

	if (!name)
		return -1;
	snprintf(name, size, "%s.lock", path);
	makefolder(path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	free(name);
	if (fd < 0)
		return -1;
	do
		rc = flock(fd, LOCK_EX);
	while (rc && errno == EINTR);
	if (!rc)
		return fd;
	close(fd);
	return -1;
}

static const char *
pathof(struct tune *t, const char *path)
{
	if (!path)
		path = config(t)->path;
	if (!path)
		say(t, "find the profile file: neither XDG_CACHE_HOME nor HOME is set; set path");
	return path;
}

int
tune_load(struct tune *t, const char *path)
{
	int fd, lock, error;

	path = pathof(t, path);
	if (!path)
		return TUNE_INVALID;
	/* In a folder that cannot be written to a file can still be read: it is always whole. */
	lock = access(path, F_OK) ? -1 : lockfile(path);
	pthread_mutex_lock(&t->file_lock);
	error = absorb(t, path, &fd, NULL);
	if (!error && fd >= 0)
		error = remember(t, path, fd);
	pthread_mutex_unlock(&t->file_lock);
	if (lock >= 0)
		close(lock);
	return error;
}

/* With both locks held. */
static int
save(struct tune *t, const char *path)
{
	json_t *doc = NULL;
	int fd, error = absorb(t, path, &fd, &doc);

	if (error && error != TUNE_FORMAT)
		return error;
	if (fd >= 0)
		close(fd);
	doc = makebook(t, doc);
	if (!doc)
		return fail(t, TUNE_NOMEM, "write '%s': no memory", path);
	fd = replace(path, doc);
	json_decref(doc);
	if (fd < 0)
		return fail(t, TUNE_IO, "write '%s': %s", path, strerror(errno));
	return remember(t, path, fd);
}

int
tune_save(struct tune *t, const char *path)
{
	int lock, error;

	path = pathof(t, path);
	if (!path)
		return TUNE_INVALID;
	lock = lockfile(path);
	if (lock < 0)
		return fail(t, TUNE_IO, "lock '%s.lock': %s", path, strerror(errno));
	pthread_mutex_lock(&t->file_lock);
	error = save(t, path);
	pthread_mutex_unlock(&t->file_lock);
	close(lock);
	return error;
}

int
readbook(const char *path, json_t **doc, char *why, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), error;

	if (fd < 0) {
		snprintf(why, size, "%s", strerror(errno));
		return TUNE_IO;
	}
	error = document(fd, doc, why, size);
	close(fd);
	return error || goodbook(*doc, why, size) ? error : (int)TUNE_FORMAT;
}

int
writebook(const char *path, const json_t *doc)
{
	int lock = lockfile(path), fd;

	if (lock < 0)
		return TUNE_IO;
	fd = replace(path, doc);
	close(lock);
	if (fd < 0)
		return TUNE_IO;
	close(fd);
	return 0;
}
