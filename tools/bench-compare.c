/*
 * bench-compare: regressed, improved, unchanged or inconclusive, per benchmark, from the samples of
 * two arms. Missing or unfit data is never a pass.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "err.h"
#include "evidence.h"
#include "foreign.h"
#include "json.h"
#include "junit.h"
#include "machine.h"
#include "markdown.h"
#include "question.h"
#include "table.h"
#include "waivers.h"

static const char usage[] =
	"usage: bench-compare [options] RECEIPT        two arms of one receipt (paired)\n"
	"       bench-compare [options] BASE CAND      two files (sequential)\n"
	"       bench-compare verify EVIDENCE|RECEIPT  recompute a recorded verdict, or give one";

static const char help[] =
	"Compares times; an effect is a ratio, above 0 % when the candidate is slower.\n"
	"\n"
	"input\n"
	"  RECEIPT             written by bench-run: rounds whose order was drawn from a seed get "
	"the\n"
	"                      exact signed-rank test, look by look where they were planned\n"
	"  BASE CAND           hyperfine --export-json files, or receipts: two separate blocks, "
	"in\n"
	"                      which drift looks like an effect; below --floor nothing is called\n"
	"  --base ARM, --cand ARM   arms of the receipt (default: those with these roles, else "
	"the\n"
	"                      first and the second)\n"
	"  --format NAME       the files are of another program: criterion (a folder "
	"target/criterion;\n"
	"                      --base and --cand name baselines in it), cargo-criterion, critcmp,\n"
	"                      google-benchmark, github-action-benchmark, pytest-benchmark, "
	"pyperf,\n"
	"                      go-bench, libtest, gungraun, callgrind; or auto. Needs jq\n"
	"  --better lower|higher   where a file does not say which\n"
	"  --metric wall|cpu   instead of the one that the receipt says\n"
	"  --even-identical    judge also what is the same command on the same files\n"
	"  --other-output      base and candidate are of different sources and may print "
	"different\n"
	"                      things: say so, and judge all the same\n"
	"\n"
	"arms with roles (bench-run --role), against the base\n"
	"  control             its program once more: must not differ (error 0.1 %, shared)\n"
	"  canary              its program slowed down: must be found slower\n"
	"  release             the last release: shows what small steps have come to, decides "
	"nothing\n"
	"  several layouts of base and candidate count as their mean; what is no larger than the\n"
	"  differences among the base's is layout-suspect and passes\n"
	"\n"
	"rules (those that the receipt has for a benchmark of its own go first)\n"
	"  --match PATTERN     which benchmarks are gated; may be repeated (default: those named\n"
	"                      *_full_check_flow, full_check_flow, full_check_flow/*,\n"
	"                      *_full_check_flow/*)\n"
	"  --alpha P           chance of a false alarm over all gated benchmarks (default 0.01)\n"
	"  --min-effect PCT    smaller differences are never called (default 0.5)\n"
	"  --margin PCT        what \"unchanged\" rules out, at 95 % (default 1)\n"
	"  --max-undetected PCT  an inconclusive benchmark passes only while the smallest "
	"slowdown\n"
	"                      that it could have shown is at most this (default 5)\n"
	"  --floor PCT         for sequential data (default 10)\n"
	"  --waivers FILE      regressions that are accepted: JSON, [{\"benchmark\": name,\n"
	"                      \"max_pct\": number, \"reason\": text, \"expires\": "
	"\"YYYY-MM-DD\"}, ...]\n"
	"  --today YYYY-MM-DD  the day by which they expire (default: today, UTC)\n"
	"\n"
	"output (- is standard output, which has a table unless it has one of these)\n"
	"  --json              the verdict as JSON on standard output\n"
	"  --markdown FILE     for GitHub, at most 1 MiB\n"
	"  --junit FILE        JUnit XML\n"
	"  -o FILE             evidence: verdict, rules and all samples, for `bench-compare "
	"verify`,\n"
	"                      which takes the three above as well\n"
	"  interval: confidence 1 - 2 alpha / (number of gated benchmarks), so that it excludes 0\n"
	"  exactly when the test rejects\n"
	"\n"
	"exit status: 0 pass, 1 a gated benchmark regressed, 2 usage or unreadable input,\n"
	"3 inconclusive beyond --max-undetected, 4 the comparison is invalid (no benchmark "
	"matches,\n"
	"one is missing or unfit, outputs differ, the control differs, the canary was missed)\n"
	"Wilcoxon 1945; Hodges and Lehmann 1963; Mann and Whitney 1947: tools/lib/stats.h\n";

enum {
	BASE = 256,
	CAND,
	METRIC,
	MATCH,
	ALPHA,
	MIN,
	MARGIN,
	MAX,
	FLOOR,
	EVEN,
	OTHER,
	WAIVERS,
	TODAY,
	MARKDOWN,
	JUNIT,
	FORMAT,
	BETTER,
	JSON,
	VERSION
};
static const struct option options[] = {{"base", 1, NULL, BASE}, {"cand", 1, NULL, CAND},
	{"metric", 1, NULL, METRIC}, {"match", 1, NULL, MATCH}, {"alpha", 1, NULL, ALPHA},
	{"min-effect", 1, NULL, MIN}, {"margin", 1, NULL, MARGIN}, {"max-undetected", 1, NULL, MAX},
	{"floor", 1, NULL, FLOOR}, {"even-identical", 0, NULL, EVEN},
	{"other-output", 0, NULL, OTHER}, {"waivers", 1, NULL, WAIVERS}, {"today", 1, NULL, TODAY},
	{"markdown", 1, NULL, MARKDOWN}, {"junit", 1, NULL, JUNIT}, {"format", 1, NULL, FORMAT},
	{"better", 1, NULL, BETTER}, {"json", 0, NULL, JSON}, {"help", 0, NULL, 'h'},
	{"version", 0, NULL, VERSION}, {0}};

/* Where the answer goes; "-" is standard output, which has the table unless it has another. */
struct outputs {
	const char *evidence, *markdown, *junit;
	bool json;
};

static bool
isstdout(const char *path)
{
	return path && !strcmp(path, "-");
}

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

static int
stdouttakers(const struct outputs *o)
{
	return o->json + isstdout(o->evidence) + isstdout(o->markdown) + isstdout(o->junit);
}

static void
checkoutputs(const struct outputs *o)
{
	if (stdouttakers(o) > 1)
		fatal("write '<stdout>': it can take one of JSON, evidence, Markdown and JUnit");
}

static void
present(const struct outputs *o, const json_t *verdict)
{
	if (o->markdown)
		markdownwrite(o->markdown, verdict);
	if (o->junit)
		junitwrite(o->junit, verdict);
	if (o->json)
		jsonwrite("-", verdict);
	if (!stdouttakers(o))
		tableprint(verdict);
	closeout();
}

static void
getoptions(struct question *q, struct foreign *f, struct outputs *o, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "+ho:", options, NULL)) != -1) {
		switch (c) {
		case 'o':
			o->evidence = optarg;
			break;
		case BASE:
			q->base = optarg;
			break;
		case CAND:
			q->cand = optarg;
			break;
		case METRIC:
			if (strcmp(optarg, "wall") && strcmp(optarg, "cpu"))
				fatal("read --metric '%s': expected wall or cpu", optarg);
			q->metric = optarg;
			break;
		case FORMAT:
			f->format = optarg;
			break;
		case BETTER:
			if (strcmp(optarg, "lower") && strcmp(optarg, "higher"))
				fatal("read --better '%s': expected lower or higher", optarg);
			f->better = optarg;
			break;
		case MATCH:
			json_array_append_new(q->match, jsonstr(optarg));
			break;
		case ALPHA:
			questionset(q, "alpha", optarg);
			break;
		case MIN:
			questionset(q, "min_effect_pct", optarg);
			break;
		case MARGIN:
			questionset(q, "margin_pct", optarg);
			break;
		case MAX:
			questionset(q, "max_undetected_pct", optarg);
			break;
		case FLOOR:
			questionset(q, "floor_pct", optarg);
			break;
		case OTHER:
			q->other_output = true;
			break;
		case EVEN:
			q->even_identical = true;
			break;
		case WAIVERS:
			q->waivers = waiversread(optarg);
			break;
		case TODAY:
			if (!isdate(optarg))
				fatal("read --today '%s': expected a day as YYYY-MM-DD", optarg);
			q->today = optarg;
			break;
		default:
			if (!outputoption(o, c))
				usagefail(usage);
		}
	}
	if (argc - optind < 1 || argc - optind > 2)
		usagefail(usage);
}

/* bench-compare verify EVIDENCE|RECEIPT */
static int
verify(int argc, char **argv)
{
	struct outputs o = {0};
	json_t *v;
	int c;

	while ((c = getopt_long(argc, argv, "+h", options, NULL)) != -1)
		if (!outputoption(&o, c))
			usagefail(usage);
	if (optind + 1 != argc)
		usagefail(usage);
	checkoutputs(&o);
	v = evidenceverdict(argv[optind]);
	present(&o, v);
	return (int)json_integer_value(json_object_get(v, "exit"));
}

/* Reads one file; its text stays in b. */
static void
opendocument(struct document *d, const char *path, const struct foreign *f, const char *arm,
	struct buf *b)
{
	struct span v;

	if (f->format)
		foreignread(b, path, f, arm);
	if (!(f->format ? spanparse(path, b, &v) : spanread(path, DOCUMENT_MAX, b, &v)))
		exit(EXIT_TROUBLE);
	documentopen(d, path, v);
}

int
main(int argc, char **argv)
{
	struct question q = questiondefault();
	char today[] = "YYYY-MM-DD";
	struct document docs[2];
	struct buf text[2] = {{0}, {0}};
	struct outputs o = {0};
	json_t *verdict;
	struct foreign f = {0};
	size_t n;

	progname = "bench-compare";
	if (argc > 1 && !strcmp(argv[1], "verify"))
		return verify(argc - 1, argv + 1);
	q.today = memcpy(today, utcnow(), sizeof(today) - 1);
	getoptions(&q, &f, &o, argc, argv);
	checkoutputs(&o);
	questionmatch(&q);
	f.metric = q.metric;
	n = (size_t)(argc - optind);
	for (size_t i = 0; i < n; i++)
		opendocument(&docs[i], argv[optind + (int)i], &f, i ? q.cand : q.base, &text[i]);

	verdict = answer(&q, docs, n);
	if (o.evidence)
		evidencewrite(o.evidence, &q, docs, n, verdict);
	present(&o, verdict);
	tableadvise(verdict);
	return (int)json_integer_value(json_object_get(verdict, "exit"));
}
