#include <string.h>

#include "base/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64put(struct buf *out, const void *p, size_t n)
{
	const unsigned char *u = p;
	char *to;

	bufroom(out, (n / 3 + 1) * 4);
	to = out->p + out->n;
	for (size_t i = 0; i < n; i += 3) {
		unsigned long v = (unsigned long)u[i] << 16;

		v |= i + 1 < n ? (unsigned long)u[i + 1] << 8 : 0;
		v |= i + 2 < n ? (unsigned long)u[i + 2] : 0;
		*to++ = digits[v >> 18];
		*to++ = digits[v >> 12 & 63];
		*to++ = i + 1 < n ? digits[v >> 6 & 63] : '=';
		*to++ = i + 2 < n ? digits[v & 63] : '=';
	}
	out->n = (size_t)(to - out->p);
}

/* What a character stands for; 64: nothing. */
static void
values(unsigned char of[256])
{
	memset(of, 64, 256);
	for (unsigned char i = 0; i < 64; i++)
		of[(unsigned char)digits[i]] = i;
}

bool
base64take(struct buf *out, const char *s, size_t n)
{
	size_t pad = n && s[n - 1] == '=' ? n > 1 && s[n - 2] == '=' ? 2 : 1 : 0;
	unsigned char of[256];
	char *to;

	if (n % 4)
		return false;
	values(of);
	bufroom(out, n / 4 * 3);
	to = out->p + out->n;
	for (size_t i = 0; i < n; i += 4) {
		unsigned long v = 0;

		for (size_t k = i; k < i + 4; k++) {
			unsigned char d = k < n - pad ? of[(unsigned char)s[k]] : 0;

			if (d > 63)
				return false;
			v = v << 6 | d;
		}
		*to++ = (char)(v >> 16 & 255);
		*to++ = (char)(v >> 8 & 255);
		*to++ = (char)(v & 255);
	}
	out->n = (size_t)(to - out->p) - pad;
	return true;
}
