/*
 * Makes raw profiles as the runtimes of all versions would write them, for tests. Written from the
 * C structures, field by field with their natural alignment, and not from the tables of the
 * parser, so that the two check each other.
 */
#ifndef PROFGEN_H
#define PROFGEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"

struct gen {
	unsigned version; /* 7 to 10 */
	bool narrow;	  /* 32-bit pointers */
	bool big;	  /* big-endian */
	uint64_t variant;
	unsigned nfn;  /* functions; each 4th never ran */
	unsigned hash; /* another one makes other function hashes */
	bool plain;    /* names not compressed */
	bool sites;    /* value sites: of each 3rd function */
	bool novalues; /* no value data, as in continuous mode */
	bool bitmap;   /* MC/DC bitmaps (version 9 and later) */
	bool vtables;  /* version 10 */
	bool noid;
	bool zero;  /* nothing ran */
	bool ahead; /* counters lie behind the records: positive deltas */
	bool win;   /* addresses are cut to 32 bits, as on 64-bit Windows */
	unsigned padctr;
	uint64_t aslr; /* added to all addresses */
};

struct genout {
	struct buf *b;
	const struct gen *g;
};

static inline void
put(struct genout *o, uint64_t x, unsigned size)
{
	for (unsigned i = 0; i < size; i++) {
		unsigned shift = 8 * (o->g->big ? size - 1 - i : i);
		char c = (char)(x >> shift);

		bufadd(o->b, &c, 1);
	}
}

static inline void
putpointer(struct genout *o, uint64_t x)
{
	put(o, x, o->g->narrow ? 4 : 8);
}

static inline void
align(struct genout *o, size_t from, size_t to)
{
	while ((o->b->n - from) % to)
		bufadd(o->b, "", 1);
}

static inline uint64_t
genctrs(const struct gen *g, unsigned i)
{
	uint64_t stamp = g->variant >> 63 ? (g->variant >> 60 & 1 ? 8 : 1) : 0;

	return stamp + (g->variant >> 61 & 1 ? 1 : 1 + i % 3);
}

static inline uint64_t
genaddress(unsigned i)
{
	return 0x400000 + 64 * (uint64_t)i;
}

static inline void
gennames(const struct gen *g, const char *prefix, unsigned n, struct buf *out)
{
	struct buf text = {0};
	struct genout o = {out, g};
	uint64_t sizes[2];
	uLongf zn;
	struct buf z = {0};

	for (unsigned i = 0; i < n; i++)
		bufprintf(&text, "%s%s_%u", i ? "\1" : "", prefix, i);
	zn = compressBound((uLong)text.n);
	sizes[0] = text.n;
	sizes[1] = 0;
	bufroom(&z, zn + 1);
	if (!g->plain && text.n) {
		if (compress2((Bytef *)z.p, &zn, (const Bytef *)text.p, (uLong)text.n, 9) != Z_OK)
			fatal("compress names");
		sizes[1] = zn;
	}
	for (unsigned i = 0; n && i < 2; i++) {
		uint64_t x = sizes[i];

		do {
			put(&o, (x & 0x7f) | (x > 0x7f ? 0x80 : 0), 1);
			x >>= 7;
		} while (x);
	}
	if (sizes[1])
		bufadd(out, z.p, sizes[1]);
	else
		bufadd(out, text.p, text.n);
	bufrelease(&z);
	bufrelease(&text);
}

static inline unsigned
gennsites(const struct gen *g, unsigned i, unsigned kind)
{
	if (!g->sites || i % 3)
		return 0;
	return kind == 0 ? 1 : kind == 1 ? 2 : g->vtables;
}

/* The values of one function: calls to the functions 0 and 1, sizes 3 and 513, vtable 0. */
static inline void
genvalues(struct genout *o, unsigned i, unsigned nkind)
{
	struct buf body = {0};
	struct genout v = {&body, o->g};
	unsigned kinds = 0;

	for (unsigned k = 0; k < nkind; k++) {
		unsigned n = gennsites(o->g, i, k);
		size_t from = body.n;

		if (!n)
			continue;
		kinds++;
		put(&v, k, 4);
		put(&v, n, 4);
		for (unsigned s = 0; s < n; s++)
			put(&v, k == 2 ? 1 : 2, 1);
		align(&v, from, 8);
		for (unsigned s = 0; s < n; s++)
			for (unsigned x = 0; x < (k == 2 ? 1 : 2); x++) {
				put(&v,
					k == 0	 ? genaddress(x) + o->g->aslr
					: k == 1 ? (x ? 513 : 3)
						 : 0x700000 + o->g->aslr + 16,
					8);
				put(&v, 10 - x + i, 8);
			}
	}
	if (kinds) {
		put(o, 8 + body.n, 4);
		put(o, kinds, 4);
		bufadd(o->b, body.p, body.n);
	}
	bufrelease(&body);
}

/* Appends a profile to b. */
static inline void
gen(const struct gen *g, struct buf *b)
{
	struct genout o = {b, g};
	struct buf name = {0}, names = {0}, vnames = {0}, data = {0}, ctr = {0}, vtab = {0};
	struct genout od = {&data, g}, oc = {&ctr, g}, ov = {&vtab, g};
	unsigned csz = g->variant >> 60 & 1 ? 1 : 8, nkind = g->version >= 10 ? 3 : 2;
	uint64_t dataat = 0x500000 + g->aslr,
		 ctrat = g->ahead ? 0x580000 + g->aslr : 0x480000 + g->aslr;
	uint64_t nctr = 0, nbitmap = 0, bitmapat = 0x4c0000 + g->aslr, padids, pad, wrap;
	unsigned nvtab = g->vtables ? 2 : 0;
	bool relative = g->version >= 8;
	static const unsigned char id[20] = {0xab, 0xcd, 1, 2, 3};

	wrap = g->narrow || g->win ? 0xffffffff : UINT64_MAX;
	for (unsigned i = 0; i < g->nfn; i++) {
		uint64_t at = dataat + data.n, n = genctrs(g, i);
		size_t from = data.n;

		name.n = 0;
		bufprintf(&name, "function_%u", i);
		put(&od, md5ref(name.p, name.n), 8);
		put(&od, (0x1234567 * (uint64_t)(i + 1) + g->hash) | (g->variant >> 57 & 1) << 60,
			8);
		putpointer(&od, (ctrat + nctr * csz - (relative ? at : 0)) & wrap);
		if (g->version >= 9)
			putpointer(&od, g->bitmap ? bitmapat + nbitmap - at : 0);
		putpointer(&od, genaddress(i) + g->aslr);
		putpointer(&od, gennsites(g, i, 0) ? 0x900000 + g->aslr : 0);
		put(&od, n, 4);
		for (unsigned k = 0; k < nkind; k++)
			put(&od, gennsites(g, i, k), 2);
		if (g->version >= 9) {
			align(&od, from, 4);
			put(&od, g->bitmap ? 1 + i % 2 : 0, 4);
			nbitmap += g->bitmap ? 1 + i % 2 : 0;
		}
		align(&od, from, 8);
		for (uint64_t j = 0; j < n; j++) {
			bool stamp = g->variant >> 63 && j < 8 / csz;
			bool ran = !g->zero && i % 4 != 3;

			if (csz == 1)
				put(&oc, stamp ? j == 0 : ran && j % 2 == 0 ? 0 : 0xff, 1);
			else
				put(&oc, stamp ? i + 1 : ran ? 10 * (uint64_t)i + j + 1 : 0, 8);
		}
		nctr += n;
	}
	gennames(g, "function", g->nfn, &names);
	gennames(g, "vtable", nvtab, &vnames);
	for (unsigned i = 0; i < nvtab; i++) {
		size_t from = vtab.n;

		name.n = 0;
		bufprintf(&name, "vtable_%u", i);
		put(&ov, md5ref(name.p, name.n), 8);
		putpointer(&ov, 0x700000 + 64 * (uint64_t)i + g->aslr);
		put(&ov, 40, 4);
		align(&ov, from, 8);
	}

	/* The header. */
	padids = g->noid ? 0 : g->version >= 8 ? 8 + 24 : 8 + 20;
	pad = g->version >= 9 ? -(nctr * csz) & 7 : 0;
	put(&o, g->narrow ? 0xff6c70726f665281 : 0xff6c70726f667281, 8);
	put(&o, g->version | g->variant, 8);
	put(&o, padids, 8);
	put(&o, g->nfn, 8);
	put(&o, g->padctr, 8);
	put(&o, nctr, 8);
	put(&o, pad, 8);
	if (g->version >= 9) {
		put(&o, nbitmap, 8);
		put(&o, -nbitmap & 7, 8);
	}
	put(&o, names.n, 8);
	put(&o, (relative ? ctrat - dataat : ctrat) & wrap, 8);
	if (g->version >= 9)
		put(&o, (bitmapat - dataat) & wrap, 8);
	put(&o, (0x800000 + g->aslr) & wrap, 8);
	if (g->version >= 10) {
		put(&o, nvtab, 8);
		put(&o, vnames.n, 8);
	}
	put(&o, nkind - 1, 8);

	if (!g->noid) {
		put(&o, sizeof(id), 8);
		bufadd(b, id, sizeof(id));
		if (g->version >= 8)
			put(&o, 0, 4);
	}
	bufadd(b, data.p, data.n);
	for (unsigned i = 0; i < g->padctr; i++)
		put(&o, 0, 1);
	bufadd(b, ctr.p, ctr.n);
	for (; pad; pad--)
		put(&o, 0, 1);
	for (uint64_t i = 0; i < nbitmap; i++)
		put(&o, 0x5a, 1);
	for (; nbitmap & 7; nbitmap++)
		put(&o, 0, 1);
	bufadd(b, names.p, names.n);
	for (; names.n & 7; names.n++)
		put(&o, 0, 1);
	bufadd(b, vtab.p, vtab.n);
	for (; vtab.n & 7; vtab.n++)
		put(&o, 0, 1);
	bufadd(b, vnames.p, vnames.n);
	for (; vnames.n & 7; vnames.n++)
		put(&o, 0, 1);
	for (unsigned i = 0; !g->novalues && i < g->nfn; i++)
		genvalues(&o, i, nkind);
	bufrelease(&name);
	bufrelease(&names);
	bufrelease(&vnames);
	bufrelease(&data);
	bufrelease(&ctr);
	bufrelease(&vtab);
}

#endif
