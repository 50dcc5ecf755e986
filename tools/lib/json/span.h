/*
 * JSON that is checked once and then read in place. A receipt of 10,000 benchmarks is 140 MB of
 * numbers, and as a tree of values six times that; so only what is asked for becomes a value of
 * jansson or an array of numbers.
 */
#ifndef JSON_SPAN_H
#define JSON_SPAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "json/json.h"

/* The text of one value inside a text that spancheck() found good; p is NULL where there is none.
 */
struct span {
	const char *p;
	size_t n;
};

enum { SPAN_DEPTH = 200 }; /* arrays and objects inside each other, at most */

/*
 * Checks text[n], behind which there is a NUL, as strictly as jsonread(): an object or an array
 * (RFC 8259) in which no key is there twice, no string has a NUL and every number can be told.
 * Returns NULL and its span, or what is wrong and *at, where. The text may begin with a byte order
 * mark.
 */
const char *spancheck(const char *text, size_t n, struct span *v, size_t *at);

/*
 * The text in b, of the file called path, likewise; false after a warning with file, line, column
 * and reason. spanread() also reads the file into b.
 */
bool spanparse(const char *path, struct buf *b, struct span *v);
bool spanread(const char *path, size_t max, struct buf *b, struct span *v);

bool spanisarray(struct span v);
bool spanisobject(struct span v);

/*
 * The next element of an array, the next member of an object: *e starts as {0}. False when there is
 * none, or when it is not an array or object. key is the text of the key, in its quotes.
 */
bool spannext(struct span array, struct span *e);
bool spannextmember(struct span object, struct span *key, struct span *e);

/*
 * The members of an object with these names, NULL at the end of them; no span for those that it
 * does not have. One walk finds all: each walk over a benchmark passes all its samples.
 */
void spanpick(struct span object, const char *const names[], struct span found[]);
struct span spanmember(struct span object, const char *name);

/* How many elements an array has; 0 when it is none. */
size_t spancount(struct span array);

/* The value, for the caller to decref; NULL for no span, or when it is longer than max bytes. */
json_t *spanload(struct span v, size_t max);

/*
 * The members of an object likewise, but for those with these names, which are picked out. NULL
 * when it is no object; max is for all its other members together.
 */
json_t *spanloadrest(
	struct span object, const char *const names[], struct span picked[], size_t max);

/* The *n numbers of an array, for the caller to free; NULL when it is not an array of numbers. */
double *spannumbers(struct span array, size_t *n);

/* Whether it is an array of just these numbers. */
bool spanequals(struct span array, const size_t *x, size_t n);

#endif
