/*
 * page-evict: drops files from the page cache, so that what runs next reads them from the disk: a
 * cold start, for one program and without the rights that /proc/sys/vm/drop_caches needs.
 */
#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

static const char usage[] = "usage: page-evict FILE|DIR...";

static const char help[] =
	"Drops the content of files, and of all files below folders, from the page cache. Links are\n"
	"not followed. What was not written to the disk yet is, first.\n"
	"\n"
	"Standard output: a line of three numbers, tab-separated: files, their bytes, and the bytes that\n"
	"stayed in memory. Those are of files that a process has mapped (a library, a program that\n"
	"runs), or that are in memory only (tmpfs).\n"
	"\n"
	"exit status: 0 done, 1 a file could not be read, 2 usage or trouble\n";

enum { FOLDERS_OPEN = 32 };

static struct {
	unsigned long long files, bytes, resident;
	size_t failed;
} told;

/* Bytes of the mapping that are in memory, in whole pages. */
static long long
residentof(void *at, size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = (n + page - 1) / page, in = 0;
	unsigned char *is = xcalloc(pages, 1);

	if (mincore(at, n, is))
		fatal("ask what is in memory:");
	for (size_t i = 0; i < pages; i++)
		in += is[i] & 1;
	free(is);
	return (long long)(in * page);
}

/* Bytes that are still in memory after it, or -1 with errno. */
static long long
evict(int fd, void *at, size_t n)
{
	return posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) ? -1 : residentof(at, n);
}

/* What is not written to the disk yet stays the first time. */
static bool
evictfile(int fd, size_t n)
{
	void *at = n ? mmap(NULL, n, PROT_READ, MAP_SHARED, fd, 0) : NULL;
	long long left;

	if (at == MAP_FAILED)
		return false;
	left = n ? evict(fd, at, n) : 0;
	if (left > 0 && !fdatasync(fd))
		left = evict(fd, at, n);
	if (n)
		munmap(at, n);
	if (left < 0)
		return false;
	told.files++;
	told.bytes += n;
	told.resident += (unsigned long long)left;
	return true;
}

static int
visit(const char *path, const struct stat *st, int type, struct FTW *at)
{
	int fd;

	(void)at;
	if (type != FTW_F ? type != FTW_DNR && type != FTW_NS : !S_ISREG(st->st_mode))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if ((fd < 0 || !evictfile(fd, (size_t)st->st_size)) && amongfirst(&told.failed))
		warn("evict '%s':", path);
	if (fd >= 0)
		close(fd);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", 0, NULL, 'h'}, {"version", 0, NULL, 'V'}, {0}};
	int c;

	progname = "page-evict";
	while ((c = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case 'V':
			showversion();
		default:
			usagefail(usage);
		}
	}
	if (optind == argc)
		usagefail(usage);
	for (char **path = argv + optind; *path; path++)
		if (nftw(*path, visit, FOLDERS_OPEN, FTW_PHYS))
			fatal("evict '%s':", *path);
	warnmore("evict files", told.failed);
	printf("%llu\t%llu\t%llu\n", told.files, told.bytes, told.resident);
	closeout();
	return told.failed ? EXIT_NO : EXIT_YES;
}
