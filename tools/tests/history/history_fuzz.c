/*
 * libFuzzer: whatever the lines of a history are, what bench-history reads of them ends with a trend, of which no text
 * has a control character, or with a message.
 */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "history/lines.h"
#include "history/table.h"
#include "history/trend.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static char path[64];
static int fd;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzzbegin();
	fd = memfd_create("history", 0);
	require(fd >= 0, "a file in memory");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf out = {0};
	struct lines l;
	json_t *v;

	require(!ftruncate(fd, 0) && pwrite(fd, p, n, 0) == (ssize_t)n, "the file in memory");
	running = true;
	if (!setjmp(ended)) {
		linesread(&l, path);
		v = trend(&l);
		require(json_is_array(json_object_get(v, "series")), "a trend");
		trendtable(&out, v);
		for (size_t i = 0; i < out.n; i++)
			require((unsigned char)out.p[i] >= 0x20 || out.p[i] == '\n',
				"no control characters in the table");
	}
	fuzzforget();
	return 0;
}
