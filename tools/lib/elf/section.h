/* The sections of a program, by name. */
#ifndef ELF_SECTION_H
#define ELF_SECTION_H

#include <stdbool.h>

/*
 * Whether the ELF file, of either width and byte order, has a section of that name. False, too, when
 * it is no ELF file, cannot be read or is damaged.
 */
bool elfhas(const char *path, const char *section);

#endif
