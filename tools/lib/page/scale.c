#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "page/scale.h"
#include "stats/stats.h"

/* That of a bar in a table is short. */
enum { TICKS = 7, TICKS_OF_BAR = 5, LEVELS = 5 };

/* So many widths of the middle 90 % beyond it is far out. */
static const double far = 1.5;

struct scale
scalemost(const double *x, size_t n)
{
	double *sorted = xcalloc(n, sizeof(*sorted)), low, high, reach;
	struct scale s = {0, 0};

	memcpy(sorted, x, n * sizeof(*x));
	sortreal(sorted, n);
	if (n) {
		low = sorted[n / 20];
		high = sorted[n - 1 - n / 20];
		reach = far * (high - low);
		s.low = fmax(sorted[0], low - reach);
		s.high = fmin(sorted[n - 1], high + reach);
	}
	free(sorted);
	return s;
}

void
scaleinclude(struct scale *s, double v)
{
	if (isfinite(v)) {
		s->low = fmin(s->low, v);
		s->high = fmax(s->high, v);
	}
}

void
scalewiden(struct scale *s)
{
	double room = 0.04 * (s->high - s->low);

	if (!(room > 0))
		room = fmax(fabs(s->low) * 0.01, 1e-12);
	s->low -= room;
	s->high += room;
}

double
scaleplace(const struct scale *s, double x)
{
	return fmin(fmax((x - s->low) / (s->high - s->low), 0), 1);
}

struct ticks
scaleticks(const struct scale *s, size_t most)
{
	static const double steps[] = {1, 2, 5, 10};
	double width = s->high - s->low, unit = pow(10, floor(log10(width / (double)most)));
	struct ticks t = {0, 0, 0, 0};

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) && !t.n; i++) {
		t.step = steps[i] * unit;
		t.first = ceil(s->low / t.step) * t.step;
		t.n = t.first > s->high ? 0 : (size_t)((s->high - t.first) / t.step) + 1;
		if (t.n > most)
			t.n = 0;
	}
	t.decimals = (int)fmin(fmax(-floor(log10(t.step) + 1e-9), 0), 12);
	return t;
}

void
putaxis(struct buf *out, const struct scale *s, double y, const char *unit, int sign)
{
	struct ticks t = scaleticks(s, y > 0 ? TICKS : TICKS_OF_BAR);

	for (size_t i = 0; i < t.n; i++) {
		double v = t.first + (double)i * t.step, x = 100 * scaleplace(s, v);
		const char *anchor = x < 3 ? " class=\"first\"" : x > 97 ? " class=\"last\"" : "";

		if (fabs(v) < t.step / 1e6)
			v = 0;
		bufprintf(out, "<line class=\"grid\" x1=\"%.2f%%\" x2=\"%.2f%%\" y2=\"%g\"/>", x, x,
			y);
		bufprintf(out,
			sign && v > 0 ? "<text%s x=\"%.2f%%\" y=\"%g\">+%.*f%s</text>"
				      : "<text%s x=\"%.2f%%\" y=\"%g\">%.*f%s</text>",
			anchor, x, y + 15, t.decimals, v, unit);
	}
}

double
scaledown(const struct scale *s, double x)
{
	return 1 - scaleplace(s, x);
}

void
putlevel(struct buf *out, const char *class, const struct scale *s, double height, double x)
{
	if (isfinite(x) && x > s->low && x < s->high)
		bufprintf(out, "<line class=\"%s\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>", class,
			height * scaledown(s, x), height * scaledown(s, x));
}

void
putlevels(struct buf *out, const struct scale *s, double height, bool numbers, int sign)
{
	struct ticks t = scaleticks(s, LEVELS);

	for (size_t i = 0; i < t.n; i++) {
		double v = t.first + (double)i * t.step;

		if (fabs(v) < t.step / 1e6)
			v = 0;
		if (numbers)
			bufprintf(out, "<text class=\"level\" y=\"%.1f\">%s%.*f %%</text>",
				fmax(height * scaledown(s, v) - 3, 10), sign && v > 0 ? "+" : "",
				t.decimals, v);
		else
			putlevel(out, "grid", s, height, v);
	}
}

size_t
scalebeyond(const struct scale *s, const double *x, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++)
		out += x[i] < s->low || x[i] > s->high;
	return out;
}
