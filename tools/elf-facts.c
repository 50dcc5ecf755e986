/*
 * elf-facts: what a program or library is, as far as its ELF file tells. One start for what else takes
 * several of readelf, which loads all of LLVM each time.
 */
#include <elf.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"
#include "elf/dynamic.h"
#include "elf/headers.h"
#include "elf/notes.h"
#include "json/json.h"

static const char usage[] = "usage: elf-facts [--json] FILE";

static const char help[] =
	"Prints what an ELF file says of itself: a line each, name and value, one line for each\n"
	"value of a list. What is not known or not there has no line.\n"
	"\n"
	"  --json   one object instead; there null is what is not there\n"
	"\n"
	"type           EXEC, DYN, REL or CORE\n"
	"machine        x86-64, or the number of another one (e_machine)\n"
	"pie            it is a program that can be loaded anywhere\n"
	"library        others load it: it has a table for the loader, and is no program\n"
	"interpreter    the loader that it asks for\n"
	"stack          \"executable\" or \"not executable\"\n"
	"relro          \"none\", \"partial\" or \"full\"\n"
	"bind_now       all symbols are bound at the start\n"
	"textrel        its code is changed when it is loaded\n"
	"writable_code  a segment of it can be written and executed\n"
	"runpath, soname, build_id\n"
	"glibc          the newest version of glibc of which it needs symbols\n"
	"isa            the level of x86-64 that it is marked to need\n"
	"marks          what the CPU may check in it: ibt, shstk\n"
	"hot_bytes      of .text.hot, where the code is that a profile calls hot\n"
	"payload_bytes  behind all that its headers name\n"
	"libraries, sections, comments   lists; comments are those of compilers and linkers\n"
	"\n"
	"exit status: 0 printed, 1 it is no ELF file, or a damaged one, 2 usage or trouble\n";

enum { COMMENTS_MAX = 1 << 24, PATH_BYTES = 4096 };

/* All parts of a file; zero where they were not read. */
struct parts {
	struct elf e;
	struct segments segments;
	struct sections sections;
	struct dynamic dynamic;
	struct notes notes;
	char glibc[GLIBC_MAX];
	uint64_t bytes;
};

static json_t *
textornull(const char *s)
{
	return s && *s ? jsonstr(s) : json_null();
}

static json_t *
typeof_(const struct elf *e)
{
	static const char *const names[] = {"NONE", "REL", "EXEC", "DYN", "CORE"};
	uint64_t type = elfnumber(e, e->rest, 2);

	return type < sizeof(names) / sizeof(*names) ? json_string(names[type])
						     : json_integer((json_int_t)type);
}

static json_t *
machineof(const struct elf *e)
{
	uint64_t machine = elfnumber(e, e->rest + 2, 2);

	return machine == EM_X86_64 ? json_string("x86-64") : json_integer((json_int_t)machine);
}

static const struct segment *
segmentof(const struct parts *p, uint32_t type)
{
	for (size_t i = 0; i < p->segments.n; i++)
		if (p->segments.v[i].type == type)
			return &p->segments.v[i];
	return NULL;
}

static json_t *
interpreterof(const struct parts *p)
{
	const struct segment *s = segmentof(p, PT_INTERP);
	char *path = s ? elfbytes(&p->e, s->at, s->n, PATH_BYTES) : NULL;
	json_t *v = s ? jsonstr(path ? path : "?") : json_null();

	free(path);
	return v;
}

/* Which sections hold, by name, what is asked for below. */
static json_t *
sectionsof(const struct parts *p)
{
	json_t *v = json_array();

	for (size_t i = 0; i < p->sections.n; i++)
		if (*p->sections.v[i].name)
			json_array_append_new(v, jsonstr(p->sections.v[i].name));
	return v;
}

static uint64_t
hotbytes(const struct parts *p)
{
	uint64_t n = 0;

	for (size_t i = 0; i < p->sections.n; i++)
		if (!strcmp(p->sections.v[i].name, ".text.hot") ||
			!strcmp(p->sections.v[i].name, ".text.hot."))
			n += p->sections.v[i].n;
	return n;
}

/* The texts in .comment, each with a NUL behind it. */
static json_t *
commentsof(const struct parts *p)
{
	json_t *v = json_array();

	for (size_t i = 0; i < p->sections.n; i++) {
		const struct section *s = &p->sections.v[i];
		char *text = !strcmp(s->name, ".comment") && s->type != SHT_NOBITS
				     ? elfbytes(&p->e, s->at, s->n, COMMENTS_MAX)
				     : NULL;

		for (uint64_t at = 0; text && at < s->n; at += strlen(text + at) + 1)
			if (text[at])
				json_array_append_new(v, jsonstr(text + at));
		free(text);
	}
	return v;
}

static json_t *
librariesof(const struct parts *p)
{
	json_t *v = json_array();

	for (size_t i = 0; i < p->dynamic.n; i++)
		if (p->dynamic.v[i].tag == DT_NEEDED)
			json_array_append_new(
				v, jsonstr(dynamictext(&p->dynamic, p->dynamic.v[i].value)));
	return v;
}

static json_t *
marksof(const struct parts *p)
{
	json_t *v = json_array();

	if (p->notes.features & GNU_PROPERTY_X86_FEATURE_1_IBT)
		json_array_append_new(v, json_string("ibt"));
	if (p->notes.features & GNU_PROPERTY_X86_FEATURE_1_SHSTK)
		json_array_append_new(v, json_string("shstk"));
	return v;
}

/* The highest that is marked. */
static json_t *
isaof(const struct parts *p)
{
	static const char *const names[] = {
		"x86-64-baseline", "x86-64-v2", "x86-64-v3", "x86-64-v4"};

	for (size_t i = sizeof(names) / sizeof(*names); i--;)
		if (p->notes.isa & 1U << i)
			return json_string(names[i]);
	return json_null();
}

static uint64_t
payload(const struct parts *p)
{
	uint64_t end = p->segments.end > p->sections.end ? p->segments.end : p->sections.end;

	for (size_t i = 0; i < p->segments.n; i++)
		if (p->segments.v[i].at + p->segments.v[i].n > end)
			end = p->segments.v[i].at + p->segments.v[i].n;
	for (size_t i = 0; i < p->sections.n; i++)
		if (p->sections.v[i].type != SHT_NOBITS &&
			p->sections.v[i].at + p->sections.v[i].n > end)
			end = p->sections.v[i].at + p->sections.v[i].n;
	return p->bytes > end ? p->bytes - end : 0;
}

/* Whether a segment can be both written and executed. */
static bool
writablecode(const struct parts *p)
{
	for (size_t i = 0; i < p->segments.n; i++)
		if (p->segments.v[i].type == PT_LOAD &&
			(p->segments.v[i].flags & (PF_W | PF_X)) == (PF_W | PF_X))
			return true;
	return false;
}

static bool
tagged(const struct parts *p, uint64_t tag)
{
	for (size_t i = 0; i < p->dynamic.n; i++)
		if (p->dynamic.v[i].tag == tag)
			return true;
	return false;
}

static json_t *
facts(const struct parts *p)
{
	const struct dynamic *d = &p->dynamic;
	const struct segment *stack = segmentof(p, PT_GNU_STACK);
	uint64_t flags = dynamicvalue(d, DT_FLAGS), flags1 = dynamicvalue(d, DT_FLAGS_1);
	bool now = flags & DF_BIND_NOW || flags1 & DF_1_NOW || tagged(p, DT_BIND_NOW);
	bool interpreted = segmentof(p, PT_INTERP), pie = flags1 & DF_1_PIE;
	uint64_t runpath = tagged(p, DT_RUNPATH) ? DT_RUNPATH : DT_RPATH;

	return jsonpack("{so so sb sb so ss ss sb sb sb so so so so so so sI sI so so so}", "type",
		typeof_(&p->e), "machine", machineof(&p->e), "pie",
		elfnumber(&p->e, p->e.rest, 2) == ET_DYN && (interpreted || pie), "library",
		d->there && !interpreted && !pie, "interpreter", interpreterof(p), "stack",
		stack && !(stack->flags & PF_X) ? "not executable" : "executable", "relro",
		!segmentof(p, PT_GNU_RELRO) ? "none"
		: now			    ? "full"
					    : "partial",
		"bind_now", now, "textrel", flags & DF_TEXTREL || tagged(p, DT_TEXTREL),
		"writable_code", writablecode(p), "runpath",
		textornull(tagged(p, runpath) ? dynamictext(d, dynamicvalue(d, runpath)) : NULL),
		"soname",
		textornull(
			tagged(p, DT_SONAME) ? dynamictext(d, dynamicvalue(d, DT_SONAME)) : NULL),
		"build_id", textornull(p->notes.buildid), "glibc", textornull(p->glibc), "isa",
		isaof(p), "marks", marksof(p), "hot_bytes", (json_int_t)hotbytes(p),
		"payload_bytes", (json_int_t)payload(p), "libraries", librariesof(p), "sections",
		sectionsof(p), "comments", commentsof(p));
}

static void
line(const char *name, const json_t *v)
{
	char *text;

	if (json_is_array(v)) {
		for (size_t i = 0; i < json_array_size(v); i++)
			line(name, json_array_get(v, i));
		return;
	}
	if (json_is_null(v))
		return;
	text = json_is_string(v) ? strdup(json_string_value(v)) : json_dumps(v, JSON_ENCODE_ANY);
	if (!text)
		fatal("print '%s': no memory", name);
	printable(text);
	printf("%s %s\n", name, text);
	free(text);
}

/* NULL, or what is wrong with the file. */
static const char *
readparts(const char *path, struct parts *p)
{
	struct stat st;

	if (!elfopen(&p->e, path))
		return "it is no ELF file";
	if (fstat(p->e.fd, &st))
		fatal("read '%s':", path);
	p->bytes = (uint64_t)st.st_size;
	if (!segmentsread(&p->e, &p->segments))
		return "its table of segments is not whole";
	if (!sectionsread(&p->e, &p->sections))
		return "its table of sections is not whole";
	if (!dynamicread(&p->e, &p->segments, &p->dynamic))
		return "its table for the loader is not whole";
	if (!glibcneeded(&p->e, &p->sections, p->glibc))
		return "its versions of symbols are not whole";
	notesread(&p->e, &p->segments, &p->notes);
	return NULL;
}

int
main(int argc, char **argv)
{
	enum { JSON = 256, VERSION };
	static const struct option options[] = {{"json", no_argument, NULL, JSON},
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, VERSION}, {0}};
	struct parts p = {0};
	bool json = false;
	const char *why, *name;
	json_t *all, *v;
	int c;

	progname = "elf-facts";
	while ((c = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case JSON:
			json = true;
			break;
		default:
			usagefail(usage);
		}
	}
	if (optind + 1 != argc)
		usagefail(usage);
	why = readparts(argv[optind], &p);
	if (why) {
		warn("read '%s': %s", argv[optind], why);
		return EXIT_NO;
	}
	all = facts(&p);
	if (json)
		jsonwriteline("-", all);
	else
		json_object_foreach(all, name, v) line(name, v);
	closeout();
	return EXIT_YES;
}
