/*
 * profraw-verify: is each raw profile whole, of a known version, consistent and non-empty?
 * llvm-profdata answers this only in part: it reads over most damage without a word.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "json/json.h"
#include "profraw/check.h"
#include "profraw/files.h"

static const char usage[] = "usage: profraw-verify [-Hq] [--json] FILE|DIR...";

static const char help[] =
	"Checks raw profiles (.profraw, LLVM 13 to 22), in folders all *.profraw below them.\n"
	"\n"
	"  -H      first print a line with the names of the columns\n"
	"  -q      print only what is wrong\n"
	"  --json  print one JSON object: {\"files\": [...], \"total\": {...}}\n"
	"\n"
	"standard output: a line per file, tab-separated, in the order of the operands:\n"
	"  class      see below\n"
	"  file\n"
	"  version    raw version: 7 LLVM 13, 8 LLVM 14 to 17, 9 LLVM 18, 10 LLVM 19 to 22\n"
	"  kind       IR, CSIR or FE (front end), +byte (coverage), +entry-only, +entry, +loops,\n"
	"             +temporal, +correlate; of the first profile in the file\n"
	"  functions, functions hit, counters, counters hit\n"
	"             records in the file, and those with a counter that is not 0\n"
	"  sum        of all counters, at most 2^63-1; a covered byte counts 1, timestamps count\n"
	"             nothing\n"
	"  sites      places where values are profiled (call targets, sizes)\n"
	"  id         binary ids, hexadecimal, joined by commas\n"
	"  reason     what is wrong, or the first warning\n"
	"\"-\" stands for what is unknown or not there. In the total of --json functions are\n"
	"distinct ones: the same function in 40 files of one program counts once.\n"
	"\n"
	"classes, good\n"
	"  ok\n"
	"  zero         whole, but all counters are 0 (warning)\n"
	"  repairable   whole, but without value data, as continuous mode (%c) leaves it (warning)\n"
	"classes, bad\n"
	"  empty        0 bytes\n"
	"  header-only  nothing in the program was instrumented\n"
	"  truncated    ends too early\n"
	"  corrupt      contradicts itself or the format\n"
	"  foreign      a raw version that is not read here, or no raw profile at all\n"
	"  unreadable   cannot be opened or read\n"
	"\n"
	"The format has no checksum but that of the names. Not to be seen: changed counters up\n"
	"to 2^56 (byte counters show it), binary ids, function hashes, addresses, and values and\n"
	"their counts; the bits entry and loops of the kind, and IR where no sizes are\n"
	"profiled; a size of names that takes in zeros behind them; the loss of whole profiles\n"
	"at the end of a file with several, and of all value data at the end, which is also\n"
	"what continuous mode leaves (repairable). Hash the files when they are collected.\n"
	"\n"
	"exit status: 0 all good, 1 one is bad, or there is none, or all are zero, 2 usage or\n"
	"unreadable\n";

static const char columns[] = "class\tfile\tversion\tkind\tfunctions\tfunctions_hit\tcounters\t"
			      "counters_hit\tsum\tsites\tid\treason\n";

/* Has a reason for its class. */
static bool
reasoned(const struct proffile *f)
{
	return f->d.class >= PROFRAW_REPAIRABLE;
}

static void
tell(const char *path, const struct proffile *f)
{
	const struct profnote *n = &f->d.bad;

	for (unsigned i = 0; i < f->d.nwarn && i < PROFRAW_MAXWARN; i++)
		warn("read '%s': warning: %s: %s at offset %llu", path, f->d.warn[i].section,
			f->d.warn[i].what, (unsigned long long)f->d.warn[i].off);
	if (f->d.nwarn > PROFRAW_MAXWARN)
		warn("read '%s': warning: %u more", path, f->d.nwarn - PROFRAW_MAXWARN);
	if (f->d.class == PROFRAW_UNREADABLE)
		warn("read '%s': %s", path, n->what);
	else if (f->d.class == PROFRAW_ZERO)
		warn("read '%s': zero: all %llu counters are 0", path,
			(unsigned long long)f->count.n);
	else if (reasoned(f))
		warn("read '%s': %s: %s: %s at offset %llu; %s", path, profclassname(f->d.class),
			n->section, n->what, (unsigned long long)n->off, f->d.next);
}

static void
printline(const char *path, const struct proffile *f)
{
	const struct profnote *why = reasoned(f) ? &f->d.bad : f->d.nwarn ? &f->d.warn[0] : NULL;
	char *name = xstrdup(path), kind[64];

	printable(name);
	printf("%s\t%s\t", profclassname(f->d.class), name);
	free(name);
	profrawkind(f->variant, kind, sizeof(kind));
	if (f->known)
		printf("%u\t%s\t", f->version, kind);
	else
		printf("-\t-\t");
	if (profisbad(f))
		printf("-\t-\t-\t-\t-\t-\t-\t");
	else
		printf("%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t%s\t", (unsigned long long)f->functions,
			(unsigned long long)f->functions_hit, (unsigned long long)f->count.n,
			(unsigned long long)f->count.hit, (unsigned long long)f->count.sum,
			(unsigned long long)f->sites, f->ids.n ? f->ids.p : "-");
	if (why)
		printf("%s: %s at offset %llu\n", why->section, why->what,
			(unsigned long long)why->off);
	else
		printf("-\n");
}

static json_t *
number(uint64_t n)
{
	return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

static json_t *
jsonnote(const struct profnote *n)
{
	return jsonpack(
		"{ss, so, ss}", "section", n->section, "offset", number(n->off), "what", n->what);
}

static json_t *
jsonfile(const char *path, const struct proffile *f)
{
	json_t *v, *warnings = json_array(), *ids = json_array(), *reason = json_null();
	char kind[64], *id = f->ids.p;

	for (unsigned i = 0; i < f->d.nwarn && i < PROFRAW_MAXWARN; i++)
		json_array_append_new(warnings, jsonnote(&f->d.warn[i]));
	for (size_t n; f->ids.n && *id; id += n + (id[n] == ',')) {
		n = strcspn(id, ",");
		json_array_append_new(ids, json_stringn(id, n));
	}
	if (reasoned(f)) {
		reason = jsonnote(&f->d.bad);
		json_object_set_new(reason, "next", json_string(f->d.next));
	}
	profrawkind(f->variant, kind, sizeof(kind));
	v = jsonpack("{ss, so, so, so, so}", "class", profclassname(f->d.class), "file",
		jsonstr(path), "bytes", number(f->bytes), "version",
		f->known ? number(f->version) : json_null(), "kind",
		f->known ? json_string(kind) : json_null());
	if (!profisbad(f)) {
		json_object_set_new(v, "profiles", number(f->profiles));
		json_object_set_new(v, "functions", number(f->functions));
		json_object_set_new(v, "functions_hit", number(f->functions_hit));
		json_object_set_new(v, "counters", number(f->count.n));
		json_object_set_new(v, "counters_hit", number(f->count.hit));
		json_object_set_new(v, "sum", number(f->count.sum));
		json_object_set_new(v, "value_sites", number(f->sites));
	}
	json_object_set_new(v, "binary_ids", ids);
	json_object_set_new(v, "reason", reason);
	json_object_set_new(v, "warnings", warnings);
	return v;
}

static json_t *
jsontotal(const struct proftotal *t)
{
	json_t *v = jsonpack("{so}", "files", number(t->files));

	for (enum profclass c = 0; c < PROFRAW_NCLASS; c++)
		json_object_set_new(v, c == PROFRAW_HEADER_ONLY ? "header_only" : profclassname(c),
			number(t->class[c]));
	json_object_set_new(v, "warnings", number(t->warnings));
	json_object_set_new(v, "bytes", number(t->bytes));
	json_object_set_new(v, "profiles", number(t->profiles));
	json_object_set_new(v, "modules", number(t->modules.nmodule));
	json_object_set_new(v, "functions", number(t->modules.nfn));
	json_object_set_new(v, "functions_hit", number(t->modules.nhit));
	json_object_set_new(v, "counters", number(t->count.n));
	json_object_set_new(v, "counters_hit", number(t->count.hit));
	json_object_set_new(v, "sum", number(t->count.sum));
	json_object_set_new(v, "value_sites", number(t->sites));
	return v;
}

int
main(int argc, char **argv)
{
	enum { JSON = 256, VERSION };
	static const struct option options[] = {{"json", no_argument, NULL, JSON},
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, VERSION}, {0}};
	struct proffiles files = {0};
	struct proftotal t = {0};
	json_t *list = NULL;
	bool header = false, quiet = false;
	uint64_t bad = 0, missing = 0, trouble = 0;
	int c;

	progname = "profraw-verify";
	while ((c = getopt_long(argc, argv, "+hHq", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case 'H':
			header = true;
			break;
		case 'q':
			quiet = true;
			break;
		case JSON:
			list = list ? list : json_array();
			break;
		default:
			usagefail(usage);
		}
	}
	if (optind == argc)
		usagefail(usage);
	for (; optind < argc; optind++) {
		long n = proffilesadd(&files, argv[optind]);

		trouble += n < 0;
		missing += !n;
	}
	if (header && !quiet && !list)
		printf("%s", columns);
	for (size_t i = 0; i < files.n; i++) {
		struct proffile f;

		profcheckfile(files.path[i], &f, &t);
		tell(files.path[i], &f);
		if (list)
			json_array_append_new(list, jsonfile(files.path[i], &f));
		else if (!quiet)
			printline(files.path[i], &f);
		bad += profisbad(&f);
		bufrelease(&f.ids);
	}
	if (files.n && t.class[PROFRAW_ZERO] == files.n) {
		warn("read %zu profiles: no counter in any of them counted; the workload runs "
		     "nothing that is instrumented",
			files.n);
		bad = files.n;
	}
	if (list) {
		json_t *v = jsonpack("{so, so}", "files", list, "total", jsontotal(&t));

		jsonwrite("-", v);
		json_decref(v);
	}
	trouble += t.class[PROFRAW_UNREADABLE];
	proffilesrelease(&files);
	proftotalrelease(&t);
	closeout();
	return trouble ? EXIT_TROUBLE : bad || missing ? EXIT_NO : EXIT_YES;
}
