/* Text and numbers in HTML and SVG. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "page/html.h"
#include "report/foreign.h"

enum { COLOURS = 8 }; /* page.css has so many */

static void
putescaped(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (strchr("&<>\"'", *s))
			bufprintf(out, "&#%d;", *s);
		else
			bufadd(out, s, 1);
	}
}

void
puthtml(struct buf *out, const char *foreign)
{
	bool cut;
	char *c = foreignshort(foreign, &cut);

	putescaped(out, c);
	bufputs(out, cut ? "..." : "");
	free(c);
}

void
putown(struct buf *out, const char *text)
{
	char *c = xstrdup(text);

	printable(c);
	putescaped(out, c);
	free(c);
}

void
putelement(struct buf *out, const char *name, const char *content)
{
	bufprintf(out, "<%s>%s</%s>\n", name, content, name);
}

static unsigned char
nibble(char c)
{
	return (unsigned char)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void
puthash(struct buf *out, const char *content)
{
	char hex[SHA256_HEX];
	unsigned char sum[(SHA256_HEX - 1) / 2];

	sha256(content, strlen(content), hex);
	for (size_t i = 0; i < sizeof(sum); i++)
		sum[i] = (unsigned char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
	bufputs(out, "'sha256-");
	base64put(out, sum, sizeof(sum));
	bufputs(out, "'");
}

void
putcolour(struct buf *out, size_t arm)
{
	bufprintf(out, "c%zu", arm % COLOURS);
}

void
putmark(struct buf *out, const char *verdict)
{
	static const char *const classes[][2] = {{"regressed", "bad"}, {"invalid", "bad"},
		{"inconclusive", "doubt"}, {"layout-suspect", "doubt"}, {"changed", "doubt"},
		{"differs", "doubt"}, {"improved", "good"}};
	const char *class = "calm";

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (!strcmp(verdict, classes[i][0]))
			class = classes[i][1];
	bufprintf(out, "<span class=\"mark %s\">", class);
	puthtml(out, verdict);
	bufputs(out, "</span>");
}

/* n from 0 to 999999, its thousands set off. */
static void
putthousands(struct buf *out, double n)
{
	if (n < 1000)
		bufprintf(out, "%.0f", n);
	else
		bufprintf(out, "%d,%03d", (int)n / 1000, (int)n % 1000);
}

void
putcount(struct buf *out, double n)
{
	static const struct {
		double of;
		const char *name;
	} words[] = {{1e12, "trillion"}, {1e9, "billion"}, {1e6, "million"}};
	const size_t last = sizeof(words) / sizeof(*words) - 1;
	size_t i = 0;

	if (!isfinite(n) || n < 0) {
		bufputs(out, "-");
		return;
	}
	if (round(n) < 1e6) {
		putthousands(out, round(n));
		return;
	}
	while (i < last && n < words[i].of)
		i++;
	bufprintf(out, "%.3g %s", n / words[i].of, words[i].name);
}

void
putbytes(struct buf *out, double n)
{
	static const char *const units[] = {"KiB", "MiB", "GiB"};
	size_t i = 0;

	n /= 1024;
	for (; n >= 1024 && i < 2; i++)
		n /= 1024;
	if (isfinite(n))
		bufprintf(out, "%.1f %s", n, units[i]);
	else
		bufputs(out, "-");
}
