#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/base64.h"
#include "base/err.h"
#include "compare/packed.h"
#include "input/load.h"

const char packedbegin[] = "<script id=\"evidence\" type=\"application/gzip\">";
const char packedend[] = "</script>";

static const char doctype[] = "<!doctype html>";

/* Some of a text that is to be packed; the whole of what that gives ends with the last. */
static void
deflatepart(z_stream *z, struct buf *out, const struct buf *part, int flush)
{
	z->next_in = (unsigned char *)part->p;
	z->avail_in = (uInt)part->n;
	do {
		bufroom(out, 1 << 16);
		z->next_out = (unsigned char *)out->p + out->n;
		z->avail_out = (uInt)(out->cap - out->n);
		if (deflate(z, flush) == Z_STREAM_ERROR)
			fatal("pack evidence: zlib does not work");
		out->n = out->cap - z->avail_out;
	} while (!z->avail_out);
}

bool
packparts(struct buf *out, const struct buf parts[], size_t n)
{
	struct buf packed = {0};
	z_stream z = {0};
	size_t all = 0;

	for (size_t i = 0; i < n; i++)
		all += parts[i].n;
	if (all > GATHER_MAX)
		return false;
	/* 16: gzip's header, not zlib's. */
	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 9,
		    Z_DEFAULT_STRATEGY) != Z_OK)
		fatal("pack evidence: no memory");
	for (size_t i = 0; i < n; i++)
		deflatepart(&z, &packed, &parts[i], i + 1 < n ? Z_NO_FLUSH : Z_FINISH);
	deflateEnd(&z);
	base64put(out, packed.p, packed.n);
	bufrelease(&packed);
	return true;
}

bool
ispage(struct buf *text)
{
	return !strncasecmp(bufstr(text), doctype, sizeof(doctype) - 1);
}

void
unpackpage(struct buf *text, const char *path)
{
	const size_t begins = sizeof(packedbegin) - 1, ends = sizeof(packedend) - 1;
	struct buf out = {0};
	char *p, *end;

	p = memmem(text->p, text->n, packedbegin, begins);
	if (!p)
		fatal("read '%s': a page without evidence in it", path);
	p += begins;
	if (memmem(p, text->n - (size_t)(p - text->p), packedbegin, begins))
		fatal("read '%s': it has evidence in it twice", path);
	end = memmem(p, text->n - (size_t)(p - text->p), packedend, ends);
	if (!end || !base64take(&out, p, (size_t)(end - p)))
		fatal("read '%s': the evidence in it is damaged or cut off", path);
	bufrelease(text);
	*text = out;
	gunzip(text, path);
}
