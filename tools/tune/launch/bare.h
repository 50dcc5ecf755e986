/* What the launcher needs of a C library: it has none, since starting one takes twice as long as all
 * that the launcher does. x86-64 Linux. */
#ifndef PGOKIT_TUNE_LAUNCH_BARE_H
#define PGOKIT_TUNE_LAUNCH_BARE_H

#include <stddef.h>

/* System calls: as in their manual pages, but an error is a negative errno. */
long sysread(int fd, void *buf, size_t len);
long syswrite(int fd, const void *buf, size_t len);
long sysopen(const char *path); /* to read, close-on-exec; waits for no pipe */
long sysclose(int fd);
long sysaccess(const char *path); /* whether it may be executed: 0 */
long sysreadlink(const char *path, char *buf, size_t len);
long sysexecve(const char *path, char **argv, char **envp);
_Noreturn void sysexit(int status);

/* What the process begins with. */
int launch(char **argv, char **envp);

int same(const char *a, const char *b);

/* Text that is put together; what does not fit is cut off, and full says so. */
struct text {
	char *at;
	size_t size; /* of at, with the final zero */
	int full;
};

/* at moves on: it stands behind what was added. */
void add(struct text *text, const char *more);
void addnumber(struct text *text, unsigned int number);

#endif
