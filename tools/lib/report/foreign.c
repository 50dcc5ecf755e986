#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "report/foreign.h"

char *
foreignshort(const char *s, bool *cut)
{
	char *c = xstrdup(s);
	size_t n = strlen(c);

	*cut = n > FOREIGN_MAX;
	if (*cut) {
		n = FOREIGN_MAX;
		while (n && ((unsigned char)c[n] & 0xc0) == 0x80)
			n--; /* not inside a character */
		c[n] = '\0';
	}
	printable(c);
	return c;
}
