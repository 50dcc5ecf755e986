#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "measure/adaptive.h"
#include "measure/help.h"
#include "measure/options.h"

enum { PLAN = 256, ARM, BENCH, SHELL, PREPARE, CLEANUP, METRIC, ROUNDS, BUDGET, WARMUP, TIMEOUT };
enum {
	SEED = 300,
	ROLE,
	SLOW,
	CPU,
	DECIDE,
	MATCH,
	ALPHA,
	MIN,
	MARGIN,
	SHARES,
	OWN,
	JSON,
	EXPORT,
	VERSION
};
static const struct option options[] = {{"plan", 1, NULL, PLAN}, {"arm", 1, NULL, ARM},
	{"bench", 1, NULL, BENCH}, {"shell", 0, NULL, SHELL}, {"prepare", 1, NULL, PREPARE},
	{"cleanup", 1, NULL, CLEANUP}, {"role", 1, NULL, ROLE}, {"slow", 1, NULL, SLOW},
	{"cpu", 1, NULL, CPU}, {"decide", 0, NULL, DECIDE}, {"match", 1, NULL, MATCH},
	{"alpha", 1, NULL, ALPHA}, {"min-effect", 1, NULL, MIN}, {"margin", 1, NULL, MARGIN},
	{"shares", 1, NULL, SHARES}, {"metric", 1, NULL, METRIC}, {"rounds", 1, NULL, ROUNDS},
	{"budget", 1, NULL, BUDGET}, {"warmup", 1, NULL, WARMUP}, {"timeout", 1, NULL, TIMEOUT},
	{"seed", 1, NULL, SEED}, {"own", 1, NULL, OWN}, {"json", 0, NULL, JSON},
	{"export-json", 1, NULL, EXPORT}, {"help", 0, NULL, 'h'}, {"version", 0, NULL, VERSION},
	{0}};

/* What is on the command line beside the request itself. */
struct line {
	const char *planfile, *dir;
	bool budget, single; /* --budget was given; an option of the one benchmark was */
	bool decide, rules;  /* --decide was given; an option of its rules was */
	struct bench bench;  /* of the command line */
	struct armoption {
		int option; /* ROLE or SLOW */
		const char *arg;
	} *ofarms; /* for when the arms are known */
	size_t nofarms;
};

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
benchoption(struct request *q, struct line *l, int c, char *arg)
{
	switch (c) {
	case ARM:
		addarm(&q->plan, &l->bench, arg);
		break;
	case BENCH:
		l->bench.name = arg;
		break;
	case SHELL:
		l->bench.shell = true;
		break;
	case PREPARE:
		l->bench.prepare = arg;
		break;
	case CLEANUP:
		l->bench.cleanup = arg;
		break;
	case METRIC:
		l->bench.metric = metricnamed(arg);
		if (!l->bench.metric || l->bench.metric == METRIC_NUMBER)
			fatal("read --metric '%s': expected wall, cpu, instructions or peak_rss",
				arg);
		break;
	default:
		return false;
	}
	return l->single = true;
}

/* The option c of how long and how to measure; false for any other. */
static bool
setoption(struct request *q, struct line *l, int c, const char *arg)
{
	switch (c) {
	case ROUNDS:
		q->set.rounds = numint("--rounds", arg, 1, 100000);
		break;
	case BUDGET:
		q->set.budget_s = numreal("--budget", arg, .1, 86400);
		l->budget = true;
		break;
	case WARMUP:
		q->set.warmup = numint("--warmup", arg, 1, 100);
		break;
	case TIMEOUT:
		q->set.timeout_s = numreal("--timeout", arg, .01, 86400);
		break;
	case CPU:
		q->set.pinned = arg;
		cpusread(&q->set.cpus, arg);
		break;
	case OWN:
		q->set.own = absolute(arg);
		break;
	case SEED:
		q->set.seed = seedof(arg);
		q->seeded = true;
		break;
	default:
		return false;
	}
	return true;
}

/* The option c of the rules of --decide; false for any other. */
static bool
ruleoption(struct request *q, struct line *l, int c, const char *arg)
{
	switch (c) {
	case MATCH:
		json_array_append_new(q->rules.match, jsonstr(arg));
		break;
	case ALPHA:
		criteriaset(&q->rules, "alpha", arg);
		break;
	case SHARES:
		q->rules.shares = readshares(arg);
		break;
	case MIN:
		criteriaset(&q->rules, "min_effect_pct", arg);
		break;
	case MARGIN:
		criteriaset(&q->rules, "margin_pct", arg);
		break;
	default:
		return false;
	}
	return l->rules = true;
}

static void
getoptions(struct request *q, struct line *l, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "+hC:o:", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			runhelp();
		case VERSION:
			showversion();
		case 'C':
			l->dir = optarg;
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
		case DECIDE:
			l->decide = true;
			break;
		case PLAN:
			l->planfile = optarg;
			break;
		case ROLE:
		case SLOW:
			l->ofarms = xreallocarray(l->ofarms, l->nofarms + 1, sizeof(*l->ofarms));
			l->ofarms[l->nofarms++] = (struct armoption){c, optarg};
			break;
		default:
			if (!benchoption(q, l, c, optarg) && !setoption(q, l, c, optarg) &&
				!ruleoption(q, l, c, optarg))
				usagefail(runusage);
		}
	}
	if (optind < argc || (l->budget && q->set.rounds) || (l->rules && !l->decide) ||
		(l->planfile ? l->single : !q->plan.narms))
		usagefail(runusage);
	if (q->receipt && q->export && !strcmp(q->receipt, "-") && !strcmp(q->export, "-"))
		fatal("write '<stdout>': it can take the receipt or the export, not both");
}

/* NAME=VALUE of an option about an arm: the last =, since names may have some. */
static void
applyarm(struct plan *p, const struct armoption *o)
{
	const char *option = o->option == ROLE ? "--role" : "--slow";
	const char *eq = strrchr(o->arg, '=');
	char *name;
	struct arm *a;

	if (!eq || eq == o->arg || !eq[1])
		fatal("read %s '%s': expected NAME=%s", option, o->arg,
			o->option == ROLE ? "ROLE" : "PCT");
	name = xstrdup(o->arg);
	name[eq - o->arg] = '\0';
	a = planfind(p, name);
	if (!a)
		fatal("read %s '%s': there is no arm '%s'", option, o->arg, name);
	free(name);
	if (o->option == ROLE)
		planrole(p, a, eq + 1);
	else
		a->slow_pct = numreal(option, eq + 1, 0, SLOW_MAX);
}

void
requestread(struct request *q, int argc, char **argv)
{
	struct line l = {.bench = benchnew("command")};

	q->rules = criteriadefault();
	q->set = (struct settings){.budget_s = 30, .warmup = 2, .timeout_s = 600};
	getoptions(q, &l, argc, argv);
	if (l.planfile)
		planread(&q->plan, l.planfile);
	else
		*planbench(&q->plan, l.bench.name) = l.bench;
	for (size_t i = 0; i < l.nofarms; i++)
		applyarm(&q->plan, &l.ofarms[i]);
	free(l.ofarms);
	if (l.decide) {
		criteriamatch(&q->rules);
		decidecheck(&q->plan, &q->rules);
		q->set.decide = &q->rules;
	}
	for (struct bench *b = q->plan.benches; b < q->plan.benches + q->plan.nbenches; b++)
		if (isnan(b->timeout_s))
			b->timeout_s = q->set.timeout_s;

	/* Result files are named from where the caller stands. */
	q->receipt = q->receipt ? absolute(q->receipt) : NULL;
	q->export = q->export ? absolute(q->export) : NULL;
	if (l.dir && chdir(l.dir))
		fatal("enter '%s':", l.dir);
}
