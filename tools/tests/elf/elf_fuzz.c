/* libFuzzer: all that is read of an ELF file, whatever is in it, ends with facts or with a no. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "elf/dynamic.h"
#include "elf/notes.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

/* Each text has an end: the sanitizer sees where one is read beyond it. */
static size_t
readall(const struct elf *e)
{
	struct segments segments;
	struct sections sections;
	struct dynamic dynamic;
	struct notes notes;
	char glibc[GLIBC_MAX];
	size_t bytes = 0;

	if (sectionsread(e, &sections)) {
		for (size_t i = 0; i < sections.n; i++)
			bytes += strlen(sections.v[i].name);
		if (glibcneeded(e, &sections, glibc))
			bytes += strlen(glibc);
		sectionsrelease(&sections);
	}
	if (!segmentsread(e, &segments))
		return bytes;
	notesread(e, &segments, &notes);
	bytes += strlen(notes.buildid);
	if (dynamicread(e, &segments, &dynamic)) {
		for (size_t i = 0; i < dynamic.n; i++)
			bytes += strlen(dynamictext(&dynamic, dynamic.v[i].value));
		dynamicrelease(&dynamic);
	}
	segmentsrelease(&segments);
	return bytes;
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
	char path[64];
	struct elf e;
	int fd = memfd_create("elf", MFD_CLOEXEC);

	if (fd < 0 || write(fd, p, n) != (ssize_t)n)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (elfopen(&e, path)) {
		if (readall(&e) == SIZE_MAX)
			abort();
		elfclose(&e);
	}
	close(fd);
	return 0;
}
