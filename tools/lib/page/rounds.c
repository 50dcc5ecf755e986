/* The paired differences, round by round. */
#include <math.h>
#include <stdbool.h>

#include "page/html.h"
#include "page/plots.h"

/* Pixels: of the plot, of the axis below. */
static const int HEIGHT = 150, AXIS = 34;

static const int WIDTH = 1000, TALL = 1000; /* of the inner picture, stretched to what there is */
enum { DOTS_MOST = 4000 };

static void
putdots(struct buf *out, const double *d, size_t n, const struct scale *s, size_t colour)
{
	size_t every = n / DOTS_MOST + 1;

	bufprintf(out,
		"<svg width=\"100%%\" height=\"%d\" viewBox=\"0 0 %d %d\" "
		"preserveAspectRatio=\"none\" class=\"",
		HEIGHT, WIDTH, TALL);
	putcolour(out, colour);
	bufputs(out, "\"><path class=\"dots\" d=\"");
	for (size_t i = 0; i < n; i += every)
		bufprintf(out, "M%.0f %.0fh0", WIDTH * ((double)i + 0.5) / (double)n,
			TALL * scaledown(s, d[i]));
	bufputs(out, "\"/></svg>");
}

void
putrounds(struct buf *out, const double *d, size_t n, const struct interval *of, double threshold,
	size_t colour)
{
	struct scale s = scalemost(d, n);
	size_t out_of;

	scaleinclude(&s, 0);
	scaleinclude(&s, of->low);
	scaleinclude(&s, of->high);
	scaleinclude(&s, threshold);
	scaleinclude(&s, -threshold);
	scalewiden(&s);
	out_of = scalebeyond(&s, d, n);
	bufprintf(out,
		"<svg class=\"plot\" role=\"img\" height=\"%d\" aria-label=\"Difference of the two "
		"sides in each of %zu rounds, in percent",
		HEIGHT + AXIS, n);
	if (isfinite(of->estimate))
		bufprintf(out, "; estimate %+.2f", of->estimate);
	if (isfinite(of->low) && isfinite(of->high))
		bufprintf(out, ", interval %+.2f to %+.2f", of->low, of->high);
	bufputs(out, "\">");
	putlevels(out, &s, HEIGHT, false, 1);
	if (isfinite(of->estimate))
		bufprintf(out,
			"<rect class=\"interval\" width=\"100%%\" y=\"%.1f\" height=\"%.1f\"/>",
			HEIGHT * scaledown(&s, isnan(of->high) ? INFINITY : of->high),
			HEIGHT * (scaledown(&s, isnan(of->low) ? -INFINITY : of->low) -
					 scaledown(&s, isnan(of->high) ? INFINITY : of->high)));
	putlevel(out, "threshold", &s, HEIGHT, threshold);
	putlevel(out, "threshold", &s, HEIGHT, -threshold);
	putlevel(out, "zero", &s, HEIGHT, 0);
	putlevel(out, "median", &s, HEIGHT, of->estimate);
	putdots(out, d, n, &s, colour);
	putlevels(out, &s, HEIGHT, true, 1);
	bufprintf(out,
		"<text class=\"first\" x=\"0\" y=\"%d\">round 1</text><text class=\"last\" "
		"x=\"100%%\" y=\"%d\">%zu</text>",
		HEIGHT + 15, HEIGHT + 15, n);
	if (out_of)
		bufprintf(out,
			"<text class=\"unit\" x=\"50%%\" y=\"%d\">%zu of %zu lie beyond the "
			"axis, at its edge</text>",
			HEIGHT + 15, out_of, n);
	bufputs(out, "</svg>\n");
}
