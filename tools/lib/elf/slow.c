/* Slowing a program down by code of ours that runs before its own. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "elf/slow.h"

#if defined(__x86_64__) && defined(__linux__)

#include <elf.h>

/*
 * Where the program begins: the state is as the kernel, or the loader that calls DT_INIT, left it,
 * and it must be the same when the program's own beginning takes over. Spins until the clock has
 * moved on by slow_ns nanoseconds; the system call is looked at every microsecond or so. The three
 * numbers at the end are filled in: slow_next is how far the program's own beginning is from here,
 * 0 where there was none.
 */
__asm__(".pushsection .rodata\n"
	".globl slow_code, slow_ns, slow_clock, slow_next, slow_end\n"
	".hidden slow_code, slow_ns, slow_clock, slow_next, slow_end\n"
	".balign 16\n"
	"slow_code:\n"
	"	endbr64\n"
	"	push %rdi\n"
	"	push %rsi\n"
	"	push %rdx\n"
	"	push %rbx\n"
	"	sub $24, %rsp\n" /* a struct timespec */
	"	cmpq $0, slow_ns(%rip)\n"
	"	je 4f\n"
	"	xor %ebx, %ebx\n" /* when it is over; 0: not known yet */
	"1:	mov slow_clock(%rip), %edi\n"
	"	mov %rsp, %rsi\n"
	"	mov $228, %eax\n" /* clock_gettime */
	"	syscall\n"
	"	test %eax, %eax\n"
	"	jnz 4f\n"
	"	imul $1000000000, (%rsp), %rax\n"
	"	add 8(%rsp), %rax\n"
	"	test %rbx, %rbx\n"
	"	jnz 2f\n"
	"	mov slow_ns(%rip), %rbx\n"
	"	add %rax, %rbx\n"
	"	cmpq $1, slow_clock(%rip)\n" /* on the wall: sleeps but for the last part, */
	"	jne 2f\n"		     /* to leave its share of the CPU to the program */
	"	mov slow_ns(%rip), %rax\n"
	"	sub $60000, %rax\n" /* what a sleep may take longer */
	"	jle 1b\n"
	"	xor %edx, %edx\n"
	"	mov $1000000000, %ecx\n"
	"	div %rcx\n"
	"	mov %rax, (%rsp)\n"
	"	mov %rdx, 8(%rsp)\n"
	"	mov %rsp, %rdi\n"
	"	xor %esi, %esi\n"
	"	mov $35, %eax\n" /* nanosleep */
	"	syscall\n"
	"	jmp 1b\n"
	"2:	cmp %rbx, %rax\n"
	"	jge 4f\n"
	"	mov $1000, %ecx\n"
	"3:	dec %ecx\n"
	"	jnz 3b\n"
	"	jmp 1b\n"
	"4:	add $24, %rsp\n"
	"	pop %rbx\n"
	"	pop %rdx\n"
	"	pop %rsi\n"
	"	pop %rdi\n"
	"	mov slow_next(%rip), %rax\n"
	"	test %rax, %rax\n"
	"	jz 5f\n"
	"	lea slow_code(%rip), %rcx\n"
	"	add %rcx, %rax\n"
	"	jmp *%rax\n"
	"5:	ret\n"
	".balign 8\n"
	"slow_ns:	.quad 0\n"
	"slow_clock:	.quad 0\n"
	"slow_next:	.quad 0\n"
	"slow_end:\n"
	".popsection\n");

extern const char slow_code[], slow_ns[], slow_clock[], slow_next[], slow_end[];

#define FROMCODE(label) ((size_t)((uintptr_t)(label) - (uintptr_t)slow_code))

enum { PAGE = 4096, TAIL_MAX = 16 };

static Elf64_Phdr
header(const struct buf *b, const Elf64_Ehdr *e, size_t i)
{
	Elf64_Phdr p;

	memcpy(&p, b->p + e->e_phoff + i * sizeof(p), sizeof(p));
	return p;
}

/* Whether it is one of ours, with its program headers in the file. */
static bool
isprogram(const struct buf *b, Elf64_Ehdr *e)
{
	if (b->n < sizeof(*e))
		return false;
	memcpy(e, b->p, sizeof(*e));
	return !memcmp(e->e_ident, ELFMAG, SELFMAG) && e->e_ident[EI_CLASS] == ELFCLASS64 &&
	       e->e_ident[EI_DATA] == ELFDATA2LSB && e->e_machine == EM_X86_64 &&
	       (e->e_type == ET_EXEC || e->e_type == ET_DYN) &&
	       e->e_phentsize == sizeof(Elf64_Phdr) && e->e_phoff <= b->n &&
	       e->e_phnum <= (b->n - e->e_phoff) / sizeof(Elf64_Phdr);
}

/* A header that the program can do without: notes, or that memory is made read-only in time. */
static size_t
spareheader(const struct buf *b, const Elf64_Ehdr *e)
{
	static const Elf64_Word spare[] = {PT_NOTE, PT_GNU_PROPERTY, PT_GNU_RELRO};

	for (size_t k = 0; k < sizeof(spare) / sizeof(*spare); k++)
		for (size_t i = 0; i < e->e_phnum; i++)
			if (header(b, e, i).p_type == spare[k])
				return i;
	return e->e_phnum;
}

/* Puts p where the segments are in the order of their addresses, instead of header `spare`. */
static void
putheader(struct buf *b, const Elf64_Ehdr *e, size_t spare, size_t last, const Elf64_Phdr *p)
{
	char *table = b->p + e->e_phoff;
	size_t to = spare < last ? last : last + 1;

	if (spare < last)
		memmove(table + spare * sizeof(*p), table + (spare + 1) * sizeof(*p),
			(last - spare) * sizeof(*p));
	else
		memmove(table + (last + 2) * sizeof(*p), table + (last + 1) * sizeof(*p),
			(spare - last - 1) * sizeof(*p));
	memcpy(table + to * sizeof(*p), p, sizeof(*p));
}

/* Whether the dynamic section says that it is a program that needs no loader. */
static bool
ispie(const struct buf *b, const Elf64_Phdr *dynamic)
{
	if (dynamic->p_offset > b->n || dynamic->p_filesz > b->n - dynamic->p_offset)
		return false;
	for (size_t i = 0; i < dynamic->p_filesz / sizeof(Elf64_Dyn); i++) {
		Elf64_Dyn d;

		memcpy(&d, b->p + dynamic->p_offset + i * sizeof(d), sizeof(d));
		if (d.d_tag == DT_FLAGS_1)
			return d.d_un.d_val & DF_1_PIE;
	}
	return false;
}

/*
 * Makes address `code` the initialization of a library; *was is its own, 0: none. The entry for it
 * is there, or one that is free, or the count of relocations that only saves time.
 */
static bool
initialize(struct buf *b, const Elf64_Phdr *dynamic, Elf64_Addr code, Elf64_Addr *was)
{
	size_t n = dynamic->p_filesz / sizeof(Elf64_Dyn), at = n, end = n;
	Elf64_Dyn d;

	if (dynamic->p_offset > b->n || dynamic->p_filesz > b->n - dynamic->p_offset)
		return false;
	for (size_t i = 0; i < end; i++) {
		memcpy(&d, b->p + dynamic->p_offset + i * sizeof(d), sizeof(d));
		if (d.d_tag == DT_NULL)
			end = i;
		else if (d.d_tag == DT_INIT || (d.d_tag == DT_RELACOUNT && at == n))
			at = i;
		if (d.d_tag == DT_INIT)
			break;
	}
	if (at == n && end + 1 < n)
		at = end; /* another end follows */
	if (at == n)
		return false;
	memcpy(&d, b->p + dynamic->p_offset + at * sizeof(d), sizeof(d));
	*was = d.d_tag == DT_INIT ? d.d_un.d_ptr : 0;
	d.d_tag = DT_INIT;
	d.d_un.d_ptr = code;
	memcpy(b->p + dynamic->p_offset + at * sizeof(d), &d, sizeof(d));
	return true;
}

const char *
slowpatch(struct buf *b, size_t *at)
{
	Elf64_Phdr p = {.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_align = PAGE}, dynamic = {0};
	size_t size = FROMCODE(slow_end), spare, last, pad;
	bool program = false;
	Elf64_Addr end = 0, was = 0;
	uint64_t next;
	Elf64_Ehdr e;

	if (!isprogram(b, &e))
		return "it is no x86-64 ELF file";
	/* What reads its own end would read ours. */
	if (e.e_shoff && e.e_shoff < b->n &&
		b->n - e.e_shoff > (uint64_t)e.e_shnum * e.e_shentsize + TAIL_MAX)
		return "it has more behind its end";
	last = e.e_phnum;
	for (size_t i = 0; i < e.e_phnum; i++) {
		Elf64_Phdr h = header(b, &e, i);

		if (h.p_type == PT_LOAD) {
			last = i;
			end = h.p_vaddr + h.p_memsz > end ? h.p_vaddr + h.p_memsz : end;
		}
		if (h.p_type == PT_DYNAMIC)
			dynamic = h;
		program = program || h.p_type == PT_INTERP;
	}
	program = program || !dynamic.p_type || e.e_type == ET_EXEC || ispie(b, &dynamic);
	spare = spareheader(b, &e);
	if (last == e.e_phnum || spare == e.e_phnum)
		return "it has no header to spare";
	pad = (PAGE - b->n % PAGE) % PAGE;
	p.p_offset = b->n + pad;
	p.p_vaddr = p.p_paddr = (end + PAGE - 1) / PAGE * PAGE;
	p.p_filesz = p.p_memsz = size;
	if (program) {
		was = e.e_entry;
		e.e_entry = p.p_vaddr;
		memcpy(b->p, &e, sizeof(e));
	} else if (!initialize(b, &dynamic, p.p_vaddr, &was)) {
		return "it has no room for an initialization";
	}
	putheader(b, &e, spare, last, &p);
	bufroom(b, pad + size);
	memset(b->p + b->n, 0, pad);
	b->n += pad;
	bufadd(b, slow_code, size);
	next = was ? was - p.p_vaddr : 0;
	memcpy(b->p + p.p_offset + FROMCODE(slow_next), &next, sizeof(next));
	*at = p.p_offset + FROMCODE(slow_ns);
	return NULL;
}

int
slowset(const char *copy, size_t at, double s, bool wall)
{
	uint64_t n[2] = {(uint64_t)(s * 1e9), wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID};
	int fd = open(copy, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && pwrite(fd, n, sizeof(n), (off_t)at) == sizeof(n);
	int e = errno;

	if (fd >= 0)
		close(fd);
	errno = e;
	return ok ? 0 : -1;
}

#else

const char *
slowpatch(struct buf *b, size_t *at)
{
	(void)b;
	(void)at;
	return "this is no x86-64 Linux";
}

int
slowset(const char *copy, size_t at, double s, bool wall)
{
	(void)copy;
	(void)at;
	(void)s;
	(void)wall;
	errno = ENOSYS;
	return -1;
}

#endif

enum { PROGRAM_MAX = 2000000000 }; /* bytes */

int
slowcopy(const char *from, const char *to, size_t *at, const char **why)
{
	struct buf b = {0};
	int fd = -1;

	*why = NULL;
	if (slurp(from, PROGRAM_MAX, &b))
		*why = strerror(errno);
	if (!*why)
		*why = slowpatch(&b, at);
	if (!*why && ((fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700)) < 0 ||
			     writeall(fd, b.p, b.n)))
		*why = strerror(errno);
	if (fd >= 0 && close(fd) && !*why)
		*why = strerror(errno);
	bufrelease(&b);
	return *why ? -1 : 0;
}
