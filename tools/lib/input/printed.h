/* A number in what a command printed. */
#ifndef INPUT_PRINTED_H
#define INPUT_PRINTED_H

#include "plan/plan.h"

enum { PRINTED_MAX = 64 << 20 }; /* bytes of output that are looked through */

/* Finds the number in the file, from its beginning, into *x, scaled. NULL, or why there is none. */
const char *printednumber(const struct quantity *q, int fd, double *x);

#endif
