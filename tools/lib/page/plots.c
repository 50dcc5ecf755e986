/* What several plots are made of, and bars. */
#include <math.h>
#include <stdbool.h>

#include "page/html.h"
#include "page/plots.h"

/* Of a bar, in pixels. */
static const int BAR_HEIGHT = 22, AXIS_HEIGHT = 20, SHARE_HEIGHT = 8;

static void
putpercent(struct buf *out, const char *name, double place)
{
	bufprintf(out, " %s=\"%.2f%%\"", name, 100 * place);
}

static void
putvertical(struct buf *out, const char *class, double place, double y1, double y2)
{
	bufprintf(out, "<line class=\"%s\" y1=\"%g\" y2=\"%g\"", class, y1, y2);
	putpercent(out, "x1", place);
	putpercent(out, "x2", place);
	bufputs(out, "/>");
}

static void
putband(struct buf *out, const char *class, double from, double to, double y, double height)
{
	bufprintf(out, "<rect class=\"%s\" y=\"%g\" height=\"%g\"", class, y, height);
	putpercent(out, "x", from);
	putpercent(out, "width", to - from);
	bufputs(out, "/>");
}

void
putbar(struct buf *out, const struct scale *s, const struct interval *of, double from,
	double threshold, const char *class)
{
	double low = isnan(of->low) ? -INFINITY : of->low;
	double high = isnan(of->high) ? INFINITY : of->high;
	const double y = BAR_HEIGHT / 2.0;

	bufprintf(out, "<svg class=\"bar %s\" height=\"%d\" aria-hidden=\"true\">", class,
		BAR_HEIGHT);
	putband(out, "within", scaleplace(s, from - threshold), scaleplace(s, from + threshold), 0,
		BAR_HEIGHT);
	putvertical(out, "zero", scaleplace(s, from), 0, BAR_HEIGHT);
	if (isfinite(of->estimate)) {
		putband(out, "interval", scaleplace(s, low), scaleplace(s, high), y - 3, 6);
		bufprintf(out, "<circle cy=\"%g\" r=\"4.5\"", y);
		putpercent(out, "cx", scaleplace(s, of->estimate));
		bufputs(out, "/>");
	}
	bufputs(out, "</svg>");
}

void
putsharebar(struct buf *out, double percent, const char *class)
{
	double share = fmin(fmax(percent / 100, 0), 1);

	if (!isfinite(percent))
		return;
	bufprintf(out, "<svg class=\"bar share %s\" height=\"%d\" aria-hidden=\"true\">", class,
		SHARE_HEIGHT);
	putband(out, "within", 0, 1, 0, SHARE_HEIGHT);
	putband(out, "interval", 0, share, 0, SHARE_HEIGHT);
	bufputs(out, "</svg>");
}

void
putbaraxis(struct buf *out, const struct scale *s, const char *unit, int sign)
{
	bufprintf(out, "<svg class=\"bar axis\" height=\"%d\" aria-hidden=\"true\">", AXIS_HEIGHT);
	putaxis(out, s, 0, unit, sign);
	bufputs(out, "</svg>");
}
