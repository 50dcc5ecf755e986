/*
 * The plots of a page, as inline SVG of the page's width: places are in percent, or in an inner
 * <svg> that is stretched, in which a dot is a line of no length with round ends. So text and dots
 * keep their size, and a series is one path.
 */
#ifndef PAGE_PLOTS_H
#define PAGE_PLOTS_H

#include <stddef.h>

#include "base/buf.h"
#include "page/scale.h"

/* What an arm took, in rounds. */
struct series {
	const char *name;
	size_t colour;
	const double *x;
	size_t n;
};

/* Samples of each series on one axis, its median and its middle half; unit "": seconds. */
void putstrips(struct buf *out, const struct series of[], size_t n, const char *unit);

/* An interval in percent; NAN or infinite where there is none. */
struct interval {
	double low, estimate, high;
};

/* The difference of each round, d[n] in percent, the interval, and the threshold. */
void putrounds(struct buf *out, const double *d, size_t n, const struct interval *of,
	double threshold, size_t colour);

/*
 * One interval on an axis that it shares with others; `from` is where nothing differs, and what is
 * nearer to it than the threshold is shaded. class colours it.
 */
void putbar(struct buf *out, const struct scale *s, const struct interval *of, double from,
	double threshold, const char *class);

/* A share of a whole, 0 to 100; nothing where it is not known. */
void putsharebar(struct buf *out, double percent, const char *class);

/* The numbers of that axis. */
void putbaraxis(struct buf *out, const struct scale *s, const char *unit, int sign);

#endif
