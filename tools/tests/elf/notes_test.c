/* Build ids in the notes of made-up ELF files: every width and byte order, and damaged in every way. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "check.h"
#include "elf/notes.h"

static char path[] = "/tmp/notes_test.XXXXXX";

struct shape {
	bool wide, big;
	size_t align;	  /* of the notes */
	const char *name; /* of the note, with a NUL */
	unsigned type;
	size_t size; /* of the id: 0x00 0x11 0x22 ... */
};

static void
put(struct buf *b, const struct shape *f, uint64_t x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = (char)(x >> 8 * (f->big ? n - 1 - i : i));

		bufadd(b, &c, 1);
	}
}

static void
pad(struct buf *b, size_t align)
{
	while (b->n % align)
		bufadd(b, "", 1);
}

static void
note(struct buf *b, const struct shape *f, const char *name, unsigned type, size_t size)
{
	struct buf in = {0};

	put(&in, f, strlen(name) + 1, 4);
	put(&in, f, size, 4);
	put(&in, f, type, 4);
	bufadd(&in, name, strlen(name) + 1);
	pad(&in, f->align);
	for (size_t i = 0; i < size; i++)
		put(&in, f, i * 0x11 & 0xff, 1);
	pad(&in, f->align);
	bufadd(b, in.p, in.n);
	bufrelease(&in);
}

static void
segment(struct buf *b, const struct shape *f, unsigned type, uint64_t at, uint64_t n)
{
	put(b, f, type, 4);
	if (f->wide) {
		put(b, f, 4, 4); /* flags */
		put(b, f, at, 8);
		put(b, f, at, 8);
		put(b, f, at, 8);
		put(b, f, n, 8);
		put(b, f, n, 8);
		put(b, f, f->align, 8);
	} else {
		put(b, f, at, 4);
		put(b, f, at, 4);
		put(b, f, at, 4);
		put(b, f, n, 4);
		put(b, f, n, 4);
		put(b, f, 4, 4);
		put(b, f, f->align, 4);
	}
}

/* A load segment, then one of notes: one of another kind, and that of the shape. */
static void
make(struct buf *b, const struct shape *f)
{
	size_t headers = f->wide ? 64 : 52, size = f->wide ? 56 : 32, word = f->wide ? 8 : 4;
	struct buf notes = {0};

	b->n = 0;
	note(&notes, f, "Linux", 1, 5);
	note(&notes, f, f->name, f->type, f->size);
	bufadd(b, "\177ELF", 4);
	put(b, f, f->wide ? 2 : 1, 1);
	put(b, f, f->big ? 2 : 1, 1);
	put(b, f, 1, 1);
	bufadd(b, "\0\0\0\0\0\0\0\0", 9);
	put(b, f, 2, 2);
	put(b, f, 62, 2);
	put(b, f, 1, 4);
	put(b, f, 0, word);	  /* entry */
	put(b, f, headers, word); /* program headers */
	put(b, f, 0, word);	  /* section headers */
	put(b, f, 0, 4);
	put(b, f, headers, 2);
	put(b, f, size, 2);
	put(b, f, 2, 2);
	put(b, f, 0, 2);
	put(b, f, 0, 2);
	put(b, f, 0, 2);
	CHECKINT((long long)b->n, (long long)headers);
	segment(b, f, 1, 0, headers);
	segment(b, f, 4, headers + 2 * size, notes.n);
	bufadd(b, notes.p, notes.n);
	bufrelease(&notes);
}

static const char *
idof(const void *p, size_t n)
{
	static char hex[BUILDID_HEX];
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	/* Not O_TRUNC: ext4 writes such a file to the disk when it is closed. */
	CHECK(write(fd, p, n) == (ssize_t)n && ftruncate(fd, (off_t)n) == 0);
	close(fd);
	buildid(path, hex);
	return hex;
}

static void
testshapes(void)
{
	struct buf b = {0};

	for (int i = 0; i < 8; i++) {
		struct shape f = {i & 1, i & 2, i & 4 ? 8 : 4, "GNU", 3, 20};
		const char *want = "00112233445566778899aabbccddeeff10213243";

		make(&b, &f);
		CHECKSTR(idof(b.p, b.n), want);
		f.size = 1;
		make(&b, &f);
		CHECKSTR(idof(b.p, b.n), "00");
		f.size = 64;
		make(&b, &f);
		CHECKINT((long long)strlen(idof(b.p, b.n)), 128);
		/* No build id: too long, empty, of another type, of somebody else. */
		f.size = 65;
		make(&b, &f);
		CHECKSTR(idof(b.p, b.n), "");
		f.size = 0;
		make(&b, &f);
		CHECKSTR(idof(b.p, b.n), "");
		f = (struct shape){i & 1, i & 2, i & 4 ? 8 : 4, "GNU", 1, 20};
		make(&b, &f);
		CHECKSTR(idof(b.p, b.n), "");
		f = (struct shape){i & 1, i & 2, i & 4 ? 8 : 4, "NTS", 3, 20};
		make(&b, &f);
		CHECKSTR(idof(b.p, b.n), "");
	}
	bufrelease(&b);
}

/* The sanitizers watch this; what is read must be an id or nothing. */
static void
testdamage(void)
{
	struct buf b = {0};
	uint64_t rng = 1;

	for (int i = 0; i < 4; i++) {
		struct shape f = {i & 1, i & 2, 4, "GNU", 3, 20};

		make(&b, &f);
		for (size_t n = 0; n < b.n; n++)
			CHECKSTR(idof(b.p, n), "");
		for (int k = 0; k < 3000; k++) {
			char *copy = malloc(b.n);
			const char *id;

			memcpy(copy, b.p, b.n);
			for (int m = 0; m < 1 + k % 3; m++) {
				rng = rng * 6364136223846793005 + 1442695040888963407;
				copy[(rng >> 40) % b.n] = (char)(k % 2 ? 0xff : rng >> 33);
			}
			id = idof(copy, b.n);
			CHECK(strlen(id) % 2 == 0 && strspn(id, "0123456789abcdef") == strlen(id));
			free(copy);
		}
	}
	bufrelease(&b);
}

static void
testothers(void)
{
	char hex[BUILDID_HEX];

	CHECKSTR(idof("#!/bin/sh\n", 10), "");
	CHECKSTR(idof("", 0), "");
	buildid("/nowhere/at-all", hex);
	CHECKSTR(hex, "");
	buildid("/tmp", hex);
	CHECKSTR(hex, "");
	buildid("/dev/zero", hex);
	CHECKSTR(hex, "");
}

int
main(void)
{
	CHECK(close(mkstemp(path)) == 0);
	testshapes();
	testdamage();
	testothers();
	unlink(path);
	return checkdone();
}
