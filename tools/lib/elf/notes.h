/* What the notes of a program say: what its linker called it, and what of the CPU it asks for. */
#ifndef ELF_NOTES_H
#define ELF_NOTES_H

#include <stdint.h>

#include "elf/headers.h"

enum { BUILDID_HEX = 2 * 64 + 1 }; /* at most 64 bytes, in hexadecimal, and a NUL */

struct notes {
	char buildid[BUILDID_HEX]; /* NT_GNU_BUILD_ID; "" when there is none */
	uint32_t features;	   /* GNU_PROPERTY_X86_FEATURE_1_AND: what the CPU may check */
	uint32_t isa;		   /* GNU_PROPERTY_X86_ISA_1_NEEDED */
};

/* Reads the notes in the segments; what is damaged is as good as not there. */
void notesread(const struct elf *e, const struct segments *s, struct notes *n);

/*
 * The build id of an ELF file of either width and byte order, whatever path it lies at. "" when there
 * is none, or the file is no ELF file, cannot be read or is damaged.
 */
void buildid(const char *path, char hex[BUILDID_HEX]);

#endif
