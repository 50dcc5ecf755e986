/* What the headers of an ELF file name: its segments, and its sections by name. */
#ifndef ELF_HEADERS_H
#define ELF_HEADERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/read.h"

/* Types and flags are those of <elf.h>. */
struct segment {
	uint32_t type, flags;
	uint64_t at, n; /* in the file */
	uint64_t address, align;
};

struct section {
	const char *name;
	uint32_t type, link, info;
	uint64_t at, n;
};

struct segments {
	struct segment *v;
	size_t n;
	uint64_t end; /* behind the table, in the file */
};

struct sections {
	struct section *v;
	size_t n;
	uint64_t end;
	char *names;
};

/* False where the table, or the names, are not whole: nothing is to be released then. */
bool segmentsread(const struct elf *e, struct segments *s);
void segmentsrelease(struct segments *s);
bool sectionsread(const struct elf *e, struct sections *s);
void sectionsrelease(struct sections *s);

/*
 * The bytes [at, at + n), and a NUL behind them: the caller's to free. NULL where they are not in
 * the file, or more than max.
 */
char *elfbytes(const struct elf *e, uint64_t at, uint64_t n, uint64_t max);

#endif
