#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

const char *progname = "pgokit";

enum { FIRST = 10 };

/* How many bytes at p make one character that must not be shown, or begin a workflow command. */
static size_t
unsafe(const unsigned char *p)
{
	if (*p < 0x20 || *p == 0x7f || !strncmp((const char *)p, "##[", 3))
		return 1;
	if (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f) /* U+0080 to U+009F */
		return 2;
	if (*p == 0xe2 && p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae) /* U+202A to U+202E */
		return 3;
	if (*p == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9) /* U+2066 to U+2069 */
		return 3;
	return 0;
}

void
printable(char *s)
{
	size_t blanks = strspn(s, " ");

	for (char *p = s; *p; p++)
		for (size_t n = unsafe((unsigned char *)p); n; n--)
			p[n - 1] = '?';
	if (!strncmp(s + blanks, "::", 2))
		s[blanks] = '?';
}

static void
say(const char *fmt, va_list ap)
{
	char msg[4096];
	int saved = errno;
	size_t room = sizeof(msg) - 2, n, len;

	n = (size_t)snprintf(msg, room, "%s: ", progname);
	if (n >= room)
		n = room - 1;
	vsnprintf(msg + n, room - n, fmt, ap);
	len = strlen(fmt);
	n = strlen(msg);
	if (len && fmt[len - 1] == ':')
		snprintf(msg + n, room - n, " %s", strerror(saved));
	printable(msg);
	n = strlen(msg);
	msg[n++] = '\n';
	/* Nothing can be reported when standard error itself is gone. */
	if (write(STDERR_FILENO, msg, n) < 0)
		return;
}

void
warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void
fatal(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	exit(EXIT_TROUBLE);
}

bool
amongfirst(size_t *n)
{
	return ++*n <= FIRST;
}

void
warnmore(const char *what, size_t n)
{
	if (n > FIRST)
		warn("%s: and %zu more", what, n - FIRST);
}

void
closeout(void)
{
	if (fflush(stdout) || ferror(stdout))
		fatal("write '<stdout>':");
}

void
showhelp(const char *usage, const char *help)
{
	printf("%s\n\n%s", usage, help);
	closeout();
	exit(EXIT_YES);
}

void
showversion(void)
{
	printf("%s (pgokit) %s\n", progname, PGOKIT_VERSION);
	closeout();
	exit(EXIT_YES);
}

void
usagefail(const char *usage)
{
	fprintf(stderr, "%s\n", usage);
	exit(EXIT_TROUBLE);
}
