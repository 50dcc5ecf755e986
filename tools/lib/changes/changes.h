/*
 * Change points of a level that is known by differences only: each run compared the program of one
 * place (a commit, in order) with that of an earlier one. A change is a step at a place, or a ramp
 * over several. Its size is fitted by least squares, each run weighted by what it knows of itself;
 * whether it is one, a permutation test decides.
 *
 * That is the divisive estimation of Matteson and James (J. Am. Statist. Assoc. 109, 2014) for
 * changes of the mean (their exponent 2), put on differences, with two things more: changes are
 * first taken in generously and then tested one by one beside all others, the weakest first, so
 * that two that cancel do not hide each other; and residuals are permuted (Freedman and Lane, J.
 * Business Econ. Statist. 1, 1983), in units of what each run knows of itself.
 *
 * A change that one run alone shows cannot be told by permutations from an outlier. Where no other
 * run could show it, since each is compared with the one before, the run's own interval decides.
 */
#ifndef CHANGES_CHANGES_H
#define CHANGES_CHANGES_H

#include <stddef.h>
#include <stdint.h>

/* A base that is no place: its level is estimated, too, one for all runs that have it. */
#define NOWHERE SIZE_MAX

struct run {
	size_t base, head; /* places; base < head, or NOWHERE */
	double theta;	   /* ln(head / base) */
	double se;	   /* of theta, > 0 */
};

struct change {
	size_t at;    /* the first place that has some of it */
	size_t over;  /* places over which it rises; 1: a step */
	double theta; /* its size; of a ramp, all of it */
	double se;    /* of theta */
	double p;     /* of the test that kept it */
};

struct changesrules {
	double alpha; /* of each test */
	size_t draws; /* permutations; where runs are so few that all are not more, all */
	uint64_t seed;
};

enum { CHANGES_MAX = 24 };  /* of one series */
enum { PLACES_MAX = 2000 }; /* of one series */

/* The rules when nothing else is said. */
struct changesrules changesdefault(void);

struct changes {
	struct change of[CHANGES_MAX]; /* in their order */
	size_t n;
	double scale; /* by which runs scatter more than they know of themselves; at least 1 */
	double root;  /* the level of NOWHERE above that of the first place */
};

/* Those of n runs in `places` places, at most PLACES_MAX. The same input gives the same result. */
void changesfind(struct changes *out, const struct run runs[], size_t n, size_t places,
	const struct changesrules *r);

/* The level of a place above that of the first, by the changes. */
double changeslevel(const struct changes *c, size_t place);

#endif
