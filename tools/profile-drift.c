/*
 * profile-drift: what share of an old profile's counts still belongs to a function whose hash is
 * the same? A compiler drops the rest, mostly without a word.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "drift/compare.h"
#include "drift/report.h"
#include "pool/add.h"

static const char usage[] = "usage: profile-drift [-H] [--min PCT] [--top N] [--json] OLD NEW\n"
			    "       profile-drift ... [--weight N] OLD... --new NEW [--new NEW]...";

static const char help[] =
	"Says how much of a profile still fits the program. OLD and NEW are raw or pooled profiles\n"
	"(.profraw), or folders with such. NEW needs no workload: an instrumented build that has run\n"
	"with --version has written a record of each function.\n"
	"\n"
	"  -H          first print a line with the names of the columns\n"
	"  --min PCT   exit status 1 when less than that is unchanged\n"
	"  --top N     name the N hottest functions that changed or are gone (default 10)\n"
	"  --json      print one JSON object instead\n"
	"  --new NEW   one more NEW; without it, the last of two operands is\n"
	"  --weight N  multiplies the counts of the OLDs that follow, as the weights of a merge do\n"
	"              (1 to 1000000; 1)\n"
	"\n"
	"standard output, tab-separated: state, percent and number of OLD's counts, functions, those\n"
	"of them that ran, name. First a line per state, with - for the name:\n"
	"  unchanged  of OLD, and in NEW with the same name and hash\n"
	"  changed    in NEW with the name, but other hashes\n"
	"  gone       not in NEW\n"
	"  new        in NEW, and the name not in OLD\n"
	"then a line for each of the hottest ones. Standard error says what to keep in mind.\n"
	"\n"
	"percent = sum of the counters of OLD's functions in that state / sum of all its counters.\n"
	"Compilers give the counts of a profile to the function of the same name and hash, and to no\n"
	"other. `llvm-profdata overlap NEW OLD` has the same numbers as mismatched count percentage\n"
	"(changed) and percentage only in test_profile (gone). The hash is of the control flow: a\n"
	"change that keeps it is not seen, nor does it take the counts away.\n"
	"\n"
	"--json\n"
	"  old, new   paths, files, profiles, modules, version (lowest raw version), kind,\n"
	"             functions, count\n"
	"  unchanged, changed, gone\n"
	"             functions, functions_hit, count, percent\n"
	"  new_functions\n"
	"  top        state, name, percent, count, hash, new_hash (changed: one of them) of the\n"
	"             hottest\n"
	"  prefixes   of static functions that differ by the path in their name alone: old, new,\n"
	"             old_separator, new_separator, functions, functions_hit, count, percent\n"
	"  crate_hash\n"
	"             of Rust functions that differ by the hash of their crate in the name alone:\n"
	"             functions, functions_hit, count, percent\n"
	"  percent_rewritten\n"
	"             what would be unchanged with these rewritten\n"
	"  caveats    kind (prefix, crate, module, duplicates, coverage, temporal, context-sensitive,\n"
	"             versions, nameless) and text\n"
	"  min, pass  PCT or null; whether so much is unchanged\n"
	"\n"
	"exit status: 0 yes, 1 less than --min, 2 usage, unreadable, not comparable (front end and IR\n"
	"profiles), or no counts in OLD\n";

/* Reads both sides; fatal when they cannot be compared. */
static void
readsets(const struct driftreport *r, const char *old, const char *new, struct driftset set[2])
{
	const char *why;
	int rc = 0;

	for (size_t i = 0; i < r->old.n; i++)
		rc |= driftread(&set[0], r->old.path[i], r->old.weight[i]);
	for (size_t i = 0; i < r->new.n; i++)
		rc |= driftread(&set[1], r->new.path[i], 1);
	if (rc)
		exit(EXIT_TROUBLE);
	for (int i = 0; i < 2; i++)
		driftsort(&set[i]);
	if (!set[0].n)
		fatal("compare '%s': it has no functions", old);
	why = driftincomparable(&set[0], &set[1]);
	if (why)
		fatal("compare '%s' with '%s': %s; they cannot be compared", old, new, why);
	if (!set[0].count)
		fatal("compare '%s': all of its counters are 0, so that there is nothing to have a "
		      "share of; give the profile of a workload as OLD",
			old);
	if (set[0].count >= INT64_MAX)
		fatal("compare '%s': the sum of its counters is above 2^63", old);
}

/* How messages call a side; in b. */
static const char *
sidename(const struct driftside *s, struct buf *b)
{
	bufputs(b, s->path[0]);
	if (s->n > 1)
		bufprintf(b, " and %zu more", s->n - 1);
	return bufstr(b);
}

static void
addside(struct driftside *s, char *path, uint64_t weight)
{
	s->path = xreallocarray(s->path, s->n + 1, sizeof(char *));
	s->weight = xreallocarray(s->weight, s->n + 1, sizeof(*s->weight));
	s->path[s->n] = path;
	s->weight[s->n++] = weight;
}

static void
releaseside(struct driftside *s)
{
	free(s->path);
	free(s->weight);
}

int
main(int argc, char **argv)
{
	enum { MIN = 256, TOP, JSON, NEW, WEIGHT, VERSION };
	static const struct option options[] = {{"min", required_argument, NULL, MIN},
		{"top", required_argument, NULL, TOP}, {"json", no_argument, NULL, JSON},
		{"new", required_argument, NULL, NEW}, {"weight", required_argument, NULL, WEIGHT},
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, VERSION}, {0}};
	struct driftset set[2] = {0};
	struct driftmoves m = {0};
	struct driftcaveats caveats = {0};
	struct drift d;
	struct driftreport r = {.d = &d, .m = &m, .c = &caveats, .top = 10, .min = -1};
	struct buf oldname = {0}, newname = {0};
	const char *old, *new;
	uint64_t weight = 1;
	bool json = false, header = false;
	double share;
	size_t said = 0;
	int c;

	progname = "profile-drift";
	/* "-": operands are told in their place, since a weight is for those that follow it. */
	while ((c = getopt_long(argc, argv, "-hH", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case 'H':
			header = true;
			break;
		case MIN:
			r.min = numreal("--min", optarg, 0, 100);
			break;
		case TOP:
			r.top = (size_t)numint("--top", optarg, 0, 1000000);
			break;
		case JSON:
			json = true;
			break;
		case NEW:
			addside(&r.new, optarg, 1);
			break;
		case WEIGHT:
			weight = (uint64_t)numint("--weight", optarg, 1, POOL_MAXWEIGHT);
			break;
		case 1:
			addside(&r.old, optarg, weight);
			break;
		default:
			usagefail(usage);
		}
	}
	for (; optind < argc; optind++)
		addside(&r.old, argv[optind], weight);
	if (!r.new.n && r.old.n == 2)
		addside(&r.new, r.old.path[--r.old.n], 1);
	if (!r.old.n || !r.new.n)
		usagefail(usage);
	old = sidename(&r.old, &oldname);
	new = sidename(&r.new, &newname);
	readsets(&r, old, new, set);
	driftcompare(&d, &set[0], &set[1]);
	driftmoves(&m, &d);
	driftcaveats(&caveats, &d, &m);
	share = driftpercent(&d, d.sum[DRIFT_UNCHANGED].count);
	r.pass = r.min < 0 || share >= r.min;
	for (size_t i = 0; i < caveats.n; i++)
		if (amongfirst(&said))
			warn("compare '%s' with '%s': warning: %s", old, new, caveats.v[i].text);
	warnmore("compare profiles", said);
	if (!r.pass)
		warn("compare '%s' with '%s': %.4f %% of the counts are unchanged, the minimum is "
		     "%g; collect the profile again",
			old, new, share, r.min);
	if (json)
		driftprintjson(&r);
	else
		driftprint(&r, header);
	driftcaveatsrelease(&caveats);
	driftmovesrelease(&m);
	driftrelease(&d);
	driftsetrelease(&set[0]);
	driftsetrelease(&set[1]);
	releaseside(&r.old);
	releaseside(&r.new);
	bufrelease(&oldname);
	bufrelease(&newname);
	closeout();
	return r.pass ? EXIT_YES : EXIT_NO;
}
