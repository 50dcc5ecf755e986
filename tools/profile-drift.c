/*
 * profile-drift: what share of an old profile's counts still belongs to a function whose hash is
 * the same? A compiler drops the rest, mostly without a word. And does a new one count as the old
 * one did?
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

static const char usage[] =
	"usage: profile-drift [-H] [--min PCT] [--health] [--min-total PCT] [--min-overlap PCT]\n"
	"                     [--top N] [--json] OLD NEW\n"
	"       profile-drift ... [--weight N] OLD... --new NEW [--new NEW]...";

static const char help[] =
	"Says how much of a profile still fits the program. OLD and NEW are raw or pooled profiles\n"
	"(.profraw), or folders with such. NEW needs no workload: an instrumented build that has run\n"
	"with --version has written a record of each function.\n"
	"\n"
	"  -H          first print a line with the names of the columns\n"
	"  --min PCT   exit status 1 when less than that is unchanged\n"
	"  --health    compare the counts as well: NEW is of a training, as OLD is\n"
	"  --min-total PCT\n"
	"              exit status 1 when NEW's counts are less than that of OLD's; with --health\n"
	"  --min-overlap PCT\n"
	"              exit status 1 when the overlap is less than that; with --health\n"
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
	"with --health then\n"
	"  total      all counts of NEW, in percent of OLD's; its functions\n"
	"  overlap    percent\n"
	"  peak       the function with NEW's largest counter, a loop's mostly; percent of NEW's counts\n"
	"  cooled     functions with 1 % of OLD's counts or more whose share of NEW's is a tenth of\n"
	"             that or less, the hottest first; percent of OLD's counts, number in NEW\n"
	"then a line for each of the hottest ones. Standard error says what to keep in mind.\n"
	"\n"
	"percent = sum of the counters of OLD's functions in that state / sum of all its counters.\n"
	"Compilers give the counts of a profile to the function of the same name and hash, and to no\n"
	"other. `llvm-profdata overlap NEW OLD` has the same numbers as mismatched count percentage\n"
	"(changed) and percentage only in test_profile (gone). The hash is of the control flow: a\n"
	"change that keeps it is not seen, nor does it take the counts away.\n"
	"\n"
	"overlap = sum over all counters of min(counter in OLD / sum of OLD's, counter in NEW / sum of\n"
	"NEW's), as `llvm-profdata overlap OLD NEW` has it (edge profile overlap); what is not\n"
	"unchanged has none. 100 %: each loop and branch has its old share.\n"
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
	"  min, pass  PCT or null; whether nothing is less than its limit\n"
	"  health     null, or with --health: total_percent, overlap_percent; unchanged: count,\n"
	"             new_count, total_percent and overlap_percent of the functions that are\n"
	"             unchanged alone, as if there were no others; cooled_functions; cooled: name,\n"
	"             percent, count, new_count of the hottest; old_peak, new_peak: name, percent;\n"
	"             min_total, min_overlap: PCT or null\n"
	"\n"
	"exit status: 0 yes, 1 less than a limit, 2 usage, unreadable, not comparable (front end and IR\n"
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

/* Whether nothing is less than its limit; says what is. */
static bool
judge(const struct driftreport *r, const char *old, const char *new)
{
	const struct drifthealth *h = r->health;
	double share = driftpercent(r->d, r->d->sum[DRIFT_UNCHANGED].count);
	bool pass = true;

	if (r->min >= 0 && share < r->min) {
		warn("compare '%s' with '%s': %.4f %% of the counts are unchanged, the minimum is "
		     "%g; collect the profile again",
			old, new, share, r->min);
		pass = false;
	}
	if (h && r->mintotal >= 0 && h->total < r->mintotal) {
		warn("compare '%s' with '%s': %llu counts where there were %llu, %.4f %% of them; the "
		     "minimum is %g; did all of the training run?",
			old, new, (unsigned long long)r->d->new->count,
			(unsigned long long)r->d->old->count, h->total, r->mintotal);
		pass = false;
	}
	if (h && r->minoverlap >= 0 && h->overlap < r->minoverlap) {
		warn("compare '%s' with '%s': the overlap of the counts is %.4f %%, the minimum is %g; "
		     "did all of the training run?",
			old, new, h->overlap, r->minoverlap);
		pass = false;
	}
	return pass;
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
	enum { MIN = 256, HEALTH, MINTOTAL, MINOVERLAP, TOP, JSON, NEW, WEIGHT, VERSION };
	static const struct option options[] = {{"min", required_argument, NULL, MIN},
		{"health", no_argument, NULL, HEALTH},
		{"min-total", required_argument, NULL, MINTOTAL},
		{"min-overlap", required_argument, NULL, MINOVERLAP},
		{"top", required_argument, NULL, TOP}, {"json", no_argument, NULL, JSON},
		{"new", required_argument, NULL, NEW}, {"weight", required_argument, NULL, WEIGHT},
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, VERSION}, {0}};
	struct driftset set[2] = {0};
	struct driftmoves m = {0};
	struct driftcaveats caveats = {0};
	struct drift d;
	struct driftreport r = {.d = &d,
		.m = &m,
		.c = &caveats,
		.top = 10,
		.min = -1,
		.mintotal = -1,
		.minoverlap = -1};
	struct drifthealth health = {0};
	struct buf oldname = {0}, newname = {0};
	const char *old, *new;
	uint64_t weight = 1;
	bool json = false, header = false;
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
		case HEALTH:
			r.health = &health;
			break;
		case MINTOTAL:
			r.health = &health;
			r.mintotal = numreal("--min-total", optarg, 0, 1e9);
			break;
		case MINOVERLAP:
			r.health = &health;
			r.minoverlap = numreal("--min-overlap", optarg, 0, 100);
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
	set[0].keep = set[1].keep = r.health != NULL;
	readsets(&r, old, new, set);
	driftcompare(&d, &set[0], &set[1]);
	driftmoves(&m, &d);
	driftcaveats(&caveats, &d, &m);
	if (r.health)
		drifthealth(&health, &d);
	for (size_t i = 0; i < caveats.n; i++)
		if (amongfirst(&said))
			warn("compare '%s' with '%s': warning: %s", old, new, caveats.v[i].text);
	warnmore("compare profiles", said);
	r.pass = judge(&r, old, new);
	if (json)
		driftprintjson(&r);
	else
		driftprint(&r, header);
	driftcaveatsrelease(&caveats);
	driftmovesrelease(&m);
	drifthealthrelease(&health);
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
