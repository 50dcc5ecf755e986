/*
 * bench-history: what the runs of a project say together: the level of each benchmark, and the
 * commits at which it changed.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "history/lines.h"
#include "history/table.h"
#include "history/trend.h"
#include "json/json.h"
#include "page/page.h"

static const char usage[] = "usage: bench-history [--json] [--html PAGE] [--name NAME] HISTORY";

static const char help[] =
	"  bench-history history.jsonl\n"
	"\n"
	"Reads the lines of a history (pgokit-history-1, as pgokit history writes them; - is standard\n"
	"input), and prints each benchmark's level now against its first commit, with the changes on\n"
	"the way. A line that is not of that form is left out, with a warning.\n"
	"\n"
	"  --json       print all that is known, as one JSON object, pgokit-history-report-1\n"
	"  --html PAGE  and a page for browsers: one file that needs nothing else\n"
	"  --name NAME  the project, for its title\n"
	"\n"
	"A run compares two commits on one machine, so what differs from machine to machine cancels;\n"
	"all the same, runs of different CPU models are never put together. The level of a commit is\n"
	"fitted to all runs by weighted least squares. A change is a step, or a ramp over several\n"
	"commits, that a permutation test keeps at p below 0.001 (divisive estimation: Matteson and\n"
	"James, J. Am. Statist. Assoc. 109, 2014). Its interval is of 99 %. Of numbers without a base,\n"
	"which others measured, the machine is not known: a change may be one of the machine.\n"
	"\n"
	"exit status: 0 printed, 1 there is no run in it, 2 usage or trouble\n";

int
main(int argc, char **argv)
{
	enum { JSON = 256, HTML, NAME, VERSION };
	static const struct option options[] = {{"json", no_argument, NULL, JSON},
		{"html", required_argument, NULL, HTML}, {"name", required_argument, NULL, NAME},
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, VERSION}, {0}};
	const char *page = NULL, *name = "";
	struct lines l;
	struct buf out = {0};
	bool json = false;
	json_t *v;
	int c;

	progname = "bench-history";
	while ((c = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case JSON:
			json = true;
			break;
		case HTML:
			page = optarg;
			break;
		case NAME:
			name = optarg;
			break;
		default:
			usagefail(usage);
		}
	}
	if (argc - optind != 1)
		usagefail(usage);
	linesread(&l, argv[optind]);
	if (!l.n) {
		warn("read '%s': there is no run in it", argv[optind]);
		return EXIT_NO;
	}
	v = trend(&l);
	json_object_set_new(v, "name", jsonstr(name));
	if (page)
		historywrite(page, v);
	if (json) {
		jsonwrite("-", v);
	} else {
		trendtable(&out, v);
		writefile("-", &out);
		bufrelease(&out);
	}
	json_decref(v);
	linesrelease(&l);
	closeout();
	return EXIT_YES;
}
