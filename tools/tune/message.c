/* Messages: to the caller's function, or to standard error in one write. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "tune/message.h"

static void
vsay(const struct tune_config *c, const char *fmt, va_list ap)
{
	char text[1024] = "tune: ";
	size_t prefix = strlen(text), n;

	vsnprintf(text + prefix, sizeof(text) - prefix - 1, fmt, ap);
	/* Names and paths come from elsewhere: none may forge a line or drive a terminal. */
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	if (c && c->report) {
		c->report(c->report_arg, text + prefix);
		return;
	}
	n = strlen(text);
	text[n++] = '\n';
	/* Nothing can be reported when standard error itself is gone. */
	if (write(STDERR_FILENO, text, n) < 0)
		return;
}

void
sayby(const struct tune_config *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(c, fmt, ap);
	va_end(ap);
}

void
say(struct tune *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(t ? config(t) : NULL, fmt, ap);
	va_end(ap);
}

int
fail(struct tune *t, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(t ? config(t) : NULL, fmt, ap);
	va_end(ap);
	return error;
}

/* Bytes of the UTF-8 character at s; 0 for what is none, or a control character. */
static size_t
character(const unsigned char *s)
{
	static const uint32_t least[] = {0, 0x20, 0xa0, 0x800, 0x10000};
	size_t n = *s < 0x80 ? 1 : *s >> 5 == 6 ? 2 : *s >> 4 == 14 ? 3 : *s >> 3 == 30 ? 4 : 0;
	uint32_t c = n < 2 ? *s : *s & (0x7fU >> n);

	for (size_t i = 1; i < n; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	return n && c >= least[n] && c != 0x7f && c < 0x110000 && c >> 11 != 0x1b ? n : 0;
}

bool
validname(const char *name)
{
	size_t n = name ? strnlen(name, TUNE_MAX_NAME + 1) : 0;

	if (!n || n > TUNE_MAX_NAME)
		return false;
	for (const unsigned char *s = (const unsigned char *)name; *s;) {
		n = character(s);
		if (!n)
			return false;
		s += n;
	}
	return true;
}

struct label
label(const struct tune_profile *p)
{
	struct label l;
	int n = snprintf(l.text, sizeof(l.text), "%s", p->op->name);

	for (int i = 0; i < p->ndims; i++)
		n += snprintf(l.text + n, sizeof(l.text) - (size_t)n, "%c%" PRId64, i ? 'x' : ' ',
			p->dims[i]);
	return l;
}
