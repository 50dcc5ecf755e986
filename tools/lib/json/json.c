#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/utf8.h"
#include "json/json.h"

json_t *
jsonread(const char *path, size_t max)
{
	struct buf b = {0};
	json_error_t e;
	json_t *v;

	if (slurpwarn(path, max, &b))
		return NULL;
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
encode(struct buf *b, const json_t *v, size_t flags, int digits)
{
	flags |= JSON_REAL_PRECISION((size_t)digits) | JSON_ENCODE_ANY;
	if (json_dump_callback(v, collect, b, flags))
		fatal("build JSON: cannot encode it");
}

static void
writeas(const char *path, const json_t *v, size_t flags)
{
	struct buf b = {0};

	encode(&b, v, flags, 12);
	bufputs(&b, "\n");
	writefile(path, &b);
	bufrelease(&b);
}

void
jsonwrite(const char *path, const json_t *v)
{
	writeas(path, v, JSON_INDENT(2));
}

void
jsonwriteline(const char *path, const json_t *v)
{
	writeas(path, v, 0);
}

void
jsonexact(struct buf *b, const json_t *v)
{
	encode(b, v, 0, 17);
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
