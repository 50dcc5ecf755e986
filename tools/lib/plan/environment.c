#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "plan/arm_folders.h"
#include "plan/environment.h"
#include "plan/trees.h"

enum { PAGE = 4096 }; /* a divisor of the size of a page, whatever that is */
enum { STACK_ALIGN = 16, STACK_PLACES = 64 };

static const char binaryname[] = "PGOKIT_BINARY", padname[] = "PGOKIT_PAD";

void
armenter(const struct arm *a)
{
	treeenter(a);
	if (armprogram(a))
		setenv(binaryname, armprogram(a), 1);
	else
		unsetenv(binaryname);
}

/* Bytes of the strings up to NULL, each with its NUL. */
static size_t
stringbytes(char *const *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += strlen(*s) + 1;
	return n;
}

/* What differs from arm to arm. */
static size_t
ownbytes(const struct arm *a, const struct lane *l)
{
	size_t n = stringbytes(l->command.argv) + strlen(l->path) + 1;

	return armprogram(a) ? n + sizeof(binaryname) + strlen(armprogram(a)) + 1 : n;
}

void
laneenter(const struct plan *p, const struct bench *b, size_t arm, unsigned place)
{
	size_t own = ownbytes(&p->arms[arm], &b->lanes[arm]), most = 0, common, total;
	char *pad;

	ownenter(&p->arms[arm]);
	unsetenv(binaryname);
	setenv(padname, "", 1);
	common = stringbytes(environ);
	armenter(&p->arms[arm]);
	for (size_t i = 0; i < p->narms; i++) {
		size_t n = ownbytes(&p->arms[i], &b->lanes[i]);

		most = n > most ? n : most;
	}
	total = (common + most + PAGE - 1) / PAGE * PAGE + place % STACK_PLACES * STACK_ALIGN;
	pad = xcalloc(total - common - own + 1, 1);
	memset(pad, 'x', total - common - own);
	setenv(padname, pad, 1);
	free(pad);
}
