#include "pool/module.h"
#include "profraw/layout.h"

/* Bytes of the pointers in a record of pr. */
static unsigned
pointersize(const struct profraw *pr)
{
	return pr->wide ? 8 : 4;
}

static bool
relative(const struct profraw *pr)
{
	return proflay(pr->version)->relative;
}

static uint64_t
mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15ULL;
	return h ^ h >> 32;
}

uint64_t
poolhash(const struct profraw *pr)
{
	uint64_t h = mix(mix(pr->version | pr->variant, pr->magic), pr->swap), sum = 0;

	h = mix(mix(mix(h, pr->nrec), pr->nctr), pr->nvtab);
	h = mix(mix(mix(h, pr->bitmap.size), pr->names.size), pr->vnames.size);
	for (uint64_t i = 0; i < pr->nrec; i++) {
		uint64_t at = pr->data.off + i * pr->lay->size;

		sum += profraw64(pr, at) * (2 * i + 1) ^ profraw64(pr, at + 8);
	}
	return mix(h, sum);
}

/* n records, of which bytes [from, to) must be equal. */
static bool
samebytes(const unsigned char *a, const unsigned char *b, uint64_t n, size_t size, size_t from,
	size_t to)
{
	for (; n; n--, a += size, b += size)
		if (memcmp(a + from, b + from, to - from))
			return false;
	return true;
}

/*
 * The same for the records of today: all but the two pointers. One word of each column, so that
 * the compiler uses wide registers.
 */
static bool
samewide(const unsigned char *a, const unsigned char *b, uint64_t n)
{
	enum { WORDS = 8, FUNCTION = 4, VALUES = 5 };
	uint64_t x[WORDS], y[WORDS], diff[WORDS] = {0}, any = 0;

	for (; n; n--, a += sizeof(x), b += sizeof(y)) {
		memcpy(x, a, sizeof(x));
		memcpy(y, b, sizeof(y));
		for (unsigned i = 0; i < WORDS; i++)
			diff[i] |= x[i] ^ y[i];
	}
	for (unsigned i = 0; i < WORDS; i++)
		any |= i == FUNCTION || i == VALUES ? 0 : diff[i];
	return !any;
}

static bool
samerecords(const struct poolmodule *m, const struct profraw *pr)
{
	const struct profreclay *lay = pr->lay;
	const unsigned char *a = m->tmpl + m->pr.data.off, *b = pr->p + pr->data.off;
	size_t ptr = pointersize(pr), gap = lay->fn, size = lay->size;

	if (relative(pr) && size == 64 && gap == 32 && ptr == 8)
		return samewide(a, b, pr->nrec);
	if (relative(pr))
		return samebytes(a, b, pr->nrec, size, 0, gap) &&
		       samebytes(a, b, pr->nrec, size, gap + 2 * ptr, size);
	if (!samebytes(a, b, pr->nrec, size, 0, lay->ctr) ||
		!samebytes(a, b, pr->nrec, size, gap + 2 * ptr, size))
		return false;
	for (uint64_t i = 0; i < pr->nrec; i++)
		if (profrawrec(&m->pr, i).ctr != profrawrec(pr, i).ctr)
			return false;
	return true;
}

static bool
samesection(const struct poolmodule *m, const struct profsect *a, const struct profraw *pr,
	const struct profsect *b)
{
	return a->size == b->size && !memcmp(m->tmpl + a->off, pr->p + b->off, a->size);
}

static bool
samevtables(const struct poolmodule *m, const struct profraw *pr)
{
	const struct profvtablay *lay = &proflay(pr->version)->vtab[pr->wide];

	for (uint64_t i = 0; i < pr->nvtab; i++) {
		uint64_t a = m->pr.vtab.off + i * lay->size, b = pr->vtab.off + i * lay->size;

		if (profraw64(&m->pr, a) != profraw64(pr, b) ||
			memcmp(m->tmpl + a + lay->len, pr->p + b + lay->len,
				lay->size - lay->len) != 0)
			return false;
	}
	return true;
}

bool
poolsame(const struct poolmodule *m, const struct profraw *pr)
{
	const struct profraw *t = &m->pr;

	if (t->version != pr->version || t->variant != pr->variant || t->magic != pr->magic ||
		t->swap != pr->swap || t->nrec != pr->nrec || t->nctr != pr->nctr ||
		t->nvtab != pr->nvtab || t->bitmap.size != pr->bitmap.size)
		return false;
	if (relative(pr) && t->ctrdelta != pr->ctrdelta)
		return false;
	if (pr->bitmap.size && t->bitmapdelta != pr->bitmapdelta)
		return false;
	/* Without records only the binary id tells modules apart. */
	if (!pr->nrec && !samesection(m, &t->ids, pr, &pr->ids))
		return false;
	return samesection(m, &t->names, pr, &pr->names) &&
	       samesection(m, &t->vnames, pr, &pr->vnames) && samerecords(m, pr) &&
	       samevtables(m, pr);
}

/* As memcmp(), the shorter first. */
int
poolbytes(const unsigned char *a, size_t na, const unsigned char *b, size_t nb)
{
	size_t n = na < nb ? na : nb;
	int c = n ? memcmp(a, b, n) : 0;

	return c ? c : (na > nb) - (na < nb);
}

#define CMP(a, b) (((a) > (b)) - ((a) < (b)))

/* What poolsame() compares of a record. */
static int
orderrecords(const struct poolmodule *a, const struct poolmodule *b, uint64_t i)
{
	const struct profreclay *lay = a->pr.lay;
	const unsigned char *x = a->tmpl + a->pr.data.off + i * lay->size,
			    *y = b->tmpl + b->pr.data.off + i * lay->size;
	size_t ptr = pointersize(&a->pr), head = relative(&a->pr) ? lay->fn : lay->ctr,
	       tail = lay->fn + 2 * ptr;
	int c = memcmp(x, y, head);

	c = c ? c : memcmp(x + tail, y + tail, lay->size - tail);
	return c ? c : CMP(profrawrec(&a->pr, i).ctr, profrawrec(&b->pr, i).ctr);
}

static int
ordervtables(const struct poolmodule *a, const struct poolmodule *b, uint64_t i)
{
	const struct profvtablay *lay = &proflay(a->pr.version)->vtab[a->pr.wide];
	uint64_t x = a->pr.vtab.off + i * lay->size, y = b->pr.vtab.off + i * lay->size;
	int c = CMP(profraw64(&a->pr, x), profraw64(&b->pr, y));

	return c ? c : CMP(profraw32(&a->pr, x + lay->len), profraw32(&b->pr, y + lay->len));
}

int
poolorder(const struct poolmodule *a, const struct poolmodule *b)
{
	const struct profsect *sa[] = {&a->pr.names, &a->pr.vnames, &a->pr.ids},
			      *sb[] = {&b->pr.names, &b->pr.vnames, &b->pr.ids};
	uint64_t wa = a->pr.variant | a->pr.version, wb = b->pr.variant | b->pr.version;
	int c;

	if (wa != wb)
		return wa > wb ? -1 : 1;
	if (a->pr.nrec != b->pr.nrec)
		return a->pr.nrec > b->pr.nrec ? -1 : 1;
	for (unsigned i = 0; i < 2u + !a->pr.nrec; i++) {
		c = poolbytes(a->tmpl + sa[i]->off, sa[i]->size, b->tmpl + sb[i]->off, sb[i]->size);

		if (c)
			return c;
	}
	c = CMP(a->pr.magic, b->pr.magic);
	c = c ? c : CMP(a->pr.swap, b->pr.swap);
	c = c ? c : CMP(a->pr.nctr, b->pr.nctr);
	c = c ? c : CMP(a->pr.bitmap.size, b->pr.bitmap.size);
	c = c ? c : CMP(a->pr.nvtab, b->pr.nvtab);
	c = c ? c
	      : CMP(relative(&a->pr) ? a->pr.ctrdelta : 0, relative(&b->pr) ? b->pr.ctrdelta : 0);
	c = c || !a->pr.bitmap.size ? c : CMP(a->pr.bitmapdelta, b->pr.bitmapdelta);
	for (uint64_t i = 0; !c && i < a->pr.nrec; i++)
		c = orderrecords(a, b, i);
	for (uint64_t i = 0; !c && i < a->pr.nvtab; i++)
		c = ordervtables(a, b, i);
	return c;
}
