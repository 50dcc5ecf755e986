/* Programs that are loaded elsewhere: what is changed in them, and that damaged ones are refused. */
#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "check.h"
#include "elf/move.h"

enum { HEAD = 2048 }; /* bytes in which a program has its headers */

/* What becomes of the first n bytes of a program with one byte of it changed; whether it can be moved. */
static bool
moved(const struct buf *program, size_t n, size_t at, unsigned char flip)
{
	struct buf b = {0};
	const char *why;

	bufadd(&b, program->p, n);
	if (at < n)
		b.p[at] = (char)(b.p[at] ^ flip);
	why = movepatch(&b, 1);
	if (why)
		CHECK(*why && b.n == n);
	else
		CHECK(b.n > n);
	bufrelease(&b);
	return !why;
}

static Elf64_Phdr
segment(const struct buf *b, const Elf64_Ehdr *e, size_t i)
{
	Elf64_Phdr p;

	memcpy(&p, b->p + e->e_phoff + i * sizeof(p), sizeof(p));
	return p;
}

/* The table that is read first has addresses, all by as much higher; the one in memory is as it was. */
static void
testtables(const struct buf *program)
{
	struct buf b = {0};
	Elf64_Ehdr was, is;
	uint64_t by;

	bufadd(&b, program->p, program->n);
	CHECK(!movepatch(&b, 3));
	memcpy(&was, program->p, sizeof(was));
	memcpy(&is, b.p, sizeof(is));
	by = is.e_entry - was.e_entry;
	CHECK(by && by % 4096 == 0);
	CHECK(was.e_type == ET_DYN && is.e_type == ET_EXEC && is.e_phnum == was.e_phnum);
	for (size_t i = 0; i < was.e_phnum; i++) {
		Elf64_Phdr from = segment(program, &was, i), to = segment(&b, &is, i);

		CHECKINT((long long)(to.p_vaddr - from.p_vaddr), (long long)by);
		CHECKINT((long long)to.p_offset, (long long)from.p_offset);
		CHECKINT((long long)to.p_filesz, (long long)from.p_filesz);
	}
	CHECK(!memcmp(b.p + sizeof(is), program->p + sizeof(was), program->n - sizeof(was)));
	bufrelease(&b);
}

int
main(void)
{
	struct buf program = {0}, script = {0};

	CHECK(!slurp("/proc/self/exe", 1 << 28, &program));
	bufputs(&script, "#!/bin/sh\n");
	CHECKSTR(movepatch(&script, 1), "it is no ELF file of this machine's");
	testtables(&program);
	CHECK(moved(&program, program.n, program.n, 0));
	/* ET_DYN to ET_EXEC. */
	CHECK(!moved(&program, program.n, offsetof(Elf64_Ehdr, e_type), ET_DYN ^ ET_EXEC));
	for (size_t n = 0; n < HEAD && n < program.n; n++)
		moved(&program, n, n, 0);
	for (size_t at = 0; at < HEAD && at < program.n; at++)
		for (unsigned bit = 0; bit < 8; bit += 7)
			moved(&program, program.n < 65536 ? program.n : 65536, at,
				(unsigned char)(1U << bit));
	bufrelease(&script);
	bufrelease(&program);
	return checkdone();
}
