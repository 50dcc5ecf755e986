#include <getopt.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "compare/options.h"
#include "compare/waivers.h"
#include "decision/waiver_file.h"

static const char usage[] =
	"usage: bench-compare [options] RECEIPT        two arms of one receipt (paired)\n"
	"       bench-compare [options] BASE CAND      two files (sequential)\n"
	"       bench-compare verify EVIDENCE|RECEIPT  recompute a recorded verdict, or give one\n"
	"       bench-compare gated [--match PATTERN ...] [--json] [NAME ...]\n"
	"                                              which of the benchmarks are gated";

static const char help[] =
	"Compares times; an effect is a ratio, above 0 % when the candidate is slower.\n"
	"\n"
	"input\n"
	"  RECEIPT             written by bench-run: rounds whose order was drawn from a seed get the\n"
	"                      exact signed-rank test, look by look where they were planned\n"
	"  BASE CAND           hyperfine --export-json files, or receipts: two separate blocks, in\n"
	"                      which drift looks like an effect; below --floor nothing is called\n"
	"  --base ARM, --cand ARM   arms of the receipt (default: those with these roles, else the\n"
	"                      first and the second)\n"
	"  --format NAME       the files are of another program: criterion (a folder target/criterion;\n"
	"                      --base and --cand name baselines in it), cargo-criterion, critcmp,\n"
	"                      google-benchmark, github-action-benchmark, pytest-benchmark, pyperf,\n"
	"                      go-bench, libtest, gungraun, callgrind; or auto. Needs jq\n"
	"  --better lower|higher   where a file does not say which\n"
	"  --metric wall|cpu   instead of the one that the receipt says\n"
	"  --rename OLD=NEW    what is called OLD in BASE is called NEW in CAND; may be repeated\n"
	"  --require-same      a gated benchmark that only CAND has, and BASE may have lost, makes the\n"
	"                      comparison invalid; without this it is \"new\", and passes under a warning\n"
	"  --even-identical    judge also what is the same command on the same files\n"
	"  --other-output      base and candidate are of different sources and may print different\n"
	"                      things: say so, and judge all the same\n"
	"\n"
	"arms with roles (bench-run --role), against the base\n"
	"  control             its program once more: must not differ (error 0.1 %, shared)\n"
	"  canary              its program slowed down: must be found slower\n"
	"  release             the last release: shows what small steps have come to, decides nothing\n"
	"  several layouts of base and candidate count as their mean; what is no larger than the\n"
	"  differences among the base's is layout-suspect and passes\n"
	"\n"
	"rules (those that the receipt has for a benchmark of its own go first)\n"
	"  --match PATTERN     which benchmarks are gated; may be repeated (default: those named\n"
	"                      *_full_check_flow, full_check_flow, full_check_flow/*,\n"
	"                      *_full_check_flow/*)\n"
	"  --alpha P           chance of a false alarm over all gated benchmarks (default 0.01)\n"
	"  --shares N          so many gated benchmarks share it, here and in other comparisons of\n"
	"                      one gate (default, and never fewer: those that are gated here)\n"
	"  --min-effect PCT    smaller differences are never called (default 0.5)\n"
	"  --margin PCT        what \"unchanged\" rules out, at 95 % (default 1)\n"
	"  --max-undetected PCT  an inconclusive benchmark passes only while the smallest slowdown\n"
	"                      that it could have shown is at most this (default 5)\n"
	"  --floor PCT         for sequential data (default 10)\n"
	"  --waivers FILE      regressions that are accepted: JSON, [{\"benchmark\": name,\n"
	"                      \"max_pct\": number, \"reason\": text, \"expires\": \"YYYY-MM-DD\"}, ...]\n"
	"  --today YYYY-MM-DD  the day by which they expire (default: today, UTC)\n"
	"\n"
	"output (- is standard output, which has a table unless it has one of these)\n"
	"  --json              the verdict as JSON on standard output\n"
	"  --markdown FILE     for GitHub, at most 1 MiB\n"
	"  --junit FILE        JUnit XML\n"
	"  -o FILE             evidence: verdict, rules and all samples, for `bench-compare verify`,\n"
	"                      which takes the three above as well\n"
	"  interval: confidence 1 - 2 alpha / (number of gated benchmarks that share alpha), so\n"
	"  that it excludes 0 exactly when the test rejects\n"
	"\n"
	"gated prints the names that --match gates, one a line or in JSON; exit status 1: none\n"
	"\n"
	"exit status: 0 pass, 1 a gated benchmark regressed, 2 usage or unreadable input,\n"
	"3 inconclusive beyond --max-undetected, 4 the comparison is invalid (no benchmark matches,\n"
	"one is missing or unfit, outputs differ, the control differs, the canary was missed)\n"
	"Wilcoxon 1945; Hodges and Lehmann 1963; Mann and Whitney 1947: tools/lib/stats/stats.h\n";

/* From ALPHA to FLOOR as criteriaset() calls them. */
static const char *const numbers[] = {
	"alpha", "min_effect_pct", "margin_pct", "max_undetected_pct", "floor_pct"};

enum {
	ALPHA = 256,
	MIN,
	MARGIN,
	MAX,
	FLOOR,
	BASE,
	CAND,
	METRIC,
	FORMAT,
	BETTER,
	RENAME,
	EVEN,
	SAME,
	OTHER,
	MATCH,
	WAIVERS,
	TODAY,
	SHARES,
	MARKDOWN,
	JUNIT,
	JSON,
	VERSION
};
static const struct option options[] = {{"base", 1, NULL, BASE}, {"cand", 1, NULL, CAND},
	{"metric", 1, NULL, METRIC}, {"match", 1, NULL, MATCH}, {"alpha", 1, NULL, ALPHA},
	{"shares", 1, NULL, SHARES}, {"min-effect", 1, NULL, MIN}, {"margin", 1, NULL, MARGIN},
	{"max-undetected", 1, NULL, MAX}, {"floor", 1, NULL, FLOOR},
	{"even-identical", 0, NULL, EVEN}, {"require-same", 0, NULL, SAME},
	{"other-output", 0, NULL, OTHER}, {"waivers", 1, NULL, WAIVERS}, {"today", 1, NULL, TODAY},
	{"markdown", 1, NULL, MARKDOWN}, {"junit", 1, NULL, JUNIT}, {"format", 1, NULL, FORMAT},
	{"better", 1, NULL, BETTER}, {"rename", 1, NULL, RENAME}, {"json", 0, NULL, JSON},
	{"help", 0, NULL, 'h'}, {"version", 0, NULL, VERSION}, {0}};

static bool
outputoption(struct outputs *o, int c)
{
	switch (c) {
	case 'h':
		showhelp(usage, help);
	case VERSION:
		showversion();
	case MARKDOWN:
		o->markdown = optarg;
		return true;
	case JUNIT:
		o->junit = optarg;
		return true;
	case JSON:
		o->json = true;
		return true;
	default:
		return false;
	}
}

static const char *
oneof(const char *option, const char *a, const char *b)
{
	if (strcmp(optarg, a) && strcmp(optarg, b))
		fatal("read %s '%s': expected %s or %s", option, optarg, a, b);
	return optarg;
}

static bool
inputoption(struct criteria *q, struct foreign *f, int c)
{
	switch (c) {
	case BASE:
		q->base = optarg;
		return true;
	case CAND:
		q->cand = optarg;
		return true;
	case METRIC:
		q->metric = f->metric = metricnamed(oneof("--metric", "wall", "cpu"));
		return true;
	case FORMAT:
		f->format = optarg;
		return true;
	case BETTER:
		f->better = oneof("--better", "lower", "higher");
		return true;
	case RENAME:
		criteriarename(q, optarg);
		return true;
	case EVEN:
		q->even_identical = true;
		return true;
	case SAME:
		q->require_same = true;
		return true;
	case OTHER:
		q->other_output = true;
		return true;
	default:
		return false;
	}
}

static bool
ruleoption(struct criteria *q, int c)
{
	switch (c) {
	case ALPHA:
	case MIN:
	case MARGIN:
	case MAX:
	case FLOOR:
		criteriaset(q, numbers[c - ALPHA], optarg);
		return true;
	case SHARES:
		q->shares = readshares(optarg);
		return true;
	case MATCH:
		json_array_append_new(q->match, jsonstr(optarg));
		return true;
	case WAIVERS:
		q->waivers = waiversread(optarg);
		return true;
	case TODAY:
		if (!isdate(optarg))
			fatal("read --today '%s': expected a day as YYYY-MM-DD", optarg);
		q->today = optarg;
		return true;
	default:
		return false;
	}
}

static int
takers(const struct outputs *o)
{
	const char *const paths[] = {o->evidence, o->markdown, o->junit};
	int n = o->json;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		n += paths[i] && !strcmp(paths[i], "-");
	return n;
}

bool
stdouttaken(const struct outputs *o)
{
	return takers(o) > 0;
}

/* What is left when the options are read. */
static void
checkrest(const struct outputs *o, int operands, int most)
{
	if (operands < 1 || operands > most)
		usagefail(usage);
	if (takers(o) > 1)
		fatal("write '<stdout>': it can take one of JSON, evidence, Markdown and JUnit");
}

void
compareoptions(int argc, char **argv, struct criteria *q, struct foreign *f, struct outputs *o)
{
	static char today[] = "YYYY-MM-DD";
	int c;

	q->today = memcpy(today, utcnow(), sizeof(today) - 1);
	while ((c = getopt_long(argc, argv, "+ho:", options, NULL)) != -1) {
		if (c == 'o')
			o->evidence = optarg;
		else if (!inputoption(q, f, c) && !ruleoption(q, c) && !outputoption(o, c))
			usagefail(usage);
	}
	checkrest(o, argc - optind, 2);
	if (q->renames && argc - optind != 2)
		fatal("read --rename: benchmarks have two names only in two files");
	if (q->require_same && argc - optind != 2)
		fatal("read --require-same: only of two files one may lack a benchmark");
}

void
verifyoptions(int argc, char **argv, struct outputs *o)
{
	int c;

	while ((c = getopt_long(argc, argv, "+h", options, NULL)) != -1)
		if (!outputoption(o, c))
			usagefail(usage);
	checkrest(o, argc - optind, 1);
}

void
gatedoptions(int argc, char **argv, struct criteria *q, bool *json)
{
	struct outputs o = {0};
	int c;

	while ((c = getopt_long(argc, argv, "+h", options, NULL)) != -1)
		if (c == MARKDOWN || c == JUNIT ||
			!(c == MATCH ? ruleoption(q, c) : outputoption(&o, c)))
			usagefail(usage);
	*json = o.json;
}
