/*
 * bench-run: times commands fairly. Each round runs every arm once, in an order drawn from a
 * published seed, so that drift and neighbours on a shared machine hit all arms alike; many short
 * rounds beat few long ones. The receipt keeps every sample.
 */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "file.h"
#include "json.h"
#include "machine.h"
#include "mem.h"
#include "num.h"
#include "order.h"
#include "plan.h"
#include "progress.h"
#include "receipt.h"
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

enum { ROUNDS_MIN = 20, ROUNDS_MAX = 2000 };
static const double sample_min_s = .002; /* below it the clock's and launcher's share grows */

struct settings {
	long long rounds; /* 0: by budget */
	double budget_s;
	long long warmup;
	double timeout_s;
	uint64_t seed;
	bool seeded;
};

/* Descriptors of the unlinked files that catch what the command under test prints. */
struct capture {
	int out;
	int err;
};

static int
scratch(void)
{
	const char *dir = getenv("TMPDIR");
	struct buf b = {0};
	int fd;

	bufprintf(&b, "%s/bench-run.XXXXXX", dir && *dir ? dir : "/tmp");
	fd = mkstemp(bufstr(&b));
	if (fd < 0)
		fatal("create '%s':", b.p);
	unlink(b.p);
	bufrelease(&b);
	return fd;
}

static void
rewound(int fd)
{
	if (ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET) < 0)
		fatal("empty the output file:");
}

/* Prints the end of what the command said on standard error: usually the reason. */
static void
showerror(int fd)
{
	char text[2049];
	off_t end = lseek(fd, 0, SEEK_END);
	ssize_t n;

	n = pread(fd, text, sizeof(text) - 1, end > 2048 ? end - 2048 : 0);
	if (n <= 0)
		return;
	text[n] = '\0';
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		warn("  it said: %s", line);
}

static bool
prepare(const struct bench *b, const struct settings *set, const struct capture *cap)
{
	struct run r = {.out = cap->err, .err = cap->err, .timeout_s = set->timeout_s};
	struct command c;
	struct outcome o;
	const char *why;
	bool ok;

	if (!b->prepare)
		return true;
	rewound(cap->err);
	commandparse(&c, b->prepare, true, &why);
	r.command = &c;
	if (!procrun(&r, &o))
		fatal("start a process:");
	ok = !*outcometext(&o);
	if (!ok) {
		warn("prepare benchmark '%s': %s", b->name, outcometext(&o));
		showerror(cap->err);
	}
	commandrelease(&c);
	return ok;
}

/* One sample: `times` executions of one arm, their mean. False after a message when one failed. */
static bool
sample(const struct plan *p, const struct bench *b, size_t arm, const struct settings *set,
	unsigned times, const struct capture *cap, struct sample *s)
{
	const struct lane *l = &b->lanes[arm];
	struct run r = {&l->command, cap->out, cap->err, set->timeout_s};

	*s = (struct sample){0};
	armenter(&p->arms[arm]);
	for (unsigned i = 0; i < times; i++) {
		struct outcome o;

		if (!prepare(b, set, cap))
			return false;
		rewound(cap->out);
		rewound(cap->err);
		if (!procrun(&r, &o))
			fatal("start a process:");
		if (*outcometext(&o)) {
			warn("run '%s' of benchmark '%s', arm '%s': %s", l->text, b->name,
				p->arms[arm].name, outcometext(&o));
			showerror(cap->err);
			return false;
		}
		sampleadd(s, &o);
	}
	samplemean(s, times);
	if (lseek(cap->out, 0, SEEK_SET) < 0 || sha256fd(cap->out, s->output))
		fatal("read back the output of '%s':", l->text);
	return true;
}

/* Runs one round of one benchmark and appends it to its series, unless `keep` is off (warm-up). */
static bool
oneround(const struct plan *p, size_t bench, const struct settings *set, struct series *ser,
	const struct capture *cap, bool keep, double *longest)
{
	size_t *order = xcalloc(p->narms, sizeof(*order));
	struct sample *got = xcalloc(p->narms, sizeof(*got));
	long long steal = stealticks();
	bool ok = true;

	roundorder(set->seed, ser->rounds, p->narms, order);
	for (size_t i = 0; ok && i < p->narms; i++)
		ok = sample(
			p, &p->benches[bench], order[i], set, ser->executions, cap, &got[order[i]]);
	for (size_t i = 0; ok && longest && i < p->narms; i++)
		*longest = fmax(*longest, got[i].wall_s);
	if (ok && keep)
		seriesadd(ser, p->narms, order, got, stealticks() - steal);
	free(got);
	free(order);
	return ok;
}

static double
clocknow(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Warm-up: also finds how many executions a sample needs to be long enough to time. */
static bool
warm(const struct plan *p, const struct settings *set, struct series *ser,
	const struct capture *cap)
{
	for (size_t b = 0; b < p->nbenches; b++) {
		double longest = 0;

		for (long long i = 0; i < set->warmup; i++) {
			longest = 0;
			if (!oneround(p, b, set, &ser[b], cap, false, &longest))
				return false;
		}
		if (longest < sample_min_s)
			ser[b].executions = (unsigned)ceil(sample_min_s / fmax(longest, 1e-5));
	}
	return true;
}

/* The benchmark that has had the least of its share so far, or nbenches when all are done. */
static size_t
nextbench(const struct plan *p, const struct settings *set, const struct series *ser,
	const double *spent)
{
	double share = set->budget_s / (double)p->nbenches;
	size_t best = p->nbenches;

	for (size_t b = 0; b < p->nbenches; b++) {
		bool done = ser[b].rounds >= ROUNDS_MAX ||
			    (ser[b].rounds >= ROUNDS_MIN && spent[b] >= share);

		if (set->rounds)
			done = ser[b].rounds >= (size_t)set->rounds;
		if (!done && (best == p->nbenches || spent[b] < spent[best]))
			best = b;
	}
	return best;
}

/* Seconds of measuring that are still to come. */
static double
remaining(const struct plan *p, const struct settings *set, const struct series *ser,
	const double *spent)
{
	double share = set->budget_s / (double)p->nbenches, left = 0;

	for (size_t b = 0; b < p->nbenches; b++) {
		double each = ser[b].rounds ? spent[b] / (double)ser[b].rounds : 0;

		if (set->rounds)
			left += each * (double)((size_t)set->rounds - ser[b].rounds);
		else
			left += fmin(fmax(0, share - spent[b]),
				each * (double)(ROUNDS_MAX - ser[b].rounds));
	}
	return left;
}

static bool
measure(const struct plan *p, const struct settings *set, struct series *ser,
	const struct capture *cap)
{
	double *spent = xcalloc(p->nbenches, sizeof(*spent));
	struct progress shown = {0};
	bool ok = true;
	size_t b;

	while (ok && (b = nextbench(p, set, ser, spent)) < p->nbenches) {
		double begin = clocknow();

		ok = oneround(p, b, set, &ser[b], cap, true, NULL);
		spent[b] += clocknow() - begin;
		progressline(&shown, "round %zu, %s, %.0f s left", ser[b].rounds,
			p->benches[b].name, remaining(p, set, ser, spent));
	}
	progressend(&shown);
	free(spent);
	return ok;
}

/* The default seed: whoever measures the same commands on the same files gets the same orders. */
static uint64_t
contentseed(const struct plan *p)
{
	struct sha256 s;
	char hex[SHA256_HEX], head[17] = "";

	sha256init(&s);
	for (size_t i = 0; i < p->nbenches; i++) {
		sha256add(&s, p->benches[i].name, strlen(p->benches[i].name) + 1);
		for (size_t j = 0; j < p->narms; j++) {
			const struct lane *l = &p->benches[i].lanes[j];

			sha256add(&s, l->text, strlen(l->text) + 1);
			sha256add(&s, l->hash, strlen(l->hash) + 1);
		}
	}
	sha256hex(&s, hex);
	memcpy(head, hex, 16);
	return strtoull(head, NULL, 16);
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
			printf("%s\t%s\t%zu\t%.6f\t%.6f\n", p->benches[b].name, p->arms[a].name, n,
				wall, median(t, n));
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

int
main(int argc, char **argv)
{
	enum { PLAN = 256, ARM, BENCH, SHELL, PREPARE, METRIC, ROUNDS, BUDGET, WARMUP, TIMEOUT };
	enum { SEED = 300, JSON, EXPORT, VERSION };
	static const struct option options[] = {{"plan", 1, NULL, PLAN}, {"arm", 1, NULL, ARM},
		{"bench", 1, NULL, BENCH}, {"shell", 0, NULL, SHELL}, {"prepare", 1, NULL, PREPARE},
		{"metric", 1, NULL, METRIC}, {"rounds", 1, NULL, ROUNDS},
		{"budget", 1, NULL, BUDGET}, {"warmup", 1, NULL, WARMUP},
		{"timeout", 1, NULL, TIMEOUT}, {"seed", 1, NULL, SEED}, {"json", 0, NULL, JSON},
		{"export-json", 1, NULL, EXPORT}, {"help", 0, NULL, 'h'},
		{"version", 0, NULL, VERSION}, {0}};
	struct settings set = {.budget_s = 30, .warmup = 2, .timeout_s = 600};
	struct bench single = {.name = xstrdup("command"), .metric = xstrdup("wall")};
	const char *planfile = NULL, *receipt = NULL, *export = NULL, *dir = NULL;
	struct plan plan = {0};
	struct capture cap;
	struct series *ser;
	json_t *facts;
	bool ok;
	int c;

	progname = "bench-run";
	while ((c = getopt_long(argc, argv, "+hC:o:", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case 'C':
			dir = optarg;
			break;
		case 'o':
			receipt = optarg;
			break;
		case JSON:
			receipt = "-";
			break;
		case EXPORT:
			export = optarg;
			break;
		case PLAN:
			planfile = optarg;
			break;
		case ARM:
			addarm(&plan, &single, optarg);
			break;
		case BENCH:
			single.name = optarg;
			break;
		case SHELL:
			single.shell = true;
			break;
		case PREPARE:
			single.prepare = optarg;
			break;
		case METRIC:
			if (strcmp(optarg, "wall") && strcmp(optarg, "cpu"))
				fatal("read --metric '%s': expected wall or cpu", optarg);
			single.metric = optarg;
			break;
		case ROUNDS:
			set.rounds = numint("--rounds", optarg, 1, 100000);
			break;
		case BUDGET:
			set.budget_s = numreal("--budget", optarg, .1, 86400);
			break;
		case WARMUP:
			set.warmup = numint("--warmup", optarg, 1, 100);
			break;
		case TIMEOUT:
			set.timeout_s = numreal("--timeout", optarg, .01, 86400);
			break;
		case SEED:
			set.seed = seedof(optarg);
			set.seeded = true;
			break;
		default:
			usagefail(usage);
		}
	}
	if (optind < argc || (planfile != NULL) == (plan.narms > 0))
		usagefail(usage);

	if (planfile) {
		planread(&plan, planfile);
	} else {
		struct bench *b = planbench(&plan, single.name);

		single.name = b->name;
		*b = single;
	}
	if (!plan.narms || !plan.nbenches)
		fatal("read '%s': there is no arm or no benchmark in it", planfile);
	tether();
	/* Result files are named from where the caller stands. */
	receipt = receipt ? absolute(receipt) : NULL;
	export = export ? absolute(export) : NULL;
	if (dir && chdir(dir))
		fatal("enter '%s':", dir);
	planresolve(&plan);
	if (!set.seeded)
		set.seed = contentseed(&plan);

	facts = machinefacts(); /* before the load of the measurement itself */
	ser = xcalloc(plan.nbenches, sizeof(*ser));
	for (size_t i = 0; i < plan.nbenches; i++)
		ser[i].executions = 1;
	cap = (struct capture){scratch(), scratch()};
	ok = warm(&plan, &set, ser, &cap) && measure(&plan, &set, ser, &cap);
	ok = planunchanged(&plan) && ok;
	if (receipt)
		receiptwrite(receipt, &plan, ser, set.seed, ok, facts);
	if (export)
		hyperfinewrite(export, &plan, ser);
	if (!receipt || strcmp(receipt, "-"))
		summary(&plan, ser);
	closeout();
	return ok ? EXIT_YES : EXIT_NO;
}
