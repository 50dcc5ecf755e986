/* The GNU build id of a program: what its linker called it, whatever path it lies at. */
#ifndef ELF_BUILDID_H
#define ELF_BUILDID_H

enum { BUILDID_HEX = 2 * 64 + 1 }; /* at most 64 bytes, in hexadecimal, and a NUL */

/*
 * Reads it from the notes (NT_GNU_BUILD_ID) in the segments of an ELF file of either width and byte
 * order. "" when there is none, or the file is no ELF file, cannot be read or is damaged.
 */
void buildid(const char *path, char hex[BUILDID_HEX]);

#endif
