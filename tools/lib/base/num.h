/* Strict numbers from the command line, and arithmetic that cannot wrap. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The whole of s as a number within [min, max]; fatal otherwise, with a message that names what
 * ("--rounds"), the text and the range. Units are the caller's: say them in `what` if they matter.
 */
long long numint(const char *what, const char *s, long long min, long long max);
double numreal(const char *what, const char *s, double min, double max);

/* *out = a + b (or a * b); false when that does not fit, *out is then unspecified. */
static inline bool
addok(uint64_t a, uint64_t b, uint64_t *out)
{
	return !__builtin_add_overflow(a, b, out);
}

static inline bool
mulok(uint64_t a, uint64_t b, uint64_t *out)
{
	return !__builtin_mul_overflow(a, b, out);
}

/* a + b, at most 2^63-1, which JSON's integers here can hold; a is no more than that. */
static inline uint64_t
addmost(uint64_t a, uint64_t b)
{
	return b > INT64_MAX - a ? INT64_MAX : a + b;
}

#endif
