/* Samples of several arms, one strip each. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "page/html.h"
#include "page/plots.h"
#include "stats/stats.h"

/* Pixels: of a strip, of the dots in it, of the axis below. */
enum { STRIP = 52, LABEL = 17, DOTS = 28, AXIS = 34 };

static const int WIDTH = 1000; /* of the inner picture, stretched to what there is */
enum { DOTS_MOST = 2000 };     /* more would hide each other, and make the page heavy */

/* By this the dots of a strip are spread, evenly whatever their number: the golden ratio. */
static const double spreading = 0.6180339887498949;

/* The unit in which numbers of this size are shown, and what it is of the given one. */
static const char *
shownunit(const char *unit, double largest, double *times)
{
	static const struct {
		double from, times;
		const char *name;
	} of[] = {{1, 1, "s"}, {1e-3, 1e3, "ms"}, {1e-6, 1e6, "µs"}, {0, 1e9, "ns"}};
	size_t i = 0;

	*times = 1;
	if (*unit)
		return unit;
	while (largest < of[i].from)
		i++;
	*times = of[i].times;
	return of[i].name;
}

static void
putdots(struct buf *out, const struct series *a, const struct scale *s)
{
	size_t every = a->n / DOTS_MOST + 1;

	bufprintf(out,
		"<svg y=\"%d\" width=\"100%%\" height=\"%d\" viewBox=\"0 0 %d %d\" "
		"preserveAspectRatio=\"none\"><path class=\"dots\" d=\"",
		LABEL, DOTS, WIDTH, DOTS);
	for (size_t i = 0; i < a->n; i += every) {
		double jitter = fmod((double)i * spreading, 1);

		bufprintf(out, "M%.0f %.0fh0", WIDTH * scaleplace(s, a->x[i]),
			2 + jitter * (DOTS - 4));
	}
	bufputs(out, "\"/></svg>");
}

/* The median and the middle half, of a series sorted. */
static void
putmiddle(struct buf *out, const double *x, size_t n, const struct scale *s)
{
	double low = scaleplace(s, x[n / 4]), high = scaleplace(s, x[n - 1 - n / 4]);
	double middle = scaleplace(s, median(x, n));

	bufprintf(out,
		"<rect class=\"half\" y=\"%d\" height=\"%d\" x=\"%.2f%%\" width=\"%.2f%%\"/>",
		LABEL, DOTS, 100 * low, 100 * (high - low));
	bufprintf(out, "<line class=\"median\" y1=\"%d\" y2=\"%d\" x1=\"%.2f%%\" x2=\"%.2f%%\"/>",
		LABEL - 2, LABEL + DOTS + 2, 100 * middle, 100 * middle);
}

static void
putstrip(struct buf *out, const struct series *a, const double *sorted, const struct scale *s,
	size_t at, const char *unit)
{
	bufprintf(out, "<svg y=\"%zu\" class=\"", at * STRIP);
	putcolour(out, a->colour);
	bufputs(out, "\"><text class=\"name\" y=\"12\">");
	puthtml(out, a->name);
	bufprintf(out, " <tspan class=\"more\">median %.4g ", median(sorted, a->n));
	puthtml(out, unit);
	bufprintf(out, ", %zu runs</tspan></text>", a->n);
	putdots(out, a, s);
	putmiddle(out, sorted, a->n, s);
	bufputs(out, "</svg>");
}

/* A copy of all samples in the unit that is shown; of[] gets pointers into it. */
static double *
scaled(struct series of[], size_t n, double times, size_t *all)
{
	double *x;

	*all = 0;
	for (size_t i = 0; i < n; i++)
		*all += of[i].n;
	x = xcalloc(*all, sizeof(*x));
	for (size_t i = 0, k = 0; i < n; k += of[i++].n) {
		for (size_t j = 0; j < of[i].n; j++)
			x[k + j] = of[i].x[j] * times;
		of[i].x = x + k;
	}
	return x;
}

static double
largestof(const struct series of[], size_t n)
{
	double largest = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < of[i].n; j++)
			largest = fmax(largest, of[i].x[j]);
	return largest;
}

static void
puttitle(struct buf *out, const struct series of[], double *const sorted[], size_t n,
	const char *unit)
{
	bufputs(out, "Runs of each side in ");
	puthtml(out, unit);
	for (size_t i = 0; i < n; i++) {
		bufputs(out, i ? "; " : ": ");
		puthtml(out, of[i].name);
		bufprintf(out, ", median %.4g, from %.4g to %.4g", median(sorted[i], of[i].n),
			sorted[i][0], sorted[i][of[i].n - 1]);
	}
}

void
putstrips(struct buf *out, const struct series given[], size_t n, const char *unit)
{
	struct series *of = xcalloc(n, sizeof(*of));
	double **sorted = xcalloc(n, sizeof(*sorted)), *x, times;
	size_t all, out_of;
	struct scale s;

	memcpy(of, given, n * sizeof(*of));
	unit = shownunit(unit, largestof(of, n), &times);
	x = scaled(of, n, times, &all);
	s = scalemost(x, all);
	for (size_t i = 0; i < n; i++) {
		sorted[i] = xcalloc(of[i].n, sizeof(**sorted));
		memcpy(sorted[i], of[i].x, of[i].n * sizeof(**sorted));
		sortreal(sorted[i], of[i].n);
		scaleinclude(&s, median(sorted[i], of[i].n));
	}
	scalewiden(&s);
	out_of = scalebeyond(&s, x, all);
	bufprintf(out, "<svg class=\"plot\" role=\"img\" height=\"%zu\" aria-label=\"",
		n * STRIP + AXIS);
	puttitle(out, of, sorted, n, unit);
	bufputs(out, "\">");
	putaxis(out, &s, (double)(n * STRIP), "", 0);
	for (size_t i = 0; i < n; i++)
		putstrip(out, &of[i], sorted[i], &s, i, unit);
	bufprintf(out, "<text class=\"unit\" x=\"50%%\" y=\"%zu\">", n * STRIP + AXIS - 3);
	puthtml(out, unit);
	if (out_of)
		bufprintf(out, " (%zu of %zu lie beyond the axis, at its edge)", out_of, all);
	bufputs(out, "</text></svg>\n");
	for (size_t i = 0; i < n; i++)
		free(sorted[i]);
	free(sorted);
	free(of);
	free(x);
}
