#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "file.h"
#include "json.h"

json_t *
jsonread(const char *path, size_t max)
{
	struct buf b = {0};
	json_error_t e;
	json_t *v;

	if (slurp(path, max, &b)) {
		if (errno == EFBIG)
			warn("read '%s': more than %zu bytes", path, max);
		else
			warn("read '%s':", path);
		return NULL;
	}
	v = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, &e);
	if (!v)
		warn("read '%s': line %d, column %d: %s", path, e.line, e.column, e.text);
	bufrelease(&b);
	return v;
}

static int
collect(const char *p, size_t n, void *b)
{
	bufadd(b, p, n);
	return 0;
}

static void
writeas(const char *path, const json_t *v, size_t flags, int digits)
{
	struct buf b = {0};

	flags |= JSON_REAL_PRECISION((size_t)digits) | JSON_ENCODE_ANY;
	if (json_dump_callback(v, collect, &b, flags))
		fatal("write '%s': cannot encode the JSON", path);
	bufputs(&b, "\n");
	writefile(path, &b);
	bufrelease(&b);
}

void
jsonwrite(const char *path, const json_t *v)
{
	writeas(path, v, JSON_INDENT(2), 12);
}

void
jsonwriteline(const char *path, const json_t *v)
{
	writeas(path, v, 0, 12);
}

void
jsonwriteexact(const char *path, const json_t *v)
{
	writeas(path, v, 0, 17);
}

json_t *
jsonpack(const char *fmt, ...)
{
	json_error_t e;
	json_t *v;
	va_list ap;

	va_start(ap, fmt);
	v = json_vpack_ex(&e, 0, fmt, ap);
	va_end(ap);
	if (!v)
		fatal("build JSON: %s", e.text);
	return v;
}

/* Length of the UTF-8 sequence at p, 0 when there is none (overlong forms, surrogates, cut off). */
static size_t
utf8len(const unsigned char *p, size_t left)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (!n || n > left || p[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
		(p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

json_t *
jsonstr(const char *s)
{
	struct buf b = {0};
	json_t *v;
	size_t left;

	if (!s)
		return json_null();
	for (left = strlen(s); left;) {
		size_t n = utf8len((const unsigned char *)s, left);

		if (n)
			bufadd(&b, s, n);
		else
			bufputs(&b, "\xef\xbf\xbd");
		s += n ? n : 1;
		left -= n ? n : 1;
	}
	v = json_stringn(b.p ? b.p : "", b.n);
	if (!v)
		fatal("build JSON: no memory for a string");
	bufrelease(&b);
	return v;
}
