#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "llvm/probe_profdata.h"
#include "profraw/format.h"
#include "run/capture.h"

enum { NOVERSION = 255 };

/* The path of a new file with the profile in it; the caller removes it. */
static void
mkprofile(unsigned version, struct buf *path)
{
	unsigned char p[PROFRAW_MAXHEADER];
	const char *dir = getenv("TMPDIR");
	size_t n = profrawheader(version == NOVERSION ? PROFRAW_MAXVERSION : version, p);
	int fd;

	p[8] = (unsigned char)version;
	bufprintf(path, "%s/profdata-find.XXXXXX", dir && *dir ? dir : "/tmp");
	fd = mkstemp(bufstr(path));
	if (fd < 0)
		fatal("create '%s':", path->p);
	if (write(fd, p, n) != (ssize_t)n || close(fd)) {
		unlink(path->p);
		fatal("write '%s':", path->p);
	}
}

/*
 * 1 when the program reads the version, 0 when it refuses it, -1 when it does something else;
 * r->why then says so. *expected: the version that it says it wants instead (LLVM 17 and later).
 */
static int
ask(const char *path, unsigned version, double timeout_s, struct profprobe *r, unsigned *expected)
{
	static const char says[] = "expected version = ";
	struct capture c;
	struct buf file = {0};
	const char *hint;
	int rc = -1;

	mkprofile(version, &file);
	char *argv[] = {(char *)(uintptr_t)path, "show", file.p, NULL};
	if (capturerun(&c, argv, timeout_s)) {
		snprintf(r->why, sizeof(r->why), "cannot be started: %s", strerror(errno));
	} else if (captureok(&c)) {
		rc = strstr(c.out.p, "Total functions: 0") != NULL;
		if (!rc) {
			rc = -1;
			snprintf(
				r->why, sizeof(r->why), "does not print what llvm-profdata prints");
		}
	} else if (!c.timedout && !c.flooded && WIFEXITED(c.status) && WEXITSTATUS(c.status) == 1) {
		rc = 0;
		hint = strstr(c.err.p, says);
		*expected = hint ? (unsigned)strtoul(hint + sizeof(says) - 1, NULL, 10) : 0;
	} else {
		snprintf(r->why, sizeof(r->why), "%s", capturehow(&c));
	}
	capturerelease(&c);
	unlink(file.p);
	bufrelease(&file);
	return rc;
}

unsigned
llvmmajor(const char *text)
{
	static const char says[] = "LLVM version ";
	const char *at = strstr(text, says);

	return at ? (unsigned)strtoul(at + sizeof(says) - 1, NULL, 10) : 0;
}

unsigned
llvmrelease(const char *path, double timeout_s)
{
	static char option[] = "--version";
	char *argv[] = {(char *)(uintptr_t)path, option, NULL};
	struct capture c;
	unsigned major = 0;

	if (!capturerun(&c, argv, timeout_s) && captureok(&c))
		major = llvmmajor(c.out.p);
	capturerelease(&c);
	return major;
}

void
profprobe(const char *path, unsigned wanted, bool all, double timeout_s, struct profprobe *r)
{
	unsigned expected = 0, ignored;
	int rc;

	*r = (struct profprobe){0};
	rc = ask(path, NOVERSION, timeout_s, r, &expected);
	if (rc > 0)
		snprintf(r->why, sizeof(r->why),
			"reads a profile of version %d, which does not exist", NOVERSION);
	if (rc)
		return;
	if (wanted)
		rc = ask(path, wanted, timeout_s, r, &ignored);
	if (rc > 0)
		r->version = wanted;
	for (unsigned v = PROFRAW_MAXVERSION; !rc && all && v; v--) {
		unsigned char p[PROFRAW_MAXHEADER];

		if (v == wanted || !profrawheader(v, p) || (expected && v != expected))
			continue;
		rc = ask(path, v, timeout_s, r, &ignored);
		if (rc > 0)
			r->version = v;
	}
	r->sound = rc >= 0;
}
