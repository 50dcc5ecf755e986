/*
 * bench-run: times commands fairly. Each round runs every arm once, in an order drawn from a
 * published seed, so that drift and neighbours on a shared machine hit all arms alike; many short
 * rounds beat few long ones. The receipt keeps every sample.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "file.h"
#include "guard.h"
#include "json.h"
#include "machine.h"
#include "mem.h"
#include "num.h"
#include "plan.h"
#include "proc.h"
#include "receipt.h"
#include "rounds.h"
#include "stats.h"

static const char usage[] =
	"usage: bench-run [-C DIR] [--rounds N | --budget S] [--seed HEX] [-o RECEIPT]\n"
	"                 [--export-json FILE] --plan FILE | --arm NAME=CMD --arm NAME=CMD ...";

static const char help[] =
	"Times each arm once per round, the rounds' orders drawn from a seed.\n"
	"\n"
	"what to measure\n"
	"  --arm NAME=CMD     an arm and its command, split into words without a shell:\n"
	"                     variables and patterns are expanded, a variable's value is one word\n"
	"  --bench NAME       the benchmark that the --arm commands belong to (default: command)\n"
	"  --shell            run the --arm commands through sh -c\n"
	"  --prepare CMD      sh -c CMD before every execution, untimed\n"
	"  --metric M         what is judged later, wall (default) or cpu; both are measured\n"
	"  --plan FILE        arms and benchmarks from JSON instead of these five:\n"
	"                     {\"arms\": [{\"name\", \"binary\"?}],\n"
	"                      \"benches\": [{\"name\", \"run\", \"prepare\"?, \"shell\"?, "
	"\"metric\"?}]}\n"
	"                     each command sees its arm's binary as PGOKIT_BINARY\n"
	"  -C DIR             run everything in DIR\n"
	"\n"
	"how long\n"
	"  --rounds N         rounds per benchmark, 1 to 100000\n"
	"  --budget S         seconds of measuring in all, shared evenly (default: 30), but at\n"
	"                     least 20 and at most 2000 rounds per benchmark\n"
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
	"median wall seconds, median CPU seconds (user + system). A sample is one execution, or "
	"the\n"
	"mean of several where one takes less than 2 ms. exit status: 0 measured, 1 a command "
	"failed\n"
	"(what was measured before is kept in the receipt), 2 usage or trouble\n";

enum { PLAN = 256, ARM, BENCH, SHELL, PREPARE, METRIC, ROUNDS, BUDGET, WARMUP, TIMEOUT };
enum { SEED = 300, JSON, EXPORT, VERSION };
static const struct option options[] = {{"plan", 1, NULL, PLAN}, {"arm", 1, NULL, ARM},
	{"bench", 1, NULL, BENCH}, {"shell", 0, NULL, SHELL}, {"prepare", 1, NULL, PREPARE},
	{"metric", 1, NULL, METRIC}, {"rounds", 1, NULL, ROUNDS}, {"budget", 1, NULL, BUDGET},
	{"warmup", 1, NULL, WARMUP}, {"timeout", 1, NULL, TIMEOUT}, {"seed", 1, NULL, SEED},
	{"json", 0, NULL, JSON}, {"export-json", 1, NULL, EXPORT}, {"help", 0, NULL, 'h'},
	{"version", 0, NULL, VERSION}, {0}};

struct request {
	const char *planfile, *dir;
	const char *receipt, *export; /* NULL: not wanted */
	struct settings set;
	bool seeded, single; /* --seed was given; an option of the one benchmark was */
	struct plan plan;
	struct bench bench; /* of the command line */
};

/* A name in a column: without tabs and newlines. */
static void
cell(const char *name)
{
	char *clean = xstrdup(name);

	printable(clean);
	printf("%s\t", clean);
	free(clean);
}

static void
summary(const struct plan *p, const struct series *ser)
{
	for (size_t b = 0; b < p->nbenches; b++) {
		size_t n = ser[b].rounds;
		double *t = xcalloc(n, sizeof(*t));

		for (size_t a = 0; n && a < p->narms; a++) {
			double wall;

			for (size_t i = 0; i < n; i++)
				t[i] = seriesat(&ser[b], p->narms, i, a)->wall_s;
			sortreal(t, n);
			wall = median(t, n);
			for (size_t i = 0; i < n; i++)
				t[i] = samplecpu(seriesat(&ser[b], p->narms, i, a));
			sortreal(t, n);
			cell(p->benches[b].name);
			cell(p->arms[a].name);
			printf("%zu\t%.6f\t%.6f\n", n, wall, median(t, n));
		}
		free(t);
	}
}

static uint64_t
seedof(const char *hex)
{
	size_t n = strlen(hex);

	if (!n || n > 16 || strspn(hex, "0123456789abcdefABCDEF") != n)
		fatal("read --seed '%s': expected 1 to 16 hexadecimal digits", hex);
	return strtoull(hex, NULL, 16);
}

/* NAME=CMD of --arm: a new arm with its lane in the one benchmark of the command line. */
static void
addarm(struct plan *p, struct bench *b, const char *arg)
{
	const char *eq = strchr(arg, '=');
	char *name;

	if (!eq || eq == arg || !eq[1])
		fatal("read --arm '%s': expected NAME=COMMAND", arg);
	name = xstrdup(arg);
	name[eq - arg] = '\0';
	planarm(p, name);
	free(name);
	b->lanes = xreallocarray(b->lanes, p->narms, sizeof(*b->lanes));
	b->lanes[p->narms - 1] = (struct lane){.text = xstrdup(eq + 1)};
}

/* The option c of the one benchmark that the command line describes; false for any other. */
static bool
singleoption(struct request *q, int c, char *arg)
{
	switch (c) {
	case ARM:
		addarm(&q->plan, &q->bench, arg);
		break;
	case BENCH:
		q->bench.name = arg;
		break;
	case SHELL:
		q->bench.shell = true;
		break;
	case PREPARE:
		q->bench.prepare = arg;
		break;
	case METRIC:
		if (strcmp(arg, "wall") && strcmp(arg, "cpu"))
			fatal("read --metric '%s': expected wall or cpu", arg);
		q->bench.metric = arg;
		break;
	default:
		return false;
	}
	return q->single = true;
}

static void
getoptions(struct request *q, int argc, char **argv)
{
	bool budget = false;
	int c;

	while ((c = getopt_long(argc, argv, "+hC:o:", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case 'C':
			q->dir = optarg;
			break;
		case 'o':
			q->receipt = optarg;
			break;
		case JSON:
			q->receipt = "-";
			break;
		case EXPORT:
			q->export = optarg;
			break;
		case PLAN:
			q->planfile = optarg;
			break;
		case ROUNDS:
			q->set.rounds = numint("--rounds", optarg, 1, 100000);
			break;
		case BUDGET:
			q->set.budget_s = numreal("--budget", optarg, .1, 86400);
			budget = true;
			break;
		case WARMUP:
			q->set.warmup = numint("--warmup", optarg, 1, 100);
			break;
		case TIMEOUT:
			q->set.timeout_s = numreal("--timeout", optarg, .01, 86400);
			break;
		case SEED:
			q->set.seed = seedof(optarg);
			q->seeded = true;
			break;
		default:
			if (!singleoption(q, c, optarg))
				usagefail(usage);
		}
	}
	if (optind < argc || (budget && q->set.rounds) ||
		(q->planfile ? q->single : !q->plan.narms))
		usagefail(usage);
	if (q->receipt && q->export && !strcmp(q->receipt, "-") && !strcmp(q->export, "-"))
		fatal("write '<stdout>': it can take the receipt or the export, not both");
}

int
main(int argc, char **argv)
{
	struct request q = {.set = {.budget_s = 30, .warmup = 2, .timeout_s = 600},
		.bench = {.name = xstrdup("command"), .metric = xstrdup("wall")}};
	struct series *ser;
	json_t *facts;
	bool ok;

	progname = "bench-run";
	getoptions(&q, argc, argv);
	guard();
	adopt();
	if (q.planfile)
		planread(&q.plan, q.planfile);
	else
		*planbench(&q.plan, q.bench.name) = q.bench;

	/* Result files are named from where the caller stands. */
	q.receipt = q.receipt ? absolute(q.receipt) : NULL;
	q.export = q.export ? absolute(q.export) : NULL;
	if (q.dir && chdir(q.dir))
		fatal("enter '%s':", q.dir);
	planresolve(&q.plan);
	if (!q.seeded)
		q.set.seed = planseed(&q.plan);

	facts = machinefacts(); /* before the load of the measurement itself */
	ser = xcalloc(q.plan.nbenches, sizeof(*ser));
	ok = measure(&q.plan, &q.set, ser);
	ok = planunchanged(&q.plan) && ok;
	if (q.receipt)
		receiptwrite(q.receipt, &q.plan, ser, q.set.seed, ok, facts);
	if (q.export)
		hyperfinewrite(q.export, &q.plan, ser);
	if (!(q.receipt && !strcmp(q.receipt, "-")) && !(q.export && !strcmp(q.export, "-")))
		summary(&q.plan, ser);
	closeout();
	return ok ? EXIT_YES : EXIT_NO;
}
