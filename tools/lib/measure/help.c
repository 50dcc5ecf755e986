/* What bench-run -h says. */
#include "base/buf.h"
#include "base/err.h"
#include "measure/help.h"

const char runusage[] =
	"usage: bench-run [-C DIR] [--rounds N | --budget S] [--seed HEX] [-o RECEIPT]\n"
	"                 [--export-json FILE] --plan FILE | --arm NAME=CMD --arm NAME=CMD ...";

/* In two parts: C promises no more than 4095 bytes of one literal. */
static const char what[] =
	"Times each arm once per round, the rounds' orders drawn from a seed.\n"
	"\n"
	"what to measure\n"
	"  --arm NAME=CMD     an arm and its command, split into words without a shell:\n"
	"                     variables and patterns are expanded, a variable's value is one word\n"
	"  --bench NAME       the benchmark that the --arm commands belong to (default: command)\n"
	"  --shell            run the --arm commands through sh -c\n"
	"  --prepare CMD      sh -c CMD before every execution, untimed\n"
	"  --cleanup CMD      sh -c CMD after every execution, also a failed one, untimed\n"
	"  --metric M         what is judged later, wall (default) or cpu, both are measured; or\n"
	"                     instructions: counted by valgrind's callgrind, in all processes,\n"
	"                     which takes some fifty times as long as a run; twice, four times\n"
	"                     where arms differ, 20 times where counts of one arm do; or peak_rss,\n"
	"                     the largest resident set of one of its processes\n"
	"  --plan FILE        arms and benchmarks from JSON instead of these six:\n"
	"                     {\"arms\": [{\"name\", \"binary\"?, \"role\"?, \"slow_pct\"?,\n"
	"                        \"layout\"?}],\n"
	"                      \"benches\": [{\"name\", \"run\", \"prepare\"?, \"cleanup\"?, \"shell\"?,\n"
	"                        \"metric\"?, \"timeout_s\"?, \"min_effect_pct\"?, \"margin_pct\"?,\n"
	"                        \"max_undetected_pct\"?, \"other_output\"?, \"runs\"?, \"suite\"?}]}\n"
	"                     runs, {ARM: CMD}: what an arm runs instead; each sees its binary as\n"
	"                     PGOKIT_BINARY (PGOKIT_PAD makes environments equally long);\n"
	"                     the other numbers are for bench-compare; a metric is one of those\n"
	"                     above, or a number that the command prints: {\"name\"?, \"unit\",\n"
	"                     \"better\"? (lower, higher), \"from\": {\"regex\": extended, its first\n"
	"                     group} or {\"jq\"}}; \"suite\" instead of a metric: the command measures\n"
	"                     many benchmarks, each of which is judged by its own name:\n"
	"                     {\"format\": as bench-compare --format has it, \"results\"?: a path that\n"
	"                     it writes (else its output), \"better\"?: {UNIT: lower or higher}}, or\n"
	"                     {\"format\": \"command\", \"rows\": {\"regex\": of a name and a number,\n"
	"                     \"unit\", \"better\"?} or {\"jq\": a filter for {name, unit, better,\n"
	"                     samples}}}\n"
	"  --role NAME=ROLE   what an arm is in a gate: base, cand, control (a copy of the base),\n"
	"                     canary (the base slowed down) or release\n"
	"  --slow NAME=PCT    the arm loses PCT percent (0 to 1000) of what the base (without one,\n"
	"                     itself) took in the warm-up, by the metric: a copy of its binary as it\n"
	"                     starts, or the launcher where that cannot be; a suite is stopped for\n"
	"                     that share of its time instead, again and again\n"
	"  --own DIR          where files are left in the folder, each arm runs in a copy below DIR\n"
	"  --cpu LIST         the commands run on these CPUs only (0,2-3); prepare and cleanup on\n"
	"                     any\n"
	"  -C DIR             run everything in DIR\n"
	"\n"
	"Where two arms have a binary, each benchmark first runs twice in each, untimed and traced\n"
	"(ptrace). One that does not execute it (or a copy), both times, as often as in other arms,\n"
	"or does not wait for it, ends it all. Each arm has a HOME and a TMPDIR of its own.\n"
	"\n";

static const char rest[] =
	"how long\n"
	"  --rounds N         rounds per benchmark, 1 to 100000\n"
	"  --budget S         seconds of measuring in all, shared evenly (default: 30), but at\n"
	"                     least 20 and at most 2000 rounds per benchmark\n"
	"  --decide           stop as soon as each gated benchmark is decided, arm cand against\n"
	"                     arm base, and its canary is found; the time that is left goes to the\n"
	"                     benchmark that is nearest a verdict, even past its plan\n"
	"  --match PATTERN, --alpha P, --shares N, --min-effect PCT, --margin PCT   decide by these\n"
	"                     rules of bench-compare, which has to be told the same\n"
	"  --warmup N         rounds thrown away first, 1 to 100 (default: 2)\n"
	"  --timeout S        seconds for one execution, then its process group is killed\n"
	"                     (default: 600)\n"
	"  --seed HEX         up to 16 hexadecimal digits (default: from commands and files)\n"
	"\n"
	"results\n"
	"  -o FILE            the receipt, JSON: all samples in order, seed, files and their\n"
	"                     hashes, machine; - is standard output\n"
	"  --json             the same as -o -\n"
	"  --export-json FILE the samples as hyperfine writes them (command = arm, or\n"
	"                     benchmark/arm where there are several benchmarks)\n"
	"\n"
	"standard output: a line per benchmark and arm, tab-separated: benchmark, arm, rounds,\n"
	"median wall seconds, median CPU seconds (user + system), or instead of these two the\n"
	"median count of instructions, or number. A sample is one execution, or the mean of several where one\n"
	"takes less than 2 ms. exit status: 0 measured, 1 a command failed (what was measured\n"
	"before is kept in the receipt), 2 usage or trouble\n";

void
runhelp(void)
{
	struct buf all = {0};

	bufputs(&all, what);
	bufputs(&all, rest);
	showhelp(runusage, bufstr(&all));
}
