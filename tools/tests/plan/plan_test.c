/* However many benchmarks run a program, it is read once before they are measured and once after.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "check.h"
#include "plan/plan.h"

enum { BENCHES = 20, SIZE = 1 << 20 };

/* Bytes that this process has read so far. */
static long long
bytesread(void)
{
	FILE *f = fopen("/proc/self/io", "r");
	long long n = -1;

	CHECK(f && fscanf(f, "rchar: %lld", &n) == 1);
	if (f)
		fclose(f);
	return n;
}

/* A script with a long tail. */
static void
program(const char *path, char last)
{
	int fd = open(path, O_RDWR | O_CREAT, 0700);

	CHECK(fd >= 0 && write(fd, "#!/bin/sh\nexit\n", 15) == 15);
	CHECK(pwrite(fd, &last, 1, SIZE - 1) == 1 && !close(fd));
}

/* Commands that name the program as the arm does, and by another path. */
static struct plan
planned(void)
{
	struct plan p = {0};
	char name[16];

	planarm(&p, "base")->binary = xstrdup("./old");
	planarm(&p, "cand")->binary = xstrdup("./new");
	for (int i = 0; i < BENCHES; i++) {
		struct bench *b;

		snprintf(name, sizeof(name), "b%d", i);
		b = planbench(&p, name);
		b->shell = i % 2;
		b->lanes = xcalloc(2, sizeof(*b->lanes));
		for (int j = 0; j < 2; j++)
			b->lanes[j].text = xstrdup(j ? "$PWD/new" : "./old");
	}
	return p;
}

int
main(void)
{
	char dir[] = "/tmp/plan_test.XXXXXX";
	struct plan p;
	long long before;

	CHECK(mkdtemp(dir) && !chdir(dir) && !setenv("PWD", dir, 1));
	program("old", 'a');
	program("new", 'b');
	p = planned();

	before = bytesread();
	planresolve(&p);
	CHECKINT((bytesread() - before) / SIZE, 2);
	CHECK(strcmp(p.arms[0].hash, p.arms[1].hash) != 0);
	for (int i = 0; i < BENCHES; i++)
		for (int j = 0; j < 2; j++)
			CHECKSTR(p.benches[i].lanes[j].hash, p.arms[j].hash);

	before = bytesread();
	CHECK(planunchanged(&p));
	CHECKINT((bytesread() - before) / SIZE, 2);

	unlink("old");
	unlink("new");
	CHECK(!chdir("/") && !rmdir(dir));
	return checkdone();
}
