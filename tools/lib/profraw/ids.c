/* Binary ids: each an 8-byte length and its bytes, from version 8 on padded to 8 bytes. */
#include "base/num.h"
#include "profraw/diag.h"
#include "profraw/layout.h"

const unsigned char *
profrawid(const struct profraw *pr, unsigned k, uint64_t *n)
{
	const struct proflay *lay = proflay(pr->version);
	uint64_t off = pr->ids.off, end = off + pr->ids.size;

	while (off < end) {
		uint64_t size = profraw64(pr, off);

		off += 8;
		if (!k--) {
			*n = size;
			return pr->p + off;
		}
		off += size + (lay->idpad ? pad8(size) : 0);
	}
	return NULL;
}

int
profcheckids(const struct profraw *pr, struct profdiag *d)
{
	const struct proflay *lay = proflay(pr->version);
	uint64_t off = pr->ids.off, end = off + pr->ids.size;

	if (lay->idpad && pr->ids.size % 8)
		return profbad(d, PROFRAW_CORRUPT, "binary ids", off,
			"%llu bytes are not a multiple of 8", (unsigned long long)pr->ids.size);
	while (off < end) {
		uint64_t size, all;

		if (end - off < 8)
			return profbad(d, PROFRAW_CORRUPT, "binary ids", off,
				"the length of an id needs 8 bytes, %llu are left",
				(unsigned long long)(end - off));
		size = profraw64(pr, off);
		if (!size)
			return profbad(d, PROFRAW_CORRUPT, "binary ids", off, "an id has 0 bytes");
		if (!addok(size, lay->idpad ? pad8(size) : 0, &all) || all > end - off - 8)
			return profbad(d, PROFRAW_CORRUPT, "binary ids", off,
				"an id of %llu bytes, the section has %llu left",
				(unsigned long long)size, (unsigned long long)(end - off - 8));
		if (!profzeros(pr->p + off + 8 + size, all - size))
			return profbad(d, PROFRAW_CORRUPT, "binary ids", off + 8 + size,
				"the padding of an id is not all 0");
		off += 8 + all;
	}
	return 0;
}
