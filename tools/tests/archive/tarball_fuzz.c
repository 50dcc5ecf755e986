/* libFuzzer: whatever a tarball is, tarball-verify takes it or says what is wrong, and what it takes lies within it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "archive/tarball.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

enum { MOST = 1 << 20 }; /* bytes, unpacked */

static char path[64];
static int fd;

static void
require(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fd = memfd_create("tarball", 0);
	require(fd >= 0, "a file in memory");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return 0;
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
	struct tarball t = {0};
	const char *why;

	require(!ftruncate(fd, 0) && pwrite(fd, p, n, 0) == (ssize_t)n, "the file in memory");
	why = tarballread(&t, path, MOST);
	if (why) {
		require(*why != '\0', "a reason");
	} else {
		require(t.n > 0 && t.member[0].folder, "one folder, first");
		for (size_t i = 0; i < t.n; i++) {
			const struct member *m = &t.member[i];

			require(m->at <= t.tar.n && m->size <= t.tar.n - m->at,
				"a member within it");
			require(*m->name && *m->name != '/' && !strstr(m->name, ".."),
				"a name that leads nowhere else");
			require(!i || !strncmp(m->name, t.member[0].name, strlen(t.member[0].name)),
				"a name within the folder");
		}
	}
	tarballrelease(&t);
	return 0;
}
