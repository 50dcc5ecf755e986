/* Programs that are slowed down: damaged ones are refused or changed within bounds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "check.h"
#include "elf/slow.h"

enum { HEAD = 2048 }; /* bytes in which a program has its headers */

/* Patches the first n bytes of a program with one byte of it changed; whether that was possible. */
static bool
patched(const struct buf *program, size_t n, size_t at, unsigned char flip)
{
	struct buf b = {0};
	size_t where = 0;
	const char *why;

	bufadd(&b, program->p, n);
	if (at < n)
		b.p[at] = (char)(b.p[at] ^ flip);
	why = slowpatch(&b, &where);
	if (why)
		CHECK(*why && b.n == n);
	else
		CHECK(b.n > n && where + 2 * sizeof(uint64_t) <= b.n && where >= n);
	bufrelease(&b);
	return !why;
}

int
main(void)
{
	struct buf program = {0};
	size_t where;

	CHECK(!slurp("/proc/self/exe", 1 << 28, &program));
	bufadd(&program, "#!/bin/sh\n", 10);
	{
		struct buf script = {0};

		bufputs(&script, "#!/bin/sh\n");
		CHECKSTR(slowpatch(&script, &where), "it is no x86-64 ELF file");
		bufrelease(&script);
	}
	CHECK(patched(&program, program.n - 10, program.n, 0));
	/* What only follows is not lost sight of: a payload would be. */
	CHECK(patched(&program, program.n, program.n, 0));
	bufadd(&program, "payload payload payload", 23);
	CHECK(!patched(&program, program.n, program.n, 0));
	program.n -= 33;
	for (size_t n = 0; n < HEAD && n < program.n; n++)
		patched(&program, n, n, 0);
	for (size_t at = 0; at < HEAD && at < program.n; at++)
		for (unsigned bit = 0; bit < 8; bit += 7)
			patched(&program, program.n < 65536 ? program.n : 65536, at,
				(unsigned char)(1U << bit));
	bufrelease(&program);
	return checkdone();
}
