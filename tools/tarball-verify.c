/* tarball-verify: is a release's tarball, byte for byte, of the form that pgokit package writes? */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "archive/tarball.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/num.h"

static const char usage[] = "usage: tarball-verify [-C DIR] [--max BYTES] TARBALL\n";
static const char help[] =
	"\nSays what is in a tarball of pgokit package, a line each, and refuses every other one: only\n"
	"files and folders of one folder, in order, none twice, with modes, owners and times as they are\n"
	"written there; no part '..', nothing behind the end. Nothing is written before all is checked.\n\n"
	"  -C, --unpack DIR  unpack it there; DIR must not be there\n"
	"  --max BYTES       it may unpack to so many (default 2 GiB)\n"
	"  -h, --help; --version\n\n"
	"A line: SHA-256 (- of a folder), x if it can be run, else -, time in seconds since 1970, name,\n"
	"separated by tabs. Exit status: 0 it is, 1 it is not, 2 usage or trouble\n";

int
main(int argc, char *argv[])
{
	static const struct option options[] = {{"unpack", required_argument, NULL, 'C'},
		{"max", required_argument, NULL, 'm'}, {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};
	struct tarball t = {0};
	const char *unpack = NULL, *why;
	char hex[SHA256_HEX];
	size_t max = (size_t)2 << 30;
	int c;

	progname = "tarball-verify";
	while ((c = getopt_long(argc, argv, "+C:h", options, NULL)) != -1) {
		switch (c) {
		case 'C':
			unpack = optarg;
			break;
		case 'm':
			max = (size_t)numint("--max", optarg, 1, 1LL << 40);
			break;
		case 'h':
			showhelp(usage, help);
		case 'V':
			showversion();
		default:
			usagefail(usage);
		}
	}
	if (argc - optind != 1)
		usagefail(usage);
	why = tarballread(&t, argv[optind], max);
	if (why) {
		warn("read '%s': %s", argv[optind], why);
		return EXIT_NO;
	}
	if (unpack)
		tarballunpack(&t, unpack);
	for (size_t i = 0; i < t.n; i++) {
		sha256(t.tar.p + t.member[i].at, t.member[i].size, hex);
		printf("%s\t%s\t%llu\t%s\n", t.member[i].folder ? "-" : hex,
			t.member[i].executable ? "x" : "-", (unsigned long long)t.time,
			t.member[i].name);
	}
	tarballrelease(&t);
	closeout();
	return EXIT_YES;
}
