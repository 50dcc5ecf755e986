#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "page/course.h"
#include "page/html.h"
#include "page/scale.h"
#include "report/wording.h"

/* Pixels: of the plot, of a small one, of the dates below. */
static const int HEIGHT = 190, SMALL = 90, AXIS = 26;

static const int WIDTH = 1000, TALL = 1000; /* of the inner picture, stretched to what there is */
enum { TURNS_NAMED = 6 };		    /* more would write over each other */
static const double NAME_WIDE = 34; /* percent of a narrow plot that the name of a change takes */

/* The middle of the column of a place. */
static double
column(double place, double places)
{
	return (place + 0.5) / places;
}

/* Of most points with their intervals. */
static struct scale
scaleof(const json_t *points)
{
	static const char *const ends[] = {"low_pct", "pct", "high_pct"};
	size_t n = json_array_size(points), of = 0;
	double *x = xcalloc(3 * n + 1, sizeof(*x));
	struct scale s;

	for (size_t i = 0; i < 3 * n; i++) {
		double v = numberof(json_array_get(points, i / 3), ends[i % 3]);

		if (isfinite(v))
			x[of++] = v;
	}
	s = scalemost(x, of);
	free(x);
	scaleinclude(&s, 0);
	return s;
}

static void
innerbegin(struct buf *out, int height)
{
	bufprintf(out,
		"<svg width=\"100%%\" height=\"%d\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\">",
		height, WIDTH, TALL);
}

static void
puterrors(struct buf *out, const json_t *points, double places, const struct scale *s)
{
	const json_t *p;
	size_t i;

	bufputs(out, "<path class=\"errors\" d=\"");
	json_array_foreach(points, i, p)
	{
		double low = numberof(p, "low_pct"), high = numberof(p, "high_pct");

		if (isfinite(low))
			bufprintf(out, "M%.0f %.0fV%.0f",
				WIDTH * column(numberof(p, "place"), places),
				TALL * scaledown(s, low), TALL * scaledown(s, high));
	}
	bufputs(out, "\"/>");
}

static void
putdots(struct buf *out, const json_t *points, double places, const struct scale *s)
{
	const json_t *p;
	size_t i;

	bufputs(out, "<path class=\"dots\" d=\"");
	json_array_foreach(points, i, p)
	{
		bufprintf(out, "M%.0f %.0fh0", WIDTH * column(numberof(p, "place"), places),
			TALL * scaledown(s, numberof(p, "pct")));
	}
	bufputs(out, "\"/>");
}

/* Steps from place to place: each level holds until the next. */
static void
putsteps(struct buf *out, const json_t *levels, double places, const struct scale *s)
{
	const json_t *l;
	size_t i;

	bufputs(out, "<path class=\"course\" d=\"");
	json_array_foreach(levels, i, l)
	{
		double x = WIDTH * numberof(l, "place") / places,
		       y = TALL * scaledown(s, numberof(l, "pct"));

		bufprintf(out, i ? "H%.0fV%.0f" : "M%.0f %.0f", x, y);
	}
	bufprintf(out, "H%d\"/>", WIDTH);
}

static void
putturns(struct buf *out, const json_t *changes, double places)
{
	const json_t *c;
	size_t i;

	json_array_foreach(changes, i, c)
	{
		const json_t *worse = json_object_get(c, "worse");
		double x = 100 * numberof(c, "place") / places;

		bufprintf(out, "<line class=\"turn%s\" x1=\"%.2f%%\" x2=\"%.2f%%\" y2=\"%d\"/>",
			!json_is_boolean(worse) ? ""
			: json_is_true(worse)	? " bad"
						: " good",
			x, x, HEIGHT);
	}
}

/* Commits, in lines of their own where they would lie over each other. */
static void
putnames(struct buf *out, const json_t *changes, double places)
{
	double ends[3] = {-1, -1, -1};
	const json_t *c;
	size_t i;

	if (json_array_size(changes) > TURNS_NAMED)
		return;
	json_array_foreach(changes, i, c)
	{
		double x = 100 * numberof(c, "place") / places;
		size_t row = 0;

		while (row < 2 && ends[row] > x)
			row++;
		ends[row] = x + NAME_WIDE;
		bufprintf(out,
			"<text class=\"%s\" x=\"%.2f%%\" dx=\"%d\" y=\"%zu\">%+.1f %% <tspan>%.8s</tspan></text>",
			x > 80 ? "last" : "first", x, x > 80 ? -4 : 4, 12 + 14 * row,
			numberof(c, "pct"), textof(c, "commit"));
	}
}

static void
putdates(struct buf *out, int height, const char *first, const char *last)
{
	bufprintf(out,
		"<text class=\"first\" x=\"0\" y=\"%d\">%.10s</text><text class=\"last\" x=\"100%%\" "
		"y=\"%d\">%.10s</text></svg>\n",
		height + 16, first, height + 16, last);
}

void
putcourse(struct buf *out, const json_t *series, size_t number)
{
	const json_t *points = json_object_get(series, "points"),
		     *changes = json_object_get(series, "changes");
	double places = numberof(series, "places");
	struct scale s = scaleof(points);

	scalewiden(&s);
	bufprintf(out, "<svg class=\"plot c%zu\" role=\"img\" height=\"%d\" aria-label=\"Level of ",
		1 + number % 7, HEIGHT + AXIS);
	puthtml(out, textof(series, "name"));
	bufprintf(out,
		" over %.0f commits, in percent of the first: %+.2f at the end, %zu changes\">",
		places, numberof(series, "change_pct"), json_array_size(changes));
	putlevels(out, &s, HEIGHT, false, 1);
	putlevel(out, "zero", &s, HEIGHT, 0);
	putturns(out, changes, places);
	innerbegin(out, HEIGHT);
	puterrors(out, points, places, &s);
	putdots(out, points, places, &s);
	putsteps(out, json_object_get(series, "levels"), places, &s);
	bufputs(out, "</svg>");
	putlevels(out, &s, HEIGHT, true, 1);
	putnames(out, changes, places);
	putdates(out, HEIGHT, textof(series, "first"), textof(series, "last"));
}

/* Shares of each profile, 0 to 100, as dots that a line joins. */
static void
putshares(struct buf *out, const char *what, const json_t *profiles, double (*of)(const json_t *),
	const char *colour)
{
	struct scale s = {0, 105};
	size_t n = json_array_size(profiles);

	bufprintf(out,
		"<figure>\n<figcaption>%s</figcaption>\n<svg class=\"plot %s\" role=\"img\" height=\"%d\" "
		"aria-label=\"%s, of %zu profiles; %.1f percent of the last\">",
		what, colour, SMALL + AXIS, what, n, of(json_array_get(profiles, n - 1)));
	putlevels(out, &s, SMALL, false, 0);
	innerbegin(out, SMALL);
	for (int dots = 0; dots < 2; dots++) {
		bool begun = false;

		bufprintf(out, "<path class=\"%s\" d=\"", dots ? "dots" : "course");
		for (size_t i = 0; i < n; i++) {
			double v = of(json_array_get(profiles, i)),
			       x = WIDTH * column((double)i, (double)n);

			if (isfinite(v))
				bufprintf(out,
					dots	? "M%.0f %.0fh0"
					: begun ? "L%.0f %.0f"
						: "M%.0f %.0f",
					x, TALL * scaledown(&s, v));
			begun = isfinite(v);
		}
		bufputs(out, "\"/>");
	}
	bufputs(out, "</svg>");
	putlevels(out, &s, SMALL, true, 0);
	putdates(out, SMALL, textof(json_array_get(profiles, 0), "date"),
		textof(json_array_get(profiles, n - 1), "date"));
	bufputs(out, "</figure>\n");
}

static double
hitof(const json_t *p)
{
	double all = numberof(p, "functions");

	return all > 0 ? 100 * numberof(p, "functions_hit") / all : NAN;
}

static double
overlapof(const json_t *p)
{
	return numberof(p, "overlap_pct");
}

void
putprofilecourse(struct buf *out, const json_t *profiles)
{
	bufputs(out, "<div class=\"pair\">\n");
	putshares(out, "Functions that the training ran", profiles, hitof, "c3");
	putshares(out, "Overlap with the profile before", profiles, overlapof, "c4");
	bufputs(out, "</div>\n");
}
