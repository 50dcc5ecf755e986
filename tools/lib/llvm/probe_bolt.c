#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "llvm/probe_bolt.h"
#include "llvm/probe_profdata.h"
#include "run/capture.h"

static const char boltname[] = "llvm-bolt", mergename[] = "merge-fdata",
		  mergewho[] = "has a merge-fdata that ", runtimename[] = "libbolt_rt_instr.a";

enum { RUNTIME_MAX = 64 << 20 }; /* bytes; the runtime has some 30 KB */

/* What a call printed, or NULL and why not; what is said starts with `who`. */
static const char *
call(char *const argv[], const char *who, double timeout_s, struct capture *c, struct boltprobe *r)
{
	if (capturerun(c, argv, timeout_s))
		snprintf(r->why, sizeof(r->why), "%scannot be started: %s", who, strerror(errno));
	else if (!captureok(c))
		snprintf(r->why, sizeof(r->why), "%s%s", who, capturehow(c));
	else
		return c->out.p;
	return NULL;
}

/* The release that a program says it is of; 0 and why when it does not, or lacks the word. */
static unsigned
release(const char *path, const char *word, const char *who, double timeout_s, struct boltprobe *r)
{
	static char option[] = "--version";
	char *argv[] = {(char *)(uintptr_t)path, option, NULL};
	struct capture c;
	const char *text = call(argv, who, timeout_s, &c, r);
	unsigned major = text && strstr(text, word) ? llvmmajor(text) : 0;

	if (text && !major)
		snprintf(r->why, sizeof(r->why), "%sdoes not print a version of LLVM%s%s", who,
			*word ? " and " : "", word);
	capturerelease(&c);
	return major;
}

/* Is there: an archive with something in it. */
static bool
archive(const char *path, struct boltprobe *r)
{
	static const char magic[] = "!<arch>\n";
	struct buf b = {0};
	struct stat st;
	bool ok = false;

	if (stat(path, &st))
		snprintf(r->why, sizeof(r->why), "has no runtime '%s'", path);
	else if (slurp(path, RUNTIME_MAX, &b) || b.n <= 68 || memcmp(b.p, magic, 8) != 0)
		snprintf(r->why, sizeof(r->why), "has a runtime '%s' that is no library", path);
	else
		ok = true;
	bufrelease(&b);
	return ok;
}

/*
 * Where llvm-bolt looks (RuntimeLibrary::getLibPath in bolt/lib/RuntimeLibs/RuntimeLibrary.cpp): in
 * ../lib, which some distributions call lib64, or a level further up when there is no such folder.
 */
static bool
findruntime(struct boltprobe *r)
{
	static const char *const libs[] = {"lib64", "lib"};
	int n = (int)(strrchr(r->tool, '/') - r->tool);
	struct buf b = {0};
	char *path = NULL;

	for (unsigned i = 0; i < 2 && !path; i++) {
		b.n = 0;
		bufprintf(&b, "%.*s/../%s", n, r->tool, libs[i]);
		if (access(bufstr(&b), F_OK)) {
			b.n = 0;
			bufprintf(&b, "%.*s/../../%s", n, r->tool, libs[i]);
		}
		bufprintf(&b, "/%s", runtimename);
		path = realpath(bufstr(&b), NULL);
	}
	if (archive(path ? path : b.p, r))
		r->runtime = path;
	else
		free(path);
	bufrelease(&b);
	return r->runtime != NULL;
}

/* A profile with one branch, taken n times, in a new file that the caller removes. */
static char *
mkfdata(unsigned n)
{
	const char *dir = getenv("TMPDIR");
	struct buf path = {0};
	char text[64];
	int size = snprintf(text, sizeof(text), "1 main 4 1 main 8 0 %u\n", n), fd;

	bufprintf(&path, "%s/profdata-find.XXXXXX", dir && *dir ? dir : "/tmp");
	fd = mkstemp(bufstr(&path));
	if (fd < 0)
		fatal("create '%s':", path.p);
	if (write(fd, text, (size_t)size) != size || close(fd)) {
		unlink(path.p);
		fatal("write '%s':", path.p);
	}
	return path.p;
}

/* It adds profiles up. */
static bool
adds(char *path, double timeout_s, struct boltprobe *r)
{
	char *a = mkfdata(2), *b = mkfdata(3), *argv[] = {path, a, b, NULL};
	struct capture c;
	const char *text = call(argv, mergewho, timeout_s, &c, r);
	bool ok = text && strstr(text, "1 main 4 1 main 8 0 5\n");

	if (text && !ok)
		snprintf(r->why, sizeof(r->why), "%sdoes not add up two profiles", mergewho);
	capturerelease(&c);
	unlink(a);
	unlink(b);
	free(a);
	free(b);
	return ok;
}

/* merge-fdata in the same folder, with the same suffix. */
static bool
findmerge(double timeout_s, struct boltprobe *r)
{
	const char *slash = strrchr(r->tool, '/'), *suffix = slash + sizeof(boltname);
	struct buf b = {0};
	unsigned major;

	bufprintf(&b, "%.*s/%s%s", (int)(slash - r->tool), r->tool, mergename,
		strncmp(slash + 1, boltname, sizeof(boltname) - 1) ? "" : suffix);
	if (access(bufstr(&b), X_OK))
		snprintf(r->why, sizeof(r->why), "has no %s beside it", mergename);
	else if (!(major = release(b.p, "", mergewho, timeout_s, r)))
		;
	else if (major != r->major)
		snprintf(r->why, sizeof(r->why), "is of LLVM %u, but the %s beside it of LLVM %u",
			r->major, mergename, major);
	else if (adds(b.p, timeout_s, r))
		r->merge = xstrdup(b.p);
	bufrelease(&b);
	return r->merge != NULL;
}

void
boltprobe(const char *path, const char *real, double timeout_s, struct boltprobe *r)
{
	const char *name = strrchr(real, '/') + 1;

	*r = (struct boltprobe){0};
	/* A program with many names goes by the one it is called by. */
	r->tool = xstrdup(strncmp(name, boltname, sizeof(boltname) - 1) ? path : real);
	r->major = release(r->tool, "BOLT", "", timeout_s, r);
	r->sound = r->major != 0;
	if (r->sound && findruntime(r))
		findmerge(timeout_s, r);
}

void
boltproberelease(struct boltprobe *r)
{
	free(r->tool);
	free(r->runtime);
	free(r->merge);
	*r = (struct boltprobe){0};
}
