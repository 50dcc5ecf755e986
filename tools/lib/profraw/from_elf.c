#include <elf.h>
#include <stdlib.h>

#include "profraw/from_elf.h"
#include "profraw/layout.h"

struct elf {
	const unsigned char *p;
	size_t n;
	Elf64_Ehdr h;
	uint64_t names; /* offset of the section names */
	uint64_t nnames;
};

/* Whether the bytes [at, at + n) are in the file. */
static bool
inside(const struct elf *e, uint64_t at, uint64_t n)
{
	return at <= e->n && n <= e->n - at;
}

static bool
readsection(const struct elf *e, unsigned i, Elf64_Shdr *s)
{
	uint64_t at = e->h.e_shoff + (uint64_t)i * sizeof(*s);

	if (e->h.e_shoff > e->n || !inside(e, at, sizeof(*s)))
		return false;
	memcpy(s, e->p + at, sizeof(*s));
	return s->sh_type == SHT_NOBITS || inside(e, s->sh_offset, s->sh_size);
}

static const char *
readheader(struct elf *e)
{
	Elf64_Shdr s;

	if (e->n < sizeof(e->h) || memcmp(e->p, ELFMAG, SELFMAG) != 0)
		return "no program (ELF)";
	memcpy(&e->h, e->p, sizeof(e->h));
	if (e->h.e_ident[EI_CLASS] != ELFCLASS64 || e->h.e_ident[EI_DATA] != ELFDATA2LSB)
		return "no program for a 64-bit little-endian machine";
	if (e->h.e_shentsize != sizeof(Elf64_Shdr) || !readsection(e, e->h.e_shstrndx, &s) ||
		s.sh_type == SHT_NOBITS)
		return "its sections cannot be read";
	e->names = s.sh_offset;
	e->nnames = s.sh_size;
	return NULL;
}

/* The section of that name; false when there is none. */
static bool
section(const struct elf *e, const char *name, Elf64_Shdr *s)
{
	size_t len = strlen(name) + 1;

	for (unsigned i = 0; i < e->h.e_shnum; i++)
		if (readsection(e, i, s) && s->sh_name <= e->nnames &&
			len <= e->nnames - s->sh_name &&
			!memcmp(e->p + e->names + s->sh_name, name, len))
			return true;
	return false;
}

/* The 8 bytes of the object `name`; false when the symbol is not there or has none in the file. */
static bool
object(const struct elf *e, const char *name, uint64_t *value)
{
	size_t len = strlen(name) + 1;
	Elf64_Shdr table, names, home;

	if (!section(e, ".symtab", &table) || table.sh_type != SHT_SYMTAB ||
		!readsection(e, table.sh_link, &names) || names.sh_type != SHT_STRTAB)
		return false;
	for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= table.sh_size; at += sizeof(Elf64_Sym)) {
		Elf64_Sym sym;
		uint64_t off;

		memcpy(&sym, e->p + table.sh_offset + at, sizeof(sym));
		if (sym.st_name > names.sh_size || len > names.sh_size - sym.st_name ||
			memcmp(e->p + names.sh_offset + sym.st_name, name, len) != 0 ||
			!readsection(e, sym.st_shndx, &home) || home.sh_type == SHT_NOBITS)
			continue;
		off = sym.st_value - home.sh_addr;
		if (off > home.sh_size || home.sh_size - off < sizeof(*value))
			continue;
		memcpy(value, e->p + home.sh_offset + off, sizeof(*value));
		return true;
	}
	return false;
}

const char *
profrawlike(const void *elf, size_t n, struct profraw *like)
{
	struct elf e = {.p = elf, .n = n};
	unsigned char header[PROFRAW_MAXHEADER];
	const char *why = readheader(&e);
	uint64_t word;

	*like = (struct profraw){.wide = true};
	if (why)
		return why;
	if (!object(&e, "__llvm_profile_raw_version", &word))
		return "it has no symbol __llvm_profile_raw_version: it is not instrumented, or "
		       "stripped; give the file as it was linked";
	like->version = (unsigned)(word & 0xffffffff);
	like->variant = word >> 32 << 32;
	if (!profrawheader(like->version, header))
		return "its raw profiles are of a version that is not read here";
	memcpy(&like->magic, header, sizeof(like->magic));
	like->ctrsize = like->variant & PROFRAW_BYTE ? 1 : 8;
	return NULL;
}

static void
put(struct buf *b, uint64_t x)
{
	bufadd(b, &x, sizeof(x));
}

static void
fill(struct buf *b, uint64_t n, unsigned char c)
{
	for (; n; n--)
		bufadd(b, &c, 1);
}

const char *
profrawblank(const void *elf, size_t n, const struct profraw *like, struct buf *b)
{
	struct elf e = {.p = elf, .n = n};
	const struct proflay *lay = proflay(like->version);
	uint64_t f[F_COUNT] = {0};
	Elf64_Shdr data, ctr, names;
	const char *why = readheader(&e);

	if (why)
		return why;
	if (!lay->relative || like->swap || !like->wide)
		return "the profiles are of LLVM 13, or of a machine of another kind";
	if (!section(&e, "__llvm_prf_data", &data) || !section(&e, "__llvm_prf_cnts", &ctr) ||
		!section(&e, "__llvm_prf_names", &names) || data.sh_type == SHT_NOBITS ||
		names.sh_type == SHT_NOBITS || ctr.sh_size > n)
		return "it is not instrumented: it has no records of functions";
	f[F_NDATA] = data.sh_size / lay->rec[1].size;
	f[F_NCTR] = ctr.sh_size / like->ctrsize;
	f[F_PADBITMAP] = lay->word[F_PADBITMAP] ? pad8(ctr.sh_size) : 0;
	f[F_PADNAMES] = lay->word[F_PADBITMAP] ? 0 : pad8(ctr.sh_size);
	f[F_NAMES] = names.sh_size;
	f[F_CTRDELTA] = ctr.sh_addr - data.sh_addr;
	f[F_KINDLAST] = lay->nkind - 1u;
	put(b, like->magic);
	put(b, like->version | like->variant);
	for (unsigned word = 2; word < lay->words; word++) {
		uint64_t x = 0;

		for (unsigned i = 0; i < F_COUNT; i++)
			x = lay->word[i] == word ? f[i] : x;
		put(b, x);
	}
	bufadd(b, e.p + data.sh_offset, f[F_NDATA] * lay->rec[1].size);
	fill(b, ctr.sh_size, like->ctrsize == 1 ? 0xff : 0);
	fill(b, pad8(ctr.sh_size), 0);
	bufadd(b, e.p + names.sh_offset, names.sh_size);
	fill(b, pad8(names.sh_size), 0);
	return NULL;
}
