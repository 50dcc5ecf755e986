/* Entry, system calls and text without a C library. */
#include "bare.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The stack begins with the number of arguments, these, a null, the environment, a null. */
__asm__(".globl _start\n"
	"_start:\n"
	"	xor %ebp, %ebp\n"
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	call begin\n");

__attribute__((used, noreturn)) void begin(long *stack);

void
begin(long *stack)
{
	char **argv = (char **)(stack + 1);

	sysexit(launch(argv, argv + stack[0] + 1));
}

static long
call(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
		: "=a"(result)
		: "a"(number), "D"(a), "S"(b), "d"(c)
		: "rcx", "r11", "memory");
	return result;
}

long
sysread(int fd, void *buf, size_t len)
{
	return call(SYS_read, fd, (long)buf, (long)len);
}

long
syswrite(int fd, const void *buf, size_t len)
{
	return call(SYS_write, fd, (long)buf, (long)len);
}

long
sysopen(const char *path)
{
	return call(SYS_open, (long)path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
}

long
sysclose(int fd)
{
	return call(SYS_close, fd, 0, 0);
}

long
sysaccess(const char *path)
{
	return call(SYS_access, (long)path, X_OK, 0);
}

long
sysreadlink(const char *path, char *buf, size_t len)
{
	return call(SYS_readlink, (long)path, (long)buf, (long)len);
}

long
sysexecve(const char *path, char **argv, char **envp)
{
	return call(SYS_execve, (long)path, (long)argv, (long)envp);
}

_Noreturn void
sysexit(int status)
{
	for (;;)
		call(SYS_exit_group, status, 0, 0);
}

int
same(const char *a, const char *b)
{
	for (; *a && *a == *b; a++, b++)
		;
	return *a == *b;
}

void
add(struct text *text, const char *more)
{
	for (; *more && text->size > 1; more++, text->size--)
		*text->at++ = *more;
	text->full |= *more != '\0';
	*text->at = '\0';
}

void
addnumber(struct text *text, unsigned int number)
{
	char digits[11], *p = digits + sizeof digits;

	*--p = '\0';
	do
		*--p = (char)('0' + number % 10);
	while (number /= 10);
	add(text, p);
}
