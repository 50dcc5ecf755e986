/* What bench-compare -h says. */
#include "base/buf.h"
#include "base/err.h"
#include "compare/help.h"

const char compareusage[] =
	"usage: bench-compare [options] RECEIPT        two arms of one receipt (paired)\n"
	"       bench-compare [options] BASE CAND      two files (sequential)\n"
	"       bench-compare verify EVIDENCE|PAGE|RECEIPT\n"
	"                                              recompute a recorded verdict, or give one\n"
	"       bench-compare gated [--match PATTERN ...] [--json] [NAME ...]\n"
	"                                              which of the benchmarks are gated";

/* In two parts: C promises no more than 4095 bytes of one literal. */
static const char input[] =
	"Compares times; an effect is a ratio, above 0 % when the candidate is slower.\n"
	"\n"
	"input\n"
	"  RECEIPT             written by bench-run: rounds whose order was drawn from a seed get the\n"
	"                      exact signed-rank test, look by look where they were planned\n"
	"  BASE CAND           hyperfine --export-json files, or receipts: two separate blocks, in\n"
	"                      which drift looks like an effect; below --floor nothing is called,\n"
	"                      and of a single value each no more than that they differ\n"
	"  --base ARM, --cand ARM   arms of the receipt (default: those with these roles, else the\n"
	"                      first and the second)\n"
	"  --format NAME       the files are of another program: criterion (a folder target/criterion;\n"
	"                      --base and --cand name baselines in it), cargo-criterion, critcmp,\n"
	"                      google-benchmark, github-action-benchmark, pytest-benchmark, pyperf,\n"
	"                      go-bench, libtest, gungraun, callgrind; or auto. Needs jq\n"
	"  --better [UNIT=]lower|higher   of rows that have no direction of their own: those of one\n"
	"                      unit, or all others; may be repeated. Known are times (less is better),\n"
	"                      bytes, allocs, instructions, cycles (less), bytes, ops, iterations and items per\n"
	"                      second (more). What differs without a direction is \"changed\"\n"
	"  --counter NAME      of Google Benchmark: that counter of the user's, instead of the time\n"
	"  --metric wall|cpu   instead of the one that the receipt says\n"
	"  --rename OLD=NEW    what is called OLD in BASE is called NEW in CAND; may be repeated\n"
	"  --require-same      a gated benchmark that only CAND has, and BASE may have lost, makes the\n"
	"                      comparison invalid; without this it is \"new\", and passes under a warning\n"
	"  --even-identical    judge also what is the same command on the same files\n"
	"  --other-output      base and candidate are of different sources and may print different\n"
	"                      things: say so, and judge all the same\n"
	"  --other-machine     likewise of two files that name different machines (CPU, cores, caches,\n"
	"                      system, compiler, or a debug build); else they are not compared\n"
	"\n"
	"arms with roles (bench-run --role), against the base\n"
	"  control             its program once more: must not differ (error 0.1 %, shared)\n"
	"  canary              its program slowed down: must be found slower\n"
	"  release             the last release: shows what small steps have come to, decides nothing\n"
	"  several layouts of base and candidate count as their mean; what is no larger than the\n"
	"  differences among the base's is layout-suspect and passes\n";

static const char rules[] =
	"\n"
	"rules (those that the receipt has for a benchmark of its own go first)\n"
	"  --match PATTERN     which benchmarks are gated; may be repeated (default: those named\n"
	"                      *_full_check_flow, full_check_flow, full_check_flow/*,\n"
	"                      *_full_check_flow/*)\n"
	"  --alpha P           chance of a false alarm over all gated benchmarks (default 0.01);\n"
	"                      of two files that of the test, which knows nothing of drift\n"
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
	"  --project NAME      whose, in its first line\n"
	"  --junit FILE        JUnit XML\n"
	"  --html FILE         a page for browsers, which needs nothing else: every run, with the\n"
	"                      evidence inside\n"
	"  --about FILE        a report.json of pgokit report: the page begins with its variants\n"
	"  -o FILE             evidence: verdict, rules and all samples, for `bench-compare verify`,\n"
	"                      which takes the others above, too\n"
	"  interval: confidence 1 - 2 alpha / (number of gated benchmarks that share alpha), so\n"
	"  that it excludes 0 exactly when the test rejects\n"
	"\n"
	"verify proves that samples, settings and verdict fit each other: arithmetic, and that a receipt\n"
	"is of one piece. It cannot prove where they come from: that is what an attestation is for. Of a page\n"
	"it reads the evidence inside, and none of what is shown around it\n"
	"\n"
	"gated prints the names that --match gates, one a line or in JSON; exit status 1: none\n"
	"\n"
	"exit status: 0 pass, 1 a gated benchmark regressed, 2 usage or unreadable input,\n"
	"3 inconclusive beyond --max-undetected, 4 the comparison is invalid (no benchmark matches,\n"
	"one is missing or unfit, outputs differ, the control differs, the canary was missed)\n"
	"Wilcoxon 1945; Hodges and Lehmann 1963; Mann and Whitney 1947: tools/lib/stats/stats.h\n";

void
comparehelp(void)
{
	struct buf all = {0};

	bufputs(&all, input);
	bufputs(&all, rules);
	showhelp(compareusage, bufstr(&all));
}
