/* What the library has to say, and the names it accepts. */
#ifndef TUNE_MESSAGE_H
#define TUNE_MESSAGE_H

#include "tune/state.h"

/* One message to the report function, or `tune: ...` on standard error. */
void say(struct tune *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same before there is a tuner: to the report function of that configuration. */
void sayby(const struct tune_config *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* say(), and returns `error`: return fail(t, TUNE_IO, ...); */
int fail(struct tune *t, int error, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* 1 to TUNE_MAX_NAME bytes of UTF-8 without control characters. */
bool validname(const char *name);

/* "GEMM 64x64x64" */
struct label {
	char text[TUNE_MAX_NAME + 1 + TUNE_MAX_DIMS * 21];
};
struct label label(const struct tune_profile *p);

#endif
