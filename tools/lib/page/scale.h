/* An axis: numbers to places from 0 to 1, and the round numbers that are written on it. */
#ifndef PAGE_SCALE_H
#define PAGE_SCALE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct scale {
	double low, high; /* low < high */
};

/* What holds most of x[n]: a few that lie far out, which would press all others together, do not. */
struct scale scalemost(const double *x, size_t n);

/* The same with v in it; and with some room at both ends. */
void scaleinclude(struct scale *s, double v);
void scalewiden(struct scale *s);

/* Where x is, within 0 and 1: what lies outside is at the edge. */
double scaleplace(const struct scale *s, double x);

/* How many of x[n] lie outside. */
size_t scalebeyond(const struct scale *s, const double *x, size_t n);

/* At most `most` round numbers within it, the first of them and their distance. */
struct ticks {
	double first, step;
	size_t n;
	int decimals; /* that tell them apart */
};
struct ticks scaleticks(const struct scale *s, size_t most);

/* The same from the top down, and a line at that place, across a plot of this height; within it only. */
double scaledown(const struct scale *s, double x);
void putlevel(struct buf *out, const char *class, const struct scale *s, double height, double x);

/* The grid of such a plot, or its numbers, percent, which lie above all that is drawn. */
void putlevels(struct buf *out, const struct scale *s, double height, bool numbers, int sign);

/*
 * Grid and numbers along the bottom, with this behind each number: SVG without a viewBox, whose
 * plot ends at y. x is in percent of the width, so that text keeps its size.
 */
void putaxis(struct buf *out, const struct scale *s, double y, const char *unit, int sign);

#endif
