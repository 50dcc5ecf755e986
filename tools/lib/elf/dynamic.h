/* What a program asks of the loader: libraries, and how it wants to be loaded. */
#ifndef ELF_DYNAMIC_H
#define ELF_DYNAMIC_H

#include "elf/headers.h"

struct dynamic {
	bool there;
	struct dynentry {
		uint64_t tag, value; /* DT_* */
	} *v;
	size_t n;
	char *strings;
	size_t nstrings;
};

/* False when it is damaged: nothing is to be released then. */
bool dynamicread(const struct elf *e, const struct segments *s, struct dynamic *d);
void dynamicrelease(struct dynamic *d);

/* The value of the first entry of that kind, 0 where there is none. */
uint64_t dynamicvalue(const struct dynamic *d, uint64_t tag);

/* The text at that place, "" where there is none. */
const char *dynamictext(const struct dynamic *d, uint64_t at);

enum { GLIBC_MAX = 32 };

/*
 * The newest glibc whose symbols it needs, as "2.34"; "" where it needs none. False when the section
 * that says so is damaged.
 */
bool glibcneeded(const struct elf *e, const struct sections *s, char version[GLIBC_MAX]);

#endif
