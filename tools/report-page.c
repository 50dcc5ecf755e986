/*
 * report-page: a report of the pipeline as a page for browsers: one file that needs nothing else,
 * with what it shows inside.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "compare/packed.h"
#include "input/load.h"
#include "json/json.h"
#include "page/page.h"
#include "report/wording.h"

static const char usage[] = "usage: report-page -o PAGE|--json REPORT|PAGE";

static const char help[] =
	"Draws a report of the pipeline (JSON of the format pgokit-profile-1, which pgokit merge\n"
	"makes) as a page for browsers: the profile's standing in the first line, counts, workloads,\n"
	"lost processes, what it is beside the last profile, hottest functions, machine, toolchain.\n"
	"The report is inside, compressed: a page is read as the report that it shows.\n"
	"\n"
	"  -o PAGE  where to; - is standard output. Of a page: the same bytes, unless somebody has\n"
	"           changed it or another version drew it\n"
	"  --json   print the report, the manifest in it, instead\n"
	"\n"
	"Measurements have their pages from bench-compare --html.\n"
	"\n"
	"exit status: 0 written, 2 usage or trouble\n";

/* The report in a file, or in the page that it is. */
static json_t *
reportread(const char *path)
{
	struct buf text = {0};
	json_error_t err;
	json_t *v;

	if (slurpwarn(path, GATHER_MAX, &text))
		exit(EXIT_TROUBLE);
	if (ispage(&text))
		unpackpage(&text, path);
	v = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &err);
	if (!v)
		fatal("read '%s': line %d: %s", path, err.line, err.text);
	if (strcmp(textof(v, "format"), "pgokit-profile-1") != 0)
		fatal("read '%s': not a report of a profile, as pgokit merge writes it", path);
	bufrelease(&text);
	return v;
}

int
main(int argc, char **argv)
{
	enum { JSON = 256, VERSION };
	static const struct option options[] = {{"json", no_argument, NULL, JSON},
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, VERSION}, {0}};
	const char *page = NULL;
	bool json = false;
	json_t *report;
	int c;

	progname = "report-page";
	while ((c = getopt_long(argc, argv, "+ho:", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case 'o':
			page = optarg;
			break;
		case JSON:
			json = true;
			break;
		default:
			usagefail(usage);
		}
	}
	if (argc - optind != 1 || json == !!page)
		usagefail(usage);
	report = reportread(argv[optind]);
	if (page)
		profilewrite(page, report);
	else
		jsonwrite("-", report);
	json_decref(report);
	closeout();
	return EXIT_YES;
}
