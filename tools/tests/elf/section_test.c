/* Sections of made-up ELF files: every width and byte order, and damaged in every way. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "check.h"
#include "elf/section.h"

static char path[] = "/tmp/section_test.XXXXXX";
static const char names[] = "\0.text\0__llvm_prf_cnts\0.shstrtab";

static void
put(struct buf *b, bool big, uint64_t x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = (char)(x >> 8 * (big ? n - 1 - i : i));

		bufadd(b, &c, 1);
	}
}

static void
section(struct buf *b, bool wide, bool big, uint64_t name, uint64_t at, uint64_t n)
{
	size_t word = wide ? 8 : 4;

	put(b, big, name, 4);
	put(b, big, 1, 4);
	put(b, big, 0, word); /* flags, address */
	put(b, big, 0, word);
	put(b, big, at, word);
	put(b, big, n, word);
	put(b, big, 0, 8); /* link, info */
	put(b, big, 1, word);
	put(b, big, 0, word);
}

/* The section of counters and that of names, behind the names. */
static void
make(struct buf *b, bool wide, bool big)
{
	size_t word = wide ? 8 : 4, headers = wide ? 64 : 52;

	b->n = 0;
	bufadd(b, "\177ELF", 4);
	put(b, big, wide ? 2 : 1, 1);
	put(b, big, big ? 2 : 1, 1);
	bufadd(b, "\1\0\0\0\0\0\0\0\0", 10);
	put(b, big, 2, 2);
	put(b, big, 62, 2);
	put(b, big, 1, 4);
	put(b, big, 0, word); /* entry, program headers, section headers */
	put(b, big, 0, word);
	put(b, big, headers + sizeof(names), word);
	put(b, big, 0, 4);
	put(b, big, headers, 2);
	put(b, big, 0, 4); /* program headers */
	put(b, big, wide ? 64 : 40, 2);
	put(b, big, 2, 2);
	put(b, big, 1, 2);
	CHECKINT((long long)b->n, (long long)headers);
	bufadd(b, names, sizeof(names));
	section(b, wide, big, 7, 0, 0);
	section(b, wide, big, 23, headers, sizeof(names));
}

static bool
has(const void *p, size_t n, const char *name)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	CHECK(write(fd, p, n) == (ssize_t)n && ftruncate(fd, (off_t)n) == 0);
	close(fd);
	return elfhas(path, name);
}

static void
testshapes(void)
{
	struct buf b = {0};

	for (int i = 0; i < 4; i++) {
		make(&b, i & 1, i & 2);
		CHECK(has(b.p, b.n, "__llvm_prf_cnts"));
		CHECK(has(b.p, b.n, ".shstrtab"));
		CHECK(!has(b.p, b.n, ".text")); /* a name that no section has */
		CHECK(!has(b.p, b.n, "__llvm_prf"));
	}
	bufrelease(&b);
}

/* The sanitizers watch this: cut anywhere it has none, and damage does no harm. */
static void
testdamage(void)
{
	struct buf b = {0};
	uint64_t rng = 1;

	for (int i = 0; i < 4; i++) {
		make(&b, i & 1, i & 2);
		for (size_t n = 0; n < b.n; n++)
			CHECK(!has(b.p, n, "__llvm_prf_cnts"));
		for (int k = 0; k < 3000; k++) {
			char *copy = malloc(b.n);

			memcpy(copy, b.p, b.n);
			for (int m = 0; m < 1 + k % 3; m++) {
				rng = rng * 6364136223846793005 + 1442695040888963407;
				copy[(rng >> 40) % b.n] = (char)(k % 2 ? 0xff : rng >> 33);
			}
			CHECK(!has(copy, b.n, "no such section"));
			free(copy);
		}
	}
	bufrelease(&b);
}

int
main(void)
{
	close(mkstemp(path));
	testshapes();
	testdamage();
	CHECK(!has("#!/bin/sh\n", 10, "a"));
	CHECK(!has("", 0, "a"));
	CHECK(!elfhas("/nowhere/at-all", "a"));
	CHECK(!elfhas("/tmp", "a"));
	unlink(path);
	return checkdone();
}
