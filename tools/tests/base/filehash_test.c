/* A file is read once, and again when it is another. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/filehash.h"
#include "check.h"

static char dir[] = "/tmp/filehash_test.XXXXXX";

/* Until a change shows in the times. */
static void
tick(void)
{
	usleep(20000);
}

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	CHECK(f && fputs(text, f) >= 0 && !fclose(f));
}

/* The hash that the table gives for the file is the one of the text. */
static void
checkhash(struct filehashes *t, const char *path, const char *text)
{
	char hex[SHA256_HEX] = "", want[SHA256_HEX];

	CHECKINT(filehash(t, path, hex), 0);
	sha256(text, strlen(text), want);
	CHECKSTR(hex, want);
}

static void
testonce(void)
{
	struct filehashes t = {0};

	put("a", "one");
	checkhash(&t, "a", "one");
	tick();
	CHECKINT(link("a", "b"), 0); /* moves the time of the inode */
	checkhash(&t, "a", "one");
	CHECKINT((long long)t.n, 2);
	for (int i = 0; i < 3; i++) {
		checkhash(&t, "a", "one");
		checkhash(&t, "b", "one");
		checkhash(&t, "./b", "one");
	}
	CHECKINT((long long)t.n, 2);
	put("c", "one"); /* the same content, another file */
	checkhash(&t, "c", "one");
	CHECKINT((long long)t.n, 3);
	filehashesrelease(&t);
	CHECK(!t.v && !t.n);
}

static void
testchanged(void)
{
	struct filehashes t = {0};
	struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};

	put("a", "one");
	CHECKINT(utimensat(AT_FDCWD, "a", old, 0), 0);
	checkhash(&t, "a", "one");
	tick();
	put("a", "two");			       /* of the same size, */
	CHECKINT(utimensat(AT_FDCWD, "a", old, 0), 0); /* and dated back */
	checkhash(&t, "a", "two");
	put("new", "six");
	CHECKINT(utimensat(AT_FDCWD, "new", old, 0), 0);
	CHECKINT(rename("new", "a"), 0);
	checkhash(&t, "a", "six");
	put("a", "longer");
	checkhash(&t, "a", "longer");
	filehashesrelease(&t);
}

static void
testrefused(void)
{
	struct filehashes t = {0};
	char hex[SHA256_HEX];

	CHECKINT(filehash(&t, "/", hex), -1);
	CHECKINT(errno, EISDIR);
	CHECKINT(filehash(&t, "/dev/null", hex), -1);
	CHECKINT(errno, EINVAL);
	CHECKINT(mkfifo("pipe", 0600), 0);
	CHECKINT(filehash(&t, "pipe", hex), -1);
	CHECKINT(errno, EINVAL);
	CHECKINT(filehash(&t, "nowhere", hex), -1);
	CHECKINT(errno, ENOENT);
	CHECKINT((long long)t.n, 0);
	filehashesrelease(&t);
}

int
main(void)
{
	static const char *const made[] = {"a", "b", "c", "pipe"};

	CHECK(mkdtemp(dir) && !chdir(dir));
	testonce();
	testchanged();
	testrefused();
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++)
		unlink(made[i]);
	CHECK(!chdir("/") && !rmdir(dir));
	return checkdone();
}
