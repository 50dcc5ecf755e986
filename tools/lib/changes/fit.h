/* Runs fitted by changes: weighted least squares, and what one more change would explain. */
#ifndef CHANGES_FIT_H
#define CHANGES_FIT_H

#include <stdbool.h>

#include "changes/changes.h"

/* A column of the model. over == 0: the level of NOWHERE. */
struct column {
	size_t at, over;
};

enum { COLUMNS_MAX = CHANGES_MAX };

struct fit {
	const struct run *runs;
	size_t n, places;
	double *weight;	  /* [n]: 1 / se^2, in units of their median */
	double unit;	  /* that median */
	double *residual; /* [n] */
	struct column of[COLUMNS_MAX];
	size_t k;
	double theta[COLUMNS_MAX];
	double inverse[COLUMNS_MAX][COLUMNS_MAX]; /* of X'WX */
	double *flow;				  /* [places + 2]: work space */
};

/* A candidate for one more column. */
struct candidate {
	struct column c;
	double carried; /* its weight beside the other columns: about the runs that it rests on */
	bool single;	/* a step over which one run alone goes, from the place before */
};

void fitbegin(struct fit *f, const struct run runs[], size_t n, size_t places);
void fitrelease(struct fit *f);

/* Makes it anew with k columns, of which none is explained by the others. */
void fitset(struct fit *f, const struct column of[], size_t k);

/* Adds a column, removes the j-th; the fit is made anew. False: it is none, the others explain it. */
bool fitadd(struct fit *f, struct column c);
void fitremove(struct fit *f, size_t j);

/* How much the sum of squares grows without the j-th column. */
double fitworth(const struct fit *f, size_t j);

/* The residuals that are left of y[n], into r. */
void fitproject(const struct fit *f, const double *y, double *r);

/* All columns there may be, *n of them, for the caller to free. */
struct candidate *fitcandidates(const struct fit *f, size_t *n);

/* What each of n would take off the sum of squares of r[], which the fit leaves. */
void fitgains(
	const struct fit *f, const double *r, const struct candidate c[], size_t n, double *gain);

/* Whether it is such a step. */
bool columnsingle(const struct fit *f, struct column c);

/* How far a place is up a column. */
double columnat(struct column c, size_t place);

#endif
