/* A number in what a command printed: the first that a regular expression or jq finds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "input/printed.h"
#include "run/capture.h"

enum { TIMEOUT_S = 60, ANSWER_MAX = 4096 };
static const size_t memory_max = (size_t)2 << 30;

static char why[512];

/* The whole of a text as a finite number. */
static const char *
numberin(const char *s, double *x)
{
	char *end;

	*x = strtod(s, &end);
	end += strspn(end, " \t\r\n");
	if (end == s || *end || !isfinite(*x)) {
		snprintf(why, sizeof(why), "'%.60s' is no number", s);
		return why;
	}
	return NULL;
}

/* All of the file as a string, in which NUL is a blank. */
static char *
whole(int fd, size_t n)
{
	char *text = xcalloc(n + 1, 1);
	size_t got = 0;

	while (got < n) {
		ssize_t k = pread(fd, text + got, n - got, (off_t)got);

		if (k <= 0)
			break;
		got += (size_t)k;
	}
	for (size_t i = 0; i < got; i++)
		if (!text[i])
			text[i] = ' ';
	text[got] = '\0';
	return text;
}

static const char *
byregex(const struct quantity *q, int fd, size_t n, double *x)
{
	char *text = whole(fd, n);
	const char *flaw = NULL;
	regmatch_t at[2];

	if (regexec(&q->pattern, text, 2, at, 0)) {
		snprintf(why, sizeof(why), "nothing in it matches '%.200s'", q->is.regex);
		flaw = why;
	} else {
		const regmatch_t *m = q->pattern.re_nsub && at[1].rm_so >= 0 ? &at[1] : &at[0];

		text[m->rm_eo] = '\0';
		flaw = numberin(text + m->rm_so, x);
	}
	free(text);
	return flaw;
}

static const char *
byjq(const struct quantity *q, int fd, double *x)
{
	struct buf filter = {0};
	char *argv[] = {"jq", "-r", NULL, NULL};
	struct allowance a = {
		.in = fd, .max = ANSWER_MAX, .memory = memory_max, .timeout_s = TIMEOUT_S};
	const char *flaw = NULL;
	struct capture c;

	bufprintf(&filter, " %s", q->is.jq); /* however it begins, it is no option */
	argv[2] = bufstr(&filter);
	if (lseek(fd, 0, SEEK_SET) < 0 || captureallowed(&c, argv, &a))
		return "jq cannot be run on it";
	if (!captureok(&c)) {
		snprintf(why, sizeof(why), "%.300s",
			c.err.n ? strtok(c.err.p, "\n") : capturehow(&c));
		flaw = why;
	} else {
		flaw = numberin(c.out.p, x);
	}
	capturerelease(&c);
	bufrelease(&filter);
	return flaw;
}

const char *
printednumber(const struct quantity *q, int fd, double *x)
{
	struct stat st;
	const char *flaw;

	if (fstat(fd, &st))
		return "it cannot be read back";
	if (st.st_size > PRINTED_MAX)
		return "it is longer than 64 MiB";
	flaw = q->is.regex ? byregex(q, fd, (size_t)st.st_size, x) : byjq(q, fd, x);
	if (!flaw)
		*x *= q->scale;
	return flaw;
}
