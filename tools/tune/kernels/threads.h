/* A range of work, divided among threads that live as long as the call. */
#ifndef KERNELS_THREADS_H
#define KERNELS_THREADS_H

#include <stddef.h>

enum { THREADS_MAX = 64 };

/*
 * Calls part(arg, begin, end) for consecutive parts of 0 to n, at most one for each thread, the
 * first in the calling thread; borders are multiples of step. 0, or -1 with the errno of a part
 * that returned -1; all parts have ended then. A thread that cannot be had costs time only: the
 * caller does its part.
 *
 * Threads of the call's own, not a pool: nothing to lock, to shut down, or to lose in a fork, and
 * calls from several threads do not wait for each other. It costs some 30 microseconds a thread
 * (bench/README.md), which is little for what is worth dividing.
 */
int threads_run(unsigned threads, size_t n, size_t step,
	int (*part)(void *arg, size_t begin, size_t end), void *arg);

#endif
