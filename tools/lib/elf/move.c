/* Programs that are loaded elsewhere: a second table of segments, with fixed addresses. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "elf/move.h"

#if defined(__linux__)

#include <elf.h>

/* The first place is above where valgrind puts what has no address. */
enum { LEAST = 1 << 22, ALIGN_MIN = 1 << 12, ALIGN_MAX = 1 << 21 };

/* Whether its headers are all there, as this machine writes them. */
static bool
readheader(const struct buf *b, Elf64_Ehdr *e)
{
	const uint16_t one = 1;
	unsigned char order = *(const unsigned char *)&one ? ELFDATA2LSB : ELFDATA2MSB;

	if (b->n < sizeof(*e))
		return false;
	memcpy(e, b->p, sizeof(*e));
	return !memcmp(e->e_ident, ELFMAG, SELFMAG) && e->e_ident[EI_CLASS] == ELFCLASS64 &&
	       e->e_ident[EI_DATA] == order && e->e_phentsize == sizeof(Elf64_Phdr) &&
	       e->e_phoff <= b->n && e->e_phnum <= (b->n - e->e_phoff) / sizeof(Elf64_Phdr);
}

/*
 * The loader of the program takes the difference between where the table is that it finds in memory
 * and where that table says it is for what everything was moved by. That table stays as it is, and
 * whoever maps the program follows the copy of it behind its end. The sections are left out: their
 * addresses would not fit, and only readers of symbols need them.
 */
const char *
movepatch(struct buf *b, unsigned place)
{
	bool loader = false, table = false;
	uint64_t align = ALIGN_MIN, by;
	Elf64_Ehdr e;

	if (!readheader(b, &e))
		return "it is no ELF file of this machine's";
	if (e.e_type != ET_DYN)
		return "its program has a fixed address";
	for (size_t i = 0; i < e.e_phnum; i++) {
		Elf64_Phdr p;

		memcpy(&p, b->p + e.e_phoff + i * sizeof(p), sizeof(p));
		loader = loader || p.p_type == PT_INTERP;
		table = table || p.p_type == PT_PHDR;
		if (p.p_type == PT_LOAD && p.p_align > align)
			align = p.p_align;
	}
	if (!loader || !table)
		return "it has no loader, or is a library";
	if (align > ALIGN_MAX || align & (align - 1))
		return "it has to lie at multiples of more than 2 MiB";
	by = LEAST + place * align;
	bufroom(b, (size_t)e.e_phnum * sizeof(Elf64_Phdr) + sizeof(Elf64_Phdr));
	memset(b->p + b->n, 0, -b->n % sizeof(uint64_t));
	b->n += -b->n % sizeof(uint64_t);
	for (size_t i = 0; i < e.e_phnum; i++) {
		Elf64_Phdr p;

		memcpy(&p, b->p + e.e_phoff + i * sizeof(p), sizeof(p));
		p.p_vaddr += by;
		p.p_paddr += by;
		bufadd(b, (const char *)&p, sizeof(p));
	}
	e.e_type = ET_EXEC;
	e.e_entry += by;
	e.e_phoff = b->n - (size_t)e.e_phnum * sizeof(Elf64_Phdr);
	e.e_shoff = 0;
	e.e_shnum = e.e_shstrndx = 0;
	memcpy(b->p, &e, sizeof(e));
	return NULL;
}

#else

const char *
movepatch(struct buf *b, unsigned place)
{
	(void)b;
	(void)place;
	return "this is no Linux";
}

#endif

enum { PROGRAM_MAX = 2000000000 }; /* bytes */

const char *
movecopy(const char *from, const char *to, unsigned place)
{
	struct buf b = {0};
	const char *why = NULL;
	int fd = -1;

	if (slurp(from, PROGRAM_MAX, &b))
		why = strerror(errno);
	if (!why)
		why = movepatch(&b, place);
	if (!why && ((fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700)) < 0 ||
			    writeall(fd, b.p, b.n)))
		why = strerror(errno);
	if (fd >= 0 && close(fd) && !why)
		why = strerror(errno);
	bufrelease(&b);
	return why;
}
