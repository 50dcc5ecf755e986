/* Reading pieces of an ELF file of either width and byte order. */
#ifndef ELF_READ_H
#define ELF_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf {
	int fd;
	bool wide; /* 64-bit */
	bool big;  /* big-endian */
	/* Its header behind the 16 bytes that say what it is: 48 of them where wide, else 36. */
	unsigned char rest[48];
};

/* False, and nothing is open, when it is no regular file, no ELF file or cannot be read. */
bool elfopen(struct elf *e, const char *path);
void elfclose(struct elf *e);

/* The number of n bytes, at most 8, at p. */
uint64_t elfnumber(const struct elf *e, const unsigned char *p, size_t n);

/* Reads exactly n bytes at offset `at`. */
bool elffetch(const struct elf *e, uint64_t at, void *p, size_t n);

#endif
