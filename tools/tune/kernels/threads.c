/* A range of work, divided among threads that live as long as the call. */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>

#include "threads.h"

struct share {
	int (*part)(void *arg, size_t begin, size_t end);
	void *arg;
	size_t begin, end;
	int error; /* the errno of the part, or 0 */
	bool own;  /* whether a thread was made for it */
	pthread_t thread;
};

static void *
work(void *arg)
{
	struct share *s = arg;

	errno = 0;
	s->error = s->part(s->arg, s->begin, s->end) ? errno : 0;
	return NULL;
}

int
threads_run(unsigned threads, size_t n, size_t step,
	int (*part)(void *arg, size_t begin, size_t end), void *arg)
{
	struct share share[THREADS_MAX];
	size_t steps = n / step + (n % step != 0), count = threads, from = 0;
	int error = 0;

	if (count > THREADS_MAX)
		count = THREADS_MAX;
	if (count > steps)
		count = steps;
	if (count <= 1)
		return n ? part(arg, 0, n) : 0;
	for (size_t i = 0; i < count; i++) {
		/* The first steps % count shares are one step longer. */
		size_t end = from + (steps / count + (i < steps % count)) * step;

		share[i] = (struct share){part, arg, from, end < n ? end : n, 0, false, 0};
		from = end;
	}
	for (size_t i = 1; i < count; i++)
		share[i].own = !pthread_create(&share[i].thread, NULL, work, &share[i]);
	for (size_t i = 0; i < count; i++)
		if (!share[i].own)
			work(&share[i]);
	for (size_t i = 0; i < count; i++) {
		if (share[i].own)
			pthread_join(share[i].thread, NULL);
		if (share[i].error)
			error = share[i].error;
	}
	errno = error ? error : errno;
	return error ? -1 : 0;
}
