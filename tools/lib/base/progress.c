#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/progress.h"

static const double redraw_s = .2, log_s = 10;

void
progressline(struct progress *p, const char *fmt, ...)
{
	bool terminal = isatty(STDERR_FILENO);
	char text[256], at[16];
	struct timespec mono;
	struct tm tm;
	time_t wall;
	double now;
	va_list ap;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	now = (double)mono.tv_sec + (double)mono.tv_nsec / 1e9;
	if (p->last == 0 && !terminal)
		p->last = now; /* work that ends within the first interval logs nothing */
	if (now - p->last < (terminal ? redraw_s : log_s))
		return;
	p->last = now;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printable(text);
	if (terminal) {
		fprintf(stderr, "\r\033[K%.*s", 78, text);
		p->drawn = true;
		return;
	}
	wall = time(NULL);
	strftime(at, sizeof(at), "%H:%M:%S", localtime_r(&wall, &tm));
	fprintf(stderr, "%s   %s\n", at, text);
}

void
progressend(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
	p->drawn = false;
}
