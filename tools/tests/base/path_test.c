/* Which file a command's name runs. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "check.h"

static void
checkpath(const char *path, const char *name, const char *want)
{
	char *found;

	CHECK(!setenv("PATH", path, 1));
	found = onpath(name);
	CHECKSTR(found ? found : "none", want);
	free(found);
}

int
main(void)
{
	char dir[] = "/tmp/path_test.XXXXXX", *found;

	CHECK(mkdtemp(dir) && !chdir(dir));
	CHECK(!mkdir("first", 0700) && !mkdir("first/tool", 0700) && !mkdir("second", 0700));
	CHECK(!symlink("/bin/sh", "second/tool"));
	CHECK(!symlink("/dev/null", "first/data"));

	checkpath("/nowhere:", "tool", "none");
	checkpath("first:second", "tool", "second/tool"); /* a folder is passed over */
	checkpath("first:second", "data", "none");
	checkpath("first", "tool", "none");
	checkpath("", "second/tool", "second/tool");
	checkpath("second", "./first/tool", "none");
	CHECK(!chdir("second"));
	checkpath("/nowhere::first", "tool", "./tool"); /* an empty entry is the present folder */
	unsetenv("PATH");
	found = onpath("sh");
	CHECK(found && strstr(found, "bin/sh"));
	free(found);
	CHECK(!chdir(".."));
	unlink("second/tool");
	unlink("first/data");
	CHECK(!rmdir("first/tool") && !rmdir("first") && !rmdir("second"));
	CHECK(!chdir("/") && !rmdir(dir));
	return checkdone();
}
