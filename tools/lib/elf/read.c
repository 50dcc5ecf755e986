/* The header of an ELF file, and the bytes and numbers in it. */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "elf/read.h"

uint64_t
elfnumber(const struct elf *e, const unsigned char *p, size_t n)
{
	uint64_t x = 0;

	for (size_t i = 0; i < n; i++)
		x = x << 8 | p[e->big ? i : n - 1 - i];
	return x;
}

bool
elffetch(const struct elf *e, uint64_t at, void *p, size_t n)
{
	return at <= INT64_MAX && pread(e->fd, p, n, (off_t)at) == (ssize_t)n;
}

bool
elfopen(struct elf *e, const char *path)
{
	unsigned char ident[16];

	*e = (struct elf){.fd = openfile(path)};
	if (e->fd < 0)
		return false;
	if (elffetch(e, 0, ident, sizeof(ident)) && !memcmp(ident, "\177ELF", 4)) {
		e->wide = ident[4] == 2;
		e->big = ident[5] == 2;
		if (elffetch(e, sizeof(ident), e->rest, e->wide ? 48 : 36))
			return true;
	}
	elfclose(e);
	return false;
}

void
elfclose(struct elf *e)
{
	close(e->fd);
}
