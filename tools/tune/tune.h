/* A tuner without its file, and its settings. */
#ifndef TUNE_TUNE_H
#define TUNE_TUNE_H

#include "tune/state.h"

/* NULL as tune_open; nothing is loaded. */
struct tune *mktune(const struct tune_config *c);

/* Frees everything; nothing is saved. */
void deltune(struct tune *t);

/* NULL, after a message, when a value is out of range; NULL without memory. */
struct settings *mksettings(const struct tune_config *c);

/* With all earlier ones. */
void freesettings(struct settings *s);

#endif
