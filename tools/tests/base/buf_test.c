/* Buffers, numbers and whole files. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/num.h"
#include "check.h"

static char dir[] = "/tmp/buf_test.XXXXXX";

/* The exit status of fn in a process of its own, its messages hidden. */
static int
statusof(void (*fn)(void))
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(99);
		fn();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void
testbuf(void)
{
	struct buf b = {0};
	char block[300];

	CHECKSTR(bufstr(&b), "");
	bufadd(&b, NULL, 0);
	CHECKINT((long long)b.n, 0);
	memset(block, 'x', sizeof(block));
	for (int i = 0; i < 1000; i++)
		bufadd(&b, block, (size_t)i % sizeof(block));
	CHECKINT((long long)b.n, 3 * 299 * 300 / 2 + 99 * 100 / 2);
	CHECK(b.n <= b.cap);
	b.n = 0;
	bufputs(&b, "a");
	bufprintf(&b, "%s-%d", "b", 7);
	CHECKSTR(bufstr(&b), "ab-7");
	CHECKINT((long long)b.n, 4);
	bufadd(&b, "\0z", 2);
	CHECKINT((long long)b.n, 6);
	CHECKINT(b.p[5], 'z');
	bufrelease(&b);
	CHECK(!b.p && !b.n && !b.cap);
}

static void
toolarge(void)
{
	struct buf b = {.n = 10};

	bufroom(&b, SIZE_MAX - 5);
}

static void
testprintable(void)
{
	static const char *const pairs[][2] = {{"plain \xc3\xa9", "plain \xc3\xa9"},
		{"a\033[31mb\nc\td\x7f", "a?[31mb?c?d?"}, {"x\xc2\x9b\xc2\xa0", "x??\xc2\xa0"},
		{"::error::x", "?:error::x"}, {"  ::notice ::x", "  ?:notice ::x"},
		{"a::b", "a::b"}, {"x ##[error]y", "x ?#[error]y"},
		{"a\xe2\x80\xae"
		 "b",
			"a???b"},
		{"\xe2\x81\xa6", "???"}, {"\xe2\x80\x94", "\xe2\x80\x94"}, {"\xc2", "\xc2"},
		{"\xe2", "\xe2"}, {"", ""}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		char text[64];

		snprintf(text, sizeof(text), "%s", pairs[i][0]);
		printable(text);
		CHECKSTR(text, pairs[i][1]);
	}
}

static const char *number;

static void
asint(void)
{
	numint("--n", number, -5, 100);
}

static void
asreal(void)
{
	numreal("--x", number, .5, 1e6);
}

static void
testnumbers(void)
{
	static const char *const wrong[] = {"", " ", "x", "7x", " 7", "7 ", "0x", "inf", "nan",
		"1e999", "99999999999999999999", "-6", "\n7"};

	CHECKINT(numint("n", "-5", -5, 100), -5);
	CHECKINT(numint("n", "100", -5, 100), 100);
	CHECKNEAR(numreal("x", "1e3", 0, 1e6), 1000, 0);
	CHECKNEAR(numreal("x", ".5", .5, 1e6), .5, 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		number = wrong[i];
		CHECKINT(statusof(asint), EXIT_TROUBLE);
		CHECKINT(statusof(asreal), EXIT_TROUBLE);
	}
	number = "101";
	CHECKINT(statusof(asint), EXIT_TROUBLE);
	number = "1.5";
	CHECKINT(statusof(asint), EXIT_TROUBLE);
	number = ".4";
	CHECKINT(statusof(asreal), EXIT_TROUBLE);
}

static void
put(const char *path, const char *text)
{
	struct buf b = {0};

	bufputs(&b, text);
	writefile(path, &b);
	bufrelease(&b);
}

static const char *
get(const char *path)
{
	static struct buf b;

	b.n = 0;
	return slurp(path, 1000, &b) ? "(unreadable)" : bufstr(&b);
}

static void
writetonowhere(void)
{
	put("no/such/folder/x", "text");
}

static void
writetofull(void)
{
	put("/dev/full", "text");
}

static int
entries(const char *path)
{
	DIR *d = opendir(path);
	int n = 0;

	for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d))
		n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
	if (d)
		closedir(d);
	return n;
}

static void
testwrite(void)
{
	struct stat before, after, st;

	CHECK(!chdir(dir));
	umask(027);
	put("a", "one");
	CHECKSTR(get("a"), "one");
	CHECK(!stat("a", &before) && (before.st_mode & 07777) == 0640);
	put("a", "");
	CHECKSTR(get("a"), "");
	/* A reader that has the old file keeps the old file: it is replaced, not rewritten. */
	CHECK(!stat("a", &after) && before.st_ino != after.st_ino);
	/* A link stays one, and what it points to is replaced. */
	CHECK(!symlink("a", "link"));
	put("link", "two");
	CHECKSTR(get("a"), "two");
	CHECK(!lstat("link", &st) && S_ISLNK(st.st_mode));
	/* A device is written to. It must still be a device afterwards. */
	put("/dev/null", "x");
	CHECK(!lstat("/dev/null", &st) && S_ISCHR(st.st_mode));
	CHECKINT(statusof(writetofull), EXIT_TROUBLE);
	CHECK(!lstat("/dev/full", &st) && S_ISCHR(st.st_mode));
	CHECKINT(statusof(writetonowhere), EXIT_TROUBLE);
	/* No temporary file is left, not even by the failures. */
	CHECKINT(entries("."), 2);
	unlink("link");
	unlink("a");
}

static void
testslurp(void)
{
	struct buf b = {0};

	CHECK(!chdir(dir));
	put("a", "12345");
	bufputs(&b, "x");
	CHECKINT(slurp("a", 5, &b), 0);
	CHECKSTR(bufstr(&b), "x12345");
	errno = 0;
	CHECKINT(slurp("a", 4, &b), -1);
	CHECKINT(errno, EFBIG);
	CHECKINT((long long)b.n, 6);
	CHECKINT(slurp(".", 4, &b), -1);
	CHECKINT(errno, EISDIR);
	CHECKINT(slurp("none", 4, &b), -1);
	CHECKINT(errno, ENOENT);
	CHECK(!mkfifo("pipe", 0600));
	CHECKINT(slurp("pipe", 4, &b), -1); /* without waiting for a writer */
	CHECKINT(errno, EINVAL);
	/* Says 0 bytes and has more; and never ends. */
	CHECKINT(slurp("/proc/self/stat", 100000, &b), 0);
	CHECK(b.n > 20);
	CHECKINT(slurp("/dev/zero", 100, &b), -1);
	bufrelease(&b);
	unlink("pipe");
	unlink("a");
}

static void
testabsolute(void)
{
	char *p = absolute("x/y"), *q = absolute("/x"), *r = absolute("-");
	char want[64];

	snprintf(want, sizeof(want), "%s/x/y", dir);
	CHECKSTR(p, want);
	CHECKSTR(q, "/x");
	CHECKSTR(r, "-");
	free(p);
	free(q);
	free(r);
}

int
main(void)
{
	CHECK(mkdtemp(dir) != NULL);
	testbuf();
	CHECKINT(statusof(toolarge), EXIT_TROUBLE);
	testprintable();
	testnumbers();
	testwrite();
	testslurp();
	testabsolute();
	CHECK(!chdir("/") && !rmdir(dir));
	return checkdone();
}
