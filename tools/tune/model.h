/* Lists of operations under a name. */
#ifndef TUNE_MODEL_H
#define TUNE_MODEL_H

#include "tune/state.h"

/* Takes m over. One of that name is replaced, or m freed when the one there is to stay. */
void keepmodel(struct tune *t, struct model *m, bool replace);

/* Expected seconds of one pass, confidence, convergence; operations is 0. */
struct tune_model modelresult(const struct model *m);

#endif
