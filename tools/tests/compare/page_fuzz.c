/*
 * libFuzzer: whatever page or packed evidence bench-compare verify reads ends with a text that is
 * as long as it may be, and a verdict, or with a message. What is packed comes out as it was. The
 * first byte says what the others are: p the page behind its first line, g what is packed in one,
 * j a text to pack.
 */
#include "fuzz.h"

#undef inflateInit2_
#include <zlib.h>

#include "base/base64.h"
#include "compare/evidence.h"
#include "compare/packed.h"
#include "input/load.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int fuzzinflate(z_stream *z, int bits, const char *version, int size);

static void *
take(void *of, unsigned n, unsigned size)
{
	(void)of;
	return fuzzcalloc(n, size);
}

static void
give(void *of, void *p)
{
	(void)of;
	fuzzfree(p);
}

/* In place of inflateInit2_: a message leaves its memory behind, too. */
int
fuzzinflate(z_stream *z, int bits, const char *version, int size)
{
	z->zalloc = take;
	z->zfree = give;
	return inflateInit2_(z, bits, version, size);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzzbegin();
	return 0;
}

static void
makepage(struct buf *page, char kind, const uint8_t *p, size_t n)
{
	struct buf text = {.p = (char *)p, .n = n};

	bufputs(page, "<!doctype html>\n");
	if (kind == 'p') {
		bufadd(page, p, n);
		return;
	}
	bufputs(page, packedbegin);
	if (kind == 'g')
		base64put(page, p, n);
	else
		require(packparts(page, &text, 1), "a short text is packed");
	bufputs(page, packedend);
}

static void
readpage(char kind, const uint8_t *p, size_t n)
{
	struct evidence e = {0};
	struct buf page = {0};
	struct span v;

	makepage(&page, kind, p, n);
	require(ispage(&page), "a page is known by its first line");
	unpackpage(&page, "a");
	require(page.n <= GATHER_MAX, "no more than may be");
	require(kind != 'j' || (page.n == n && !memcmp(page.p, p, n)), "what was packed comes out");
	if (!spanparse("a", &page, &v))
		return;
	evidencetake(&e, v, "a");
	evidenceclose(&e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (!n || !strchr("pgj", p[0]) || !p[0])
		return 0;
	running = true;
	if (!setjmp(ended))
		readpage((char)p[0], p + 1, n - 1);
	fuzzforget();
	return 0;
}
