/* How the profile of a module is written. For the parts of poolwrite(). */
#ifndef POOL_WRITE_H
#define POOL_WRITE_H

#include "base/buf.h"
#include "pool/module.h"

struct poolwriter {
	const struct poolmodule *m;
	struct buf *b;
	size_t start; /* of the profile in b */
	struct poolinfo *info;
};

/* Appends the low `size` bytes of x (at most 8), in the byte order of the module. */
static inline void
put(struct poolwriter *w, uint64_t x, unsigned size)
{
	unsigned char p[8];

	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the low bytes come first");
	if (w->m->pr.swap)
		x = __builtin_bswap64(x) >> (64 - 8 * size);
	memcpy(p, &x, sizeof(p));
	bufadd(w->b, p, size);
}

static inline void
zeros(struct poolwriter *w, uint64_t n)
{
	for (; n; n--)
		bufadd(w->b, "", 1);
}

/* The same as put(), over what is there. */
static inline void
poke(struct poolwriter *w, size_t at, uint64_t x, unsigned size)
{
	size_t n = w->b->n;

	w->b->n = at;
	put(w, x, size);
	w->b->n = n;
}

/* Appends all value data, and adds up info->calls and info->unknown. */
void poolwritevalues(struct poolwriter *w);

#endif
