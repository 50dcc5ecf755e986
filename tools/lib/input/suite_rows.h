/* What a suite measured in one run: its rows, in whatever format it wrote them. */
#ifndef INPUT_SUITE_ROWS_H
#define INPUT_SUITE_ROWS_H

#include "plan/plan.h"

struct suiterow {
	char *name;
	char *unit; /* NULL: seconds */
	bool higher, undirected, count;
	double x;      /* the mean of its samples; NAN: it has no result */
	char *invalid; /* why, or NULL */
};

struct suiterows {
	struct suiterow *of; /* sorted by name, each of which is there once */
	size_t n;
};

/*
 * The rows in the file or folder `path`, or in fd from its beginning where that is NULL. NULL, or
 * why there are none. Whatever stands there, it does not end the process.
 */
const char *suiterowsread(struct suiterows *rows, const struct suite *s, const char *path, int fd);
void suiterowsrelease(struct suiterows *rows);

/* The one of that name, or NULL. */
const struct suiterow *suiterownamed(const struct suiterows *rows, const char *name);

#endif
